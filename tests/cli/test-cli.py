#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person or a script sees of hostel-cli: usage, check and list.

usage: test-cli.py HOSTEL_CLI
"""

import functools
import hashlib
import http.server
import json
import os
import pty
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from tap import TAPTestRunner

CLI = os.path.abspath(sys.argv.pop(1))
COMMANDS = ('check', 'list')


def run(*arguments, env=None, **options):
    environment = dict(os.environ, LC_ALL='C.UTF-8', **(env or {}))
    return subprocess.run([CLI, *arguments], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, text=True, **options)


class Usage(unittest.TestCase):
    def wrong(self, *arguments, word=None):
        """Wrong usage is told in one line on stderr, and nothing on stdout."""
        result = run(*arguments)
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(result.stdout, '')
        self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        self.assertTrue(result.stderr.startswith('hostel-cli: '), result.stderr)
        if word:
            self.assertIn(word, result.stderr)

    def test_wrong(self):
        self.wrong(word='No command')
        self.wrong('no-such-command', word='no-such-command')
        self.wrong('a\nb')
        self.wrong('--no-such-option', word='--no-such-option')
        self.wrong('--connect', word='--connect')
        self.wrong('--connect', '', 'list', word='--connect')
        self.wrong('\x1b[31m')
        for command in COMMANDS:
            self.wrong(command, '--no-such-option', word='--no-such-option')
            self.wrong(command, 'one-too-many', word='one-too-many')
            self.wrong(command, '--connect', word='--connect')
            self.wrong(command, '--connect', '', word='--connect')

    def test_help(self):
        result = run('--help')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        for command in COMMANDS:
            self.assertIn('\n  ' + command, result.stdout)
            one = run(command, '--help')
            self.assertEqual((one.returncode, one.stderr), (0, ''))
            self.assertIn('hostel-cli ' + command, one.stdout)
            self.assertIn('--connect', one.stdout)

    def test_version(self):
        result = run('--version')
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r'^hostel-cli \d+\.\d+\.\d+\n$')


class Check(unittest.TestCase):
    def test_text_and_json_agree(self):
        text = run('check')
        machine = run('check', '--json')
        report = json.loads(machine.stdout)
        self.assertEqual(text.returncode, machine.returncode)
        self.assertEqual(machine.returncode, 3 if report['verdict'] == 'not-ready' else 0)
        self.assertEqual(machine.stderr, '')
        self.assertTrue(text.stdout.startswith(report['summary'] + '\n'))
        for check in report['checks']:
            self.assertEqual(set(check), {'id', 'group', 'title', 'state', 'evidence', 'why', 'remedy',
                              'command'})
            # What is free changes from one call to the next.
            evidence = '' if check['id'] in ('memory', 'space') else check['evidence']
            self.assertIn(check['title'] + ': ' + evidence, text.stdout)
            self.assertIn(check['state'], ('good', 'note', 'warning', 'missing', 'unknown', 'not-applicable'))
            if check['state'] == 'missing':
                self.assertTrue(check['remedy'])

    def test_against_the_host(self):
        """What other programs say of this host."""
        checks = {check['id']: check for check in json.loads(run('check', '--json').stdout)['checks']}
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            words = file.read().split()
        if 'flags' in words:
            state = 'good' if 'vmx' in words or 'svm' in words else 'warning'
            self.assertEqual(checks['cpu-virtualization']['state'], state)
        self.assertEqual(checks['kvm-device']['state'] == 'good', os.path.exists('/dev/kvm'))
        count = subprocess.run(['nproc', '--all'], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.assertIn(f', {count} processor', checks['cpu']['evidence'])

    def test_fast(self):
        run('check')
        times = []
        for _ in range(10):
            start = time.monotonic()
            run('check', '--json')
            times.append(time.monotonic() - start)
        self.assertLess(min(times), 0.3)

    def test_without_anything(self):
        """With an empty environment and no home, as a service would call it."""
        result = subprocess.run([CLI, 'check', '--json'], env={}, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=60)
        self.assertIn(result.returncode, (0, 3), result.stderr)
        json.loads(result.stdout)


class List(unittest.TestCase):
    def domains(self, folder, *domains):
        """A libvirt of the test driver with these machines, (name, uuid), and its URI."""
        path = os.path.join(folder, 'node.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('<node>')
            for name, uuid in domains:
                file.write(f'<domain type="test"><name>{name}</name><uuid>{uuid}</uuid>'
                           '<memory>65536</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>')
            file.write('</node>')
        return 'test://' + path

    def test_json(self):
        result = run('--connect', 'test:///default', 'list', '--json')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        machines = json.loads(result.stdout)
        self.assertEqual([machine['name'] for machine in machines], ['test'])
        self.assertEqual(machines[0]['uuid'], '6695eb01-f6a4-8304-79aa-97f2502e193f')
        self.assertEqual(machines[0]['state'], 'running')
        self.assertEqual(machines[0]['uri'], 'test:///default')
        self.assertIs(machines[0]['persistent'], True)
        self.assertEqual(machines[0]['vcpus'], 2)
        self.assertIn('os', machines[0])

    def test_connect_after_the_command(self):
        result = run('list', '--connect', 'test:///default')
        self.assertEqual((result.returncode, result.stdout), (0, 'test  running\n'))

    def test_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = self.domains(folder)
            self.assertEqual(json.loads(run('--connect', uri, 'list', '--json').stdout), [])
            result = run('--connect', uri, 'list')
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, '', ''))

    def test_odd_names(self):
        """Quotes, markup, other scripts and colours come out as they are in JSON, one a line as text."""
        names = {'a&quot;b': 'a"b', '&lt;b&gt;&amp;': '<b>&', '仮想 マシン': '仮想 マシン', 'x': 'x'}
        with tempfile.TemporaryDirectory() as folder:
            uri = self.domains(folder, *((name, f'00000000-0000-4000-8000-00000000000{number}')
                                         for number, name in enumerate(names)))
            machines = json.loads(run('--connect', uri, 'list', '--json').stdout)
            self.assertEqual(sorted(machine['name'] for machine in machines), sorted(names.values()))
            lines = run('--connect', uri, 'list').stdout.splitlines()
            self.assertEqual(len(lines), len(names))
            self.assertEqual(len({line.index('  running') for line in lines}), 1, lines)

    def test_failure(self):
        for uri in ('nonsense:///x', 'not a uri', 'test://nowhere.invalid/default',
                    'qemu:///system?socket=/nonexistent/sock'):
            with self.subTest(uri):
                result = run('--connect', uri, 'list', '--json')
                self.assertIn(result.returncode, (1, 3), result)
                self.assertEqual(result.stdout, '')
                self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
                self.assertTrue(result.stderr.startswith('hostel-cli: '))

    def test_many(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = self.domains(folder, *((f'm{number:04}', f'00000000-0000-4000-8000-{number:012}')
                                         for number in range(300)))
            machines = json.loads(run('--connect', uri, 'list', '--json').stdout)
            self.assertEqual(len({machine['uuid'] for machine in machines}), 300)

    def test_closed_pipe(self):
        """A reader that went away ends the program quietly, and not by a signal of its own."""
        result = subprocess.run(['sh', '-c', '"$0" check | true; exit 0', CLI], timeout=60,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 0)


# A title, a colour, DEL, and C1's CSI and OSC as UTF-8 has them; then what turns text around.
CONTROLS = '\x1b]0;PWNED\x07\x1b[31m\x7f\x9b31m\x9d0;PWNED\x9c'
TURNS = '\u202e\u2066'


class Terminal(unittest.TestCase):
    """Control characters of strangers are shown, and command nothing."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def shown(self, *arguments, **options):
        result = run(*arguments, **options)
        for output in (result.stdout, result.stderr):
            self.assertNotRegex(output, '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]')
        return result

    def write(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, 'wb') as file:
            file.write(content)
        return path

    def create(self, *arguments, **options):
        return self.shown('--connect', 'test:///default', 'create', '--dry-run', '--name', 'x', *arguments,
                          **options)

    def test_recipe(self):
        escaped = json.dumps(CONTROLS + TURNS)
        for line in (f'{escaped}: 1', f'image: {escaped}', f'packages: {escaped}', f'memory: {escaped}'):
            path = self.write('recipe.yaml', f'recipe: 1\ntitle: x\n{line}\n'.encode())
            result = self.create('--recipe', path)
            self.assertNotEqual(result.returncode, 0, line)
            self.assertEqual(result.stderr.count('\n'), 1, result.stderr)

    def test_names(self):
        name = 'web' + CONTROLS + TURNS
        for arguments in (('ssh', name), ('create', '--image', '/nonexistent/' + name, '--name', 'x'),
                          (name,), ('--' + name,), ('images', 'fetch', name), ('recipes', 'show', name)):
            result = self.shown('--connect', 'test:///default', *arguments)
            self.assertIn('\\u001b]0;PWNED\\u0007', result.stderr)

    def test_list(self):
        """libvirt takes a name of DEL, C1 and overrides."""
        name = 'web\x7f\x9b31m' + TURNS
        path = self.write('node.xml', f'<node><domain type="test"><name>{name}</name><memory>65536</memory>'
                                      '<os><type>hvm</type></os></domain></node>'.encode())
        self.assertIn('web\\u007f\\u009b31m\\u202e', self.shown('--connect', 'test://' + path, 'list').stdout)
        machines = json.loads(self.shown('--connect', 'test://' + path, 'list', '--json').stdout)
        self.assertEqual(machines[0]['name'], name)

    def test_http(self):
        evil = CONTROLS.replace('\x9b', '').replace('\x9d', '').replace('\x9c', '').encode()
        answers = {b'/reason': b'HTTP/1.1 404 N' + evil + b'\r\nContent-Length: 0\r\n',
                   b'/location': b'HTTP/1.1 302 F\r\nLocation: file:///' + evil + b'\r\nContent-Length: 0\r\n',
                   b'/encoding': b'HTTP/1.1 200 OK\r\nContent-Encoding: ' + evil + b'\r\nContent-Length: 0\r\n'}
        server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), answer_with(answers))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {f'XDG_{kind}_HOME': self.folder.name for kind in ('DATA', 'CACHE', 'STATE', 'CONFIG')}
        for path in answers:
            address = f'http://127.0.0.1:{server.server_address[1]}{path.decode()}'
            result = self.shown('images', 'fetch', address, env=env)
            self.assertIn(result.returncode, (1, 2))
            self.assertIn('PWNED', result.stderr)

    def test_data(self):
        """A document is printed as it is into a pipe, and so that it can be read on a terminal."""
        disk = self.write('disk.raw', bytes(510) + b'\x55\xaa' + bytes(65536))
        script = f'#!/bin/sh\necho {CONTROLS}{TURNS}\n'
        user_data = self.write('user-data', script.encode())
        command = [CLI, '--connect', 'qemu:///system', 'create', '--dry-run', '--name', 'x', '--image', disk,
                   '--user-data', user_data]
        piped = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if piped.returncode != 0:
            self.skipTest('no libvirt daemon can be reached')
        self.assertIn(script.encode(), piped.stdout)
        main, other = pty.openpty()
        process = subprocess.Popen(command, stdout=other, stderr=subprocess.DEVNULL)
        os.close(other)
        shown = b''
        try:
            while data := os.read(main, 65536):
                shown += data
        except OSError:
            pass
        self.assertEqual(process.wait(60), 0)
        os.close(main)
        self.assertIn(b'echo \\u001b]0;PWNED\\u0007\\u001b[31m\\u007f\\u009b31m', shown)
        self.assertNotIn(b'\x1b', shown)


class Marks(unittest.TestCase):
    """What is wrong in a person's own user-data is told with the lines, before anything is made."""

    BAD = ('#cloud-config\nhostname: web1\nusers:\n  - name: first.last\n    gecos: "a:b"\n'
           '    doas: [permit first.last]\n    ssh_import_id: [gh:someone]\n')

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def create(self, text, *arguments, image='disk.raw'):
        return run('--connect', 'test:///default', 'create', '--dry-run', '--name', 'x',
                   '--image', self.write(image, bytes(510) + b'\x55\xaa' + bytes(65536)),
                   '--user-data', self.write('mine.yaml', text.encode()), *arguments)

    def write(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, 'wb') as file:
            file.write(content)
        return path

    def test_told(self):
        result = self.create(self.BAD)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f'\n{self.folder.name}/mine.yaml:6: warning: ', '\n' + result.stderr)
        self.assertIn(f'{self.folder.name}/mine.yaml:5: error: ', result.stderr)
        self.assertNotIn('mine.yaml:4', result.stderr)
        self.assertIn('--strict', result.stderr)
        self.assertIn(self.BAD, result.stdout)

    def test_strict(self):
        result = self.create(self.BAD, '--strict')
        self.assertEqual((result.returncode, result.stdout), (2, ''))
        self.assertIn('mine.yaml:5: error: ', result.stderr)
        warned = self.create(self.BAD.replace('a:b', 'a'), '--strict')
        self.assertEqual(warned.returncode, 0, warned.stderr)
        self.assertIn('mine.yaml:6: warning: ', warned.stderr)

    def test_release(self):
        """Debian 12 has cloud-init 22.4, which knows no doas; Debian 13 does."""
        old = self.create(self.BAD, image='debian-12-generic-amd64.raw')
        self.assertIn('mine.yaml:6: error: cloud-init before 23.3 refuses this; this image has 22.4', old.stderr)
        new = self.create(self.BAD, image='debian-13-generic-amd64.raw')
        self.assertNotIn('mine.yaml:6', new.stderr)

    def test_apply(self):
        result = run('--connect', 'test:///default', 'user-data', '--strict',
                     '--apply', self.write('mine.yaml', self.BAD.encode()), 'test')
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn('mine.yaml:5: error: ', result.stderr)


def answer_with(answers):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            path = self.request.recv(65536).split()[1]
            self.request.sendall(answers[path] + b'Connection: close\r\n\r\n')
    return Handler


class Images(unittest.TestCase):
    """The catalogue, and a fetch from a server of this computer."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.www = os.path.join(self.folder.name, 'www')
        os.mkdir(self.www)
        handler = functools.partial(QuietHandler, directory=self.www)
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f'http://127.0.0.1:{server.server_port}/'

        config = os.path.join(self.folder.name, 'config', 'hostel')
        os.makedirs(config)
        with open(os.path.join(config, 'images.yaml'), 'w', encoding='utf-8') as file:
            file.write(f'images:\n  here:\n    name: An image of here\n'
                       f'    {os.uname().machine}: {self.url}here.raw\n    checksums: SUMS\n')
        self.env = {'XDG_CONFIG_HOME': os.path.join(self.folder.name, 'config'),
                    'XDG_DATA_HOME': os.path.join(self.folder.name, 'data'),
                    'XDG_CACHE_HOME': os.path.join(self.folder.name, 'cache')}

    def publish(self, content):
        with open(os.path.join(self.www, 'here.raw'), 'wb') as file:
            file.write(content)
        with open(os.path.join(self.www, 'SUMS'), 'w', encoding='ascii') as file:
            file.write(hashlib.sha256(content).hexdigest() + '  here.raw\n')

    def run_images(self, *arguments):
        return run('images', *arguments, env=self.env)

    def listed(self):
        result = self.run_images('--json')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        return {(image['id'], image['arch']): image for image in json.loads(result.stdout)}

    def test_list(self):
        images = self.listed()
        for name in ('debian-13', 'fedora-44', 'ubuntu-24.04', 'archlinux'):
            image = images[name, 'x86_64']
            self.assertTrue(image['url'].startswith('https://'))
            self.assertIs(image['fetched'], False)
        text = self.run_images().stdout
        self.assertRegex(text, r'(?m)^here +An image of here ')
        self.assertNotIn('riscv64', text)
        self.assertIn('riscv64', self.run_images('--all').stdout)

    def test_fetch_verify_remove(self):
        disk = bytes(510) + b'\x55\xaa' + bytes(65536)
        self.publish(disk)
        result = self.run_images('fetch', 'here')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        image = self.listed()['here', os.uname().machine]
        self.assertTrue(result.stdout.startswith(image['path'] + ': '))
        self.assertEqual((image['fetched'], image['trust']), (True, 'digest'))
        with open(image['path'], 'rb') as file:
            self.assertEqual(file.read(), disk)
        # What is kept is listed first.
        self.assertTrue(self.run_images().stdout.startswith('here '))

        self.assertEqual(self.run_images('verify', 'here').returncode, 0)
        with open(image['path'], 'r+b') as file:
            file.write(b'x')
        result = self.run_images('verify', 'here')
        self.assertIn('has changed', result.stderr)
        self.assertNotEqual(result.returncode, 0)

        self.assertEqual(self.run_images('remove', 'here').returncode, 0)
        self.assertFalse(os.path.exists(image['path']))
        self.assertEqual(self.run_images('remove', 'here').returncode, 1)

    def test_create_by_name_and_address(self):
        """--dry-run fetches nothing; then the one that is kept is used."""
        self.publish(bytes(510) + b'\x55\xaa' + bytes(65536))
        create = ('--connect', 'test:///default', 'create', '--name', 'x', '--dry-run', '--image')
        result = run(*create, 'here', env=self.env)
        self.assertIn('images fetch', result.stderr)
        self.assertIs(self.listed()['here', os.uname().machine]['fetched'], False)
        for name in ('here', self.url + 'here.raw'):
            result = self.run_images('fetch', name)
            self.assertEqual(result.returncode, 0, result.stderr)
            result = run(*create, name, env=self.env)
            # libvirt's test driver makes no machines: beyond the image is far enough.
            self.assertNotIn('images fetch', result.stderr)
            self.assertNotIn('no file', result.stderr)

    def test_wrong(self):
        self.publish(b'<html>Please log in</html>')
        for words, status in ((('fetch', 'here'), 2), (('fetch', 'no-such-image'), 1), (('fetch',), 2),
                              (('fetch', 'a', 'b'), 2), (('burn', 'here'), 2), (('remove', 'here'), 1),
                              (('import', '/nonexistent'), 1), (('fetch', self.url + 'missing'), 1)):
            result = self.run_images(*words)
            self.assertEqual(result.returncode, status, (words, result.stderr))
            self.assertEqual(result.stdout, '')
            self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        self.assertFalse([image for image in self.listed().values() if image['fetched']])


    def test_names(self):
        """Whatever "images" lists is a name for --image; what is none is told, with names like it."""
        self.publish(bytes(510) + b'\x55\xaa' + bytes(65536))
        self.assertEqual(self.run_images('fetch', 'here').returncode, 0)
        names = []
        for folder in ('one', 'two'):
            os.mkdir(os.path.join(self.folder.name, folder))
            path = os.path.join(self.folder.name, folder, 'my disk.img')
            with open(path, 'wb') as file:
                file.write(bytes(510) + b'\x55\xaa' + bytes(4096) + folder.encode())
            # Named as a person in that folder does.
            result = subprocess.run([CLI, 'images', 'import', 'my disk.img'], timeout=60, text=True,
                                    cwd=os.path.dirname(path), env=dict(os.environ, **self.env),
                                    stdout=subprocess.PIPE, check=True)
            names.append(result.stdout.split()[0])
        self.assertNotEqual(*names)
        listed = self.run_images().stdout
        create = ('--connect', 'test:///default', 'create', '--name', 'x', '--dry-run', '--image')
        for name in (*names, 'here', f'here/{os.uname().machine}', 'an image of HERE'):
            result = run(*create, name, env=self.env)
            self.assertEqual(result.returncode, 0, (name, result.stderr))
            self.assertIn('<domain', result.stdout)
            if name in names:
                self.assertRegex(listed, f'(?m)^{name} +my disk.img')
        for name, word in (('my disk.img', 'Several'), ('her', 'here'), ('debian', 'debian-13'),
                           ('no-such-thing', 'images” lists'), ('./here', 'Check the path')):
            result = run(*create, name, env=self.env)
            self.assertIn(word, result.stderr)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(result.stderr.count('\n'), 1)
        self.assertEqual(self.run_images('verify', names[0]).returncode, 0)
        self.assertEqual(self.run_images('remove', names[0]).returncode, 0)
        self.assertEqual(run(*create, 'MY DISK.IMG', env=self.env).returncode, 0)

    def test_odd_file_names(self):
        """A name that is no UTF-8, has a line break, or is that of our own note."""
        for name in (b'caf\xe9.img', b'two\nlines.img', b'\x1b[31m.img', b'image.ini', b'-f.img'):
            path = os.path.join(os.fsencode(self.folder.name), name)
            with open(path, 'wb') as file:
                file.write(bytes(510) + b'\x55\xaa' + bytes(8192))
            result = self.run_images('import', path)
            self.assertEqual((result.returncode, result.stderr), (0, ''), name)
            self.assertEqual(result.stdout.count('\n'), 1)
            image = result.stdout.split()[0]
            self.assertIn(image, {one for one, _ in self.listed()})
            for which in (image, path):
                result = run('--connect', 'test:///default', 'create', '--name', 'x', '--dry-run',
                             '--image', which, env=self.env)
                self.assertEqual(result.returncode, 0, (name, result.stderr))


class Create(unittest.TestCase):
    """What create makes of its options, as --dry-run prints it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.image = os.path.join(self.folder.name, 'plain.img')
        with open(self.image, 'wb') as file:
            file.write(bytes(510) + b'\x55\xaa' + bytes(1 << 20))

    def dry_run(self, *arguments, host=None, image=None):
        uri = 'test:///default'
        if host:
            uri = os.path.join(self.folder.name, 'node.xml')
            with open(uri, 'w', encoding='utf-8') as file:
                file.write(f'<node><cpu><active>{host[1]}</active><nodes>1</nodes><sockets>1</sockets>'
                           f'<cores>{host[1]}</cores><threads>1</threads></cpu>'
                           f'<memory>{host[0] * 1024}</memory></node>')
            uri = 'test://' + uri
        return run('--connect', uri, 'create', '--name', 'web', '--dry-run', '--image',
                   image or self.image, *arguments)

    def sizes(self, *arguments, **options):
        result = self.dry_run(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        memory = re.search(r"<memory unit=.(\w+).>(\d+)</memory>", result.stdout)
        self.assertEqual(memory.group(1), 'MiB')
        return int(memory.group(2)), int(re.search(r'<vcpu[^>]*>(\d+)</vcpu>', result.stdout).group(1))

    def test_memory(self):
        for text, mib in (('1 GiB', 1024), ('1536', 1536), ('524288k', 512)):
            self.assertEqual(self.sizes('--memory', text)[0], mib, text)
        for text in ('', '-1G', '1.5G', '99999999999999999999', '63'):
            result = self.dry_run('--memory', text)
            self.assertEqual(result.returncode, 2, (text, result.stderr))
            self.assertEqual(result.stdout, '')
            self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
            self.assertNotIn('--memory: --memory', result.stderr)

    def test_defaults(self):
        """As in the window, and never more than the host has."""
        self.assertEqual(self.sizes(host=(16384, 8)), (2048, 2))
        self.assertEqual(self.sizes(host=(3000, 1)), (1500, 1))
        self.assertEqual(self.sizes(host=(300, 1)), (256, 1))
        self.assertEqual(self.sizes('--memory', '2900', host=(3000, 1)), (2900, 1))
        self.assertIn('MiB of memory in all', self.dry_run('--memory', '3001', host=(3000, 1)).stderr)
        # A recipe asks for more, and what is typed wins.
        recipe = os.path.join(self.folder.name, 'recipe.yaml')
        with open(recipe, 'w', encoding='utf-8') as file:
            file.write('recipe: 1\ntitle: Large\nmemory: 5G\nvcpus: 4\n')
        self.assertEqual(self.sizes('--recipe', recipe, host=(16384, 8)), (5120, 4))
        self.assertEqual(self.sizes('--recipe', recipe, host=(4096, 2)), (2048, 2))
        self.assertEqual(self.sizes('--recipe', recipe, '--memory', '512', '--vcpus', '1',
                                    host=(16384, 8)), (512, 1))

    @unittest.skipUnless(shutil.which('qemu-img'), 'qemu-img is not installed')
    def test_remedies(self):
        """A command that is printed works when it is pasted."""
        names = ('My Disk (1).vmdk', "it's $HOME.vmdk", '-o.vmdk', b'na\xefve\n.vmdk', 'plain.vmdk')
        for name in names:
            path = os.path.join(os.fsencode(self.folder.name), os.fsencode(name))
            subprocess.run(['qemu-img', 'create', '-q', '-f', 'vmdk', path, '1M'], check=True)
            self.assert_remedy(name, r'qemu-img convert .*')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'vpc', '-o', 'subformat=fixed',
                        os.path.join(self.folder.name, 'fixed disk'), '1M'], check=True)
        with open(os.path.join(self.folder.name, 'fixed disk'), 'r+b') as file:
            file.seek(510)
            file.write(b'\x55\xaa')
        self.assert_remedy('fixed disk', r'qemu-img convert .*')
        for program in ('gzip', 'xz', 'bzip2', 'zstd'):
            if not shutil.which(program):
                continue
            # A download that has lost its suffix.
            with open(os.path.join(self.folder.name, 'a b'), 'wb') as file:
                subprocess.run([program, '-c', self.image], stdout=file, check=True)
            self.assert_remedy('a b', r'\w+ -c .*')

    def assert_remedy(self, name, command):
        result = subprocess.run([CLI, '--connect', 'test:///default', 'create', '--name', 'web',
                                 '--dry-run', '--image', name], cwd=self.folder.name, timeout=60,
                                env=dict(os.environ, LC_ALL='C.UTF-8'), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        subprocess.run(['bash', '-c', re.search(command, result.stderr).group(0)],
                       cwd=self.folder.name, check=True)
        for new in ('NEW.qcow2', 'NEW.img'):
            new = os.path.join(self.folder.name, new)
            if os.path.exists(new):
                self.assertGreater(os.path.getsize(new), 0)
                os.unlink(new)
                return
        self.fail(result.stderr)

    @unittest.skipUnless(shutil.which('qemu-img'), 'qemu-img is not installed')
    def test_encrypted(self):
        path = os.path.join(self.folder.name, 'locked.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', path, '1M'], check=True)
        with open(path, 'r+b') as file:
            # The header's method of encryption: LUKS.
            file.seek(32)
            file.write(b'\0\0\0\x02')
        result = self.dry_run(image=path)
        self.assertIn('not encrypted', result.stderr)
        self.assertNotIn('convert', result.stderr)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
