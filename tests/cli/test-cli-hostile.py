#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What anyone who may define a machine can write is tried on hostel-cli: no crash, no file gone, no
foreign option for ssh, no control byte on the terminal.

usage: test-cli-hostile.py HOSTEL_CLI

HOSTEL_SEED=N tries the same again, HOSTEL_TEST_LONG=1 tries more.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
import uuid
from xml.sax.saxutils import quoteattr, escape

from tap import TAPTestRunner

CLI = os.path.abspath(sys.argv.pop(1))
SEED = int(os.environ.get('HOSTEL_SEED') or random.SystemRandom().randrange(1 << 32))
ROUNDS = 12 if os.environ.get('HOSTEL_TEST_LONG') else 2
MACHINES = 8
NAMESPACE = 'https://hostel.github.io/xmlns/domain/1.0'
ATTRIBUTES = ('user', 'ssh-port', 'ssh-host-key', 'base', 'in-place', 'kernel', 'initrd', 'unknown')
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqXgRLKG73K+sIxs5oj3E2nhu/4FHxOcrmAd4Wv7ki7'
# Not in XML: all of C0 but three.
SIGNS = list('abzAZ09._-$@:;%/\\\'"`<>&|*?!#~()[]{} =,+^') + [
    '\n', '\r', '\t', '\x7f', '\x80', '\x9b', '\x9d', '\xa0', 'é', '\u202e', '\u2066', '\u2028', '\u200b',
    '\ufeff', '漢', '😀', '\ue000']
PIECES = [
    '-oProxyCommand=touch PWNED', '"-oProxyCommand=touch PWNED" x', "'-F/dev/null' root", '-', '--', '-l root',
    '$(touch PWNED)', '`touch PWNED`', ';touch PWNED;', '| touch PWNED', 'a b', 'root@elsewhere.example',
    'ssh://x', '../../KEEP', '/KEEP', 'KEEP', KEY, KEY + '\n* ' + KEY, '* ' + KEY, '@cert-authority * ' + KEY,
    '@revoked ' + KEY, 'command="touch PWNED" ' + KEY, 'ssh-ed25519 AAAA', '0', '22', '2222', '65536', '-1',
    '18446744073709551616', '2222 -oX', '%s%n%d', '%h', '\x9b31m', 'a' * 5000, '漢' * 400, '']
GOOD = {'user': 'alice', 'ssh-port': '2222', 'ssh-host-key': KEY}
USER = re.compile(r'[\w.][\w.-]*\$?', re.UNICODE)
HOST = re.compile(r'localhost|\d+\.\d+\.\d+\.\d+')
RAW = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')


class Hostile(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.home = os.path.join(self.folder, 'home dir')
        self.keep = os.path.join(self.folder, 'keep')
        self.record = os.path.join(self.folder, 'record')
        for path in (self.home, self.keep, os.path.join(self.folder, 'bin'), os.path.join(self.folder, 'run')):
            os.mkdir(path, 0o700)
        for name in ('KEEP', 'disk.qcow2', 'vmlinuz', 'initrd'):
            with open(os.path.join(self.keep, name), 'w', encoding='ascii') as file:
                file.write(name)
        self.user_data = os.path.join(self.folder, 'user-data')
        with open(self.user_data, 'w', encoding='ascii') as file:
            file.write('#cloud-config\nhostname: web\n')
        fake = os.path.join(self.folder, 'bin', 'ssh')
        with open(fake, 'w', encoding='ascii') as file:
            file.write('#!/bin/sh\nprintf "%s\\0" "$@" > "$RECORD"\n')
        os.chmod(fake, 0o755)
        self.env = dict(os.environ, LC_ALL='C.UTF-8', HOME=self.home, RECORD=self.record,
                        XDG_RUNTIME_DIR=os.path.join(self.folder, 'run'),
                        XDG_DATA_HOME=os.path.join(self.home, 'data'),
                        XDG_STATE_HOME=os.path.join(self.home, 'state'),
                        XDG_CACHE_HOME=os.path.join(self.home, 'cache'),
                        XDG_CONFIG_HOME=os.path.join(self.home, 'config'),
                        PATH=os.path.join(self.folder, 'bin') + ':' + os.environ['PATH'])

    def text(self):
        kind = self.random.random()
        if kind < 0.5:
            return self.random.choice(PIECES)
        if kind < 0.7:
            return self.random.choice(PIECES) + self.random.choice(SIGNS) + self.random.choice(PIECES)
        return ''.join(self.random.choice(SIGNS) for _ in range(self.random.randrange(1, 40)))

    def attribute(self, name, number):
        """The first machine is a good one, others in part."""
        if name in GOOD and (number == 0 or self.random.random() < 0.4):
            return GOOD[name]
        return self.text()

    def quoted(self, text):
        return quoteattr(text, {sign: f'&#{ord(sign)};' for sign in '\n\r\t\x7f\x80\x9b\x9d'})

    def path(self):
        return os.path.join(self.keep, self.random.choice(('KEEP', 'disk.qcow2', 'vmlinuz', 'initrd')))

    def name(self, number):
        if self.random.random() < 0.5:
            return f'm{number}'
        # libvirt takes all but a slash and a line break.
        return f'm{number}' + re.sub('[/\n\r\t ]', '_', self.text())[:60]

    def domain(self, number):
        machine_id = str(uuid.UUID(int=self.random.getrandbits(128)))
        name = self.name(number)
        ours = ' '.join(f'{key}={self.quoted(self.attribute(key, number))}' for key in ATTRIBUTES
                        if number == 0 or self.random.random() < 0.8)
        title = escape(re.sub('[\r\n]', ' ', self.text()))
        paths = [self.path() for _ in range(4)]
        xml = f'''<domain type='test'><name>{escape(name)}</name><uuid>{machine_id}</uuid>
          <title>{title}</title><description>{escape(self.text())}</description>
          <metadata><hostel:machine xmlns:hostel='{NAMESPACE}' {ours}/>
          <l:libosinfo xmlns:l='http://libosinfo.org/xmlns/libvirt/domain/1.0'><l:os id={self.quoted(self.text())}/>
          </l:libosinfo></metadata><memory>65536</memory><os><type>hvm</type><kernel>{paths[0]}</kernel>
          <initrd>{paths[1]}</initrd></os><devices>
          <disk type='file' device='disk'><source file='{paths[2]}'/><target dev='hda'/></disk>
          <disk type='file' device='cdrom'><source file='{paths[3]}'/><target dev='hdb'/><readonly/></disk>
          <interface type='network'><source network='default'/></interface>
          <serial type='pty'/></devices></domain>'''
        return name, machine_id, xml

    def run_cli(self, *arguments):
        result = subprocess.run([CLI, '--connect', self.uri, *arguments], env=self.env, cwd=self.keep,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                timeout=60)
        about = (SEED, arguments, result)
        self.assertIn(result.returncode, (0, 1, 2, 3), about)
        for output in (result.stdout, result.stderr):
            self.assertIsNone(RAW.search(output.decode()), about)
        if result.returncode != 0:
            self.assertTrue(result.stderr.startswith(b'hostel-cli: '), about)
            self.assertEqual(result.stderr.count(b'\n'), 1, about)
        return result

    def check_ssh(self, machine_id):
        """What ssh was started with is ours from the first to the last word."""
        if not os.path.exists(self.record):
            return False
        with open(self.record, 'rb') as file:
            words = file.read().decode().split('\0')[:-1]
        os.unlink(self.record)
        known_hosts = os.path.join(self.home, 'data', 'hostel', 'known_hosts')
        rest = list(words)
        if rest[0] == '-o':
            self.assertEqual(rest[:4], ['-o', f'UserKnownHostsFile="{known_hosts}"', '-o',
                                        'HostKeyAlias=' + machine_id], (SEED, words))
            del rest[:4]
        if rest[0] == '-p':
            self.assertTrue(0 < int(rest[1]) < 65536, (SEED, words))
            del rest[:2]
        self.assertEqual((rest[0], rest[2:]), ('--', ['true']), (SEED, words))
        user, host = rest[1].split('@')
        self.assertTrue(USER.fullmatch(user) and HOST.fullmatch(host), (SEED, words))
        return True

    def check_files(self):
        names = sorted(os.listdir(self.keep))
        self.assertEqual(names, ['KEEP', 'disk.qcow2', 'initrd', 'vmlinuz'], SEED)
        for name in names:
            with open(os.path.join(self.keep, name), encoding='ascii') as file:
                self.assertEqual(file.read(), name)
        path = os.path.join(self.home, 'data', 'hostel', 'known_hosts')
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                for line in file:
                    self.assertRegex(line, r'\A[0-9a-f-]{36} ' + re.escape(KEY) + r'\n\Z', SEED)

    def round(self):
        machines = [self.domain(number) for number in range(MACHINES)]
        path = os.path.join(self.folder, 'node.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('<node>' + ''.join(xml for _, _, xml in machines) + '</node>')
        self.uri = 'test://' + path
        self.assertEqual(self.run_cli('list').returncode, 0, SEED)
        listed = json.loads(self.run_cli('list', '--json').stdout)
        self.assertEqual({machine['name'] for machine in listed}, {name for name, _, _ in machines}, SEED)

        connected = 0
        for name, machine_id, _ in machines:
            self.run_cli('ssh', machine_id, '--', 'true')
            connected += self.check_ssh(machine_id)
            for arguments in (('grow', name, '64G'), ('user-data', name), ('console', name),
                              ('console', '--replay', machine_id), ('user-data', '--apply', self.user_data, name),
                              ('delete', '--yes', machine_id)):
                self.run_cli(*arguments)
            self.check_files()
        return connected

    def test_metadata(self):
        print(f'# HOSTEL_SEED={SEED}', flush=True)
        for _ in range(ROUNDS):
            self.assertGreater(self.round(), 0, SEED)


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
