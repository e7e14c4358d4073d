#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bad input gets from hostel-cli: one line that names the cause, the exit status, and nothing made."""

import hashlib
import os
import subprocess
import unittest

import harness

GOOD_NAME = harness.unique_name()
HEADER = b'#cloud-config\n'

# What, the name given, a word that the sentence must have.
NAMES = [
    ('empty', '', 'name'),
    ('with a slash', 'a/b', '/'),
    ('with a newline', 'a\nb', 'name'),
    ('of 300 characters', 'x' * 300, 'long'),
    ('that leaves the directory', '../x', '/'),
    ('with markup', '<b>&"\'', 'name'),
]

MEMORIES = ['0', '-1', '1e3', '', 'lots', '99999999999', '18446744073709552640']
VCPUS = ['0', '-1', '1.5', '', '1000000']
SIZES = ['0', '-4G', '4X', '', '1e3', '99999999999999999999G']

ALIAS_BOMB = HEADER + b'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n' + b''.join(
    b'a%d: &a%d [%s]\n' % (n, n, b', '.join([b'*a%d' % (n - 1)] * 10)) for n in range(1, 10))

# What, the bytes.
USER_DATA = [
    ('is not YAML', HEADER + b'hostname: [one, two\nusers: }\n'),
    ('has no header', b'hostname: web\n'),
    ('is 50 MB', HEADER + b'# ' + b'x' * (50 << 20) + b'\n'),
    ('has tabs', HEADER + b'users:\n\t- name: alice\n'),
    ('is a list at the root', HEADER + b'- one\n- two\n'),
    ('is an alias bomb', ALIAS_BOMB),
    ('is invalid UTF-8', HEADER + b'hostname: \xff\xfe\xc3\x28\n'),
]


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.need_system()
        cls.context = harness.scratch()
        cls.folder = cls.context.__enter__()
        cls.addClassCleanup(cls.context.__exit__, None, None, None)
        cls.env = harness.environment(os.path.join(cls.folder, 'home'))
        cls.image = os.path.join(cls.folder, 'good.qcow2')
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', cls.image, '2G'], check=True)
        with open(cls.image, 'rb') as file:
            cls.digest = hashlib.sha256(file.read()).hexdigest()
        cls.key = harness.make_key(cls.folder)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as file:
            file.write(content)
        return path

    def refused(self, options, status=2, words=(), uri=harness.SYSTEM, stdin=None, name=GOOD_NAME,
                image=None, timeout=60):
        """Run a create that must fail, and look that nothing came of it."""
        arguments = ['create']
        if name is not None:
            arguments += ['--name', name]
        arguments += ['--image', image or self.image, *options]
        before = harness.holdings()
        files = harness.files_below(self.env['HOME'])
        result = harness.run([harness.CLI, '--connect', uri, *arguments], env=self.env, stdin=stdin,
                             timeout=timeout)
        self.told(result, status, words)
        after = harness.holdings()
        # Neither a machine nor its volumes, nor the image as a base.
        self.assertEqual(harness.new_of_ours(before, after, *filter(None, (name, GOOD_NAME)), self.digest), [])
        # The digest cache is none of a machine's; the journal is.
        new = {path for path in harness.files_below(self.env['HOME']) - files if '.cache/' not in path}
        self.assertEqual(new, set())
        return result.stderr

    def told(self, result, status, words=()):
        """One line of error after what notes there are, no text of a library, with cause and remedy."""
        result.stderr = ''.join(line for line in result.stderr.splitlines(True) if not line.startswith('Note: '))
        statuses = status if isinstance(status, tuple) else (status,)
        self.assertIn(result.returncode, statuses, result.stderr)
        self.assertEqual(result.stdout, '')
        self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        self.assertTrue(result.stderr.endswith('\n'))
        self.assertLess(len(result.stderr), 600, result.stderr)
        # libvirt's own words may stand behind, in parentheses.
        headline = result.stderr.partition(' (')[0]
        for raw in ('libvirt: ', 'internal error', 'GLib', '(null)', 'CRITICAL', 'WARNING', 'g-io-error'):
            self.assertNotIn(raw, headline)
        for word in words:
            self.assertIn(word.lower(), result.stderr.lower())

    def test_name(self):
        for what, name, word in NAMES:
            with self.subTest(what):
                self.refused([], name=name, words=[word])

    def test_name_missing(self):
        self.refused([], name=None, words=['--name'])

    def test_name_taken(self):
        name = harness.unique_name()
        xml = self.write('taken.xml', b'<domain type="qemu"><name>%s</name><memory>65536</memory>'
                         b'<os><type>hvm</type></os></domain>' % name.encode())
        harness.virsh('define', xml)
        self.addCleanup(harness.forget, name)
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'create', '--name', name,
                              '--image', self.image], env=self.env)
        self.told(result, (1, 2), [name])
        self.assertEqual(harness.virsh('list', '--all', '--name').split().count(name), 1)

    def test_memory(self):
        for memory in MEMORIES:
            with self.subTest(memory):
                self.refused(['--memory', memory], words=['memory'])

    def test_vcpus(self):
        for vcpus in VCPUS:
            with self.subTest(vcpus):
                self.refused(['--vcpus', vcpus], words=['cpu'])

    def test_disk_size(self):
        for size in SIZES:
            with self.subTest(size):
                self.refused(['--disk-size', size], words=['size'])

    def test_serial_installer_of_a_cloud_image(self):
        self.refused(['--serial-installer'], words=['installation disc', '--serial-installer'])

    def test_disk_smaller_than_image(self):
        self.refused(['--disk-size', '1G'], words=['2'])

    def test_images(self):
        backed = os.path.join(self.folder, 'backed.qcow2')
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', '/etc/passwd', '-F', 'raw', backed,
                     '2G'], check=True)
        external = os.path.join(self.folder, 'external.qcow2')
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-o', 'data_file=%s,data_file_raw=on' %
                     os.path.join(self.folder, 'secret.raw'), external, '2G'], check=True)
        content = open(self.image, 'rb').read()
        vmdk = os.path.join(self.folder, 'disk.vmdk')
        harness.run(['qemu-img', 'create', '-q', '-f', 'vmdk', vmdk, '1G'], check=True)
        descriptor = b'\x01CD001\x01\x00' + b' ' * 2040
        cases = [
            ('missing', os.path.join(self.folder, 'nothing.qcow2'), 'nothing.qcow2'),
            ('a directory', self.folder, 'folder'),
            ('empty', self.write('empty.qcow2', b''), 'empty'),
            ('cut in the header', self.write('cut.qcow2', content[:60]), ''),
            ('cut in its tables', self.write('short.qcow2', content[:len(content) // 2]), ''),
            ('a text called .qcow2', self.write('text.qcow2', b'This is no disk.\n' * 500), ''),
            ('a picture', self.write('picture.img', b'\x89PNG\r\n\x1a\n' + b'\0' * 4000), ''),
            ('with a backing file', backed, 'backing'),
            ('with an external data file', external, 'data file'),
            ('an ISO', self.write('disc.iso', b'\0' * 32768 + descriptor + b'\0' * 65536), 'iso'),
            ('of another format', vmdk, 'vmdk'),
        ]
        for what, image, word in cases:
            with self.subTest(what):
                self.refused([], image=image, status=(1, 2), words=[word])

    def test_image_not_readable(self):
        with harness.OrdinaryUser() as user:
            cli = user.adopt(harness.CLI)
            image = user.adopt(self.image)
            os.chmod(image, 0)
            result = user.run([cli, '--connect', 'qemu:///session', 'create', '--name', GOOD_NAME,
                               '--image', image])
            self.told(result, (1, 2), ['good.qcow2'])

    def test_user_data(self):
        for what, content in USER_DATA:
            with self.subTest(what):
                path = self.write('user-data', content)
                self.refused(['--user-data', path], status=(1, 2))
        self.refused(['--user-data', os.path.join(self.folder, 'absent')], status=(1, 2), words=['absent'])

    def test_user_data_beside_fields(self):
        path = self.write('user-data', HEADER + b'hostname: web\n')
        self.refused(['--user-data', path, '--user', 'alice'], words=['--user-data'])

    def test_password_too_long(self):
        self.refused(['--user', 'alice', '--password-stdin'], stdin=b'x' * 512 + b'\n', status=(1, 2),
                     words=['password'])

    def test_password_is_hashed(self):
        """Passwords that a careless program would break on reach the seed as a hash that fits."""
        for password in ('"', "it's", 'a: b', ': #', '{x}', '\u00e9t\u00e9 \U0001f600', ' lead', 'x' * 511):
            with self.subTest(password[:10]):
                result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'create', '--name',
                                      GOOD_NAME, '--image', self.image, '--user', 'alice',
                                      '--password-stdin', '--dry-run'], env=self.env,
                                     stdin=password.encode() + b'\n', check=True)
                self.assertNotIn(': ' + password + '\n', result.stdout)
                found = [word.strip('"\'') for word in result.stdout.split() if '$6$' in word]
                self.assertEqual(len(found), 1, result.stdout)
                self.assertEqual(self.hash_of(password, found[0]), found[0])

    @staticmethod
    def hash_of(password, hashed):
        """Hash with the salt of HASHED by libcrypt's other user, Perl."""
        script = 'my $p = do { local $/; <STDIN> }; print crypt($p, $ARGV[0])'
        return subprocess.run(['perl', '-e', script, hashed], input=password.encode(),
                              stdout=subprocess.PIPE, check=True).stdout.decode()

    def test_ssh_key(self):
        public = open(self.key + '.pub', 'rb').read()
        private = open(self.key, 'rb').read()
        for what, content in (('cut in half', public[:40]), ('empty', b''), ('a text', b'hello there\n')):
            with self.subTest(what):
                path = self.write('key.pub', content)
                self.refused(['--user', 'alice', '--ssh-key', path], status=(1, 2), words=['key'])
        with self.subTest('a private key'):
            text = self.refused(['--user', 'alice', '--ssh-key', self.key], status=(1, 2), words=['private'])
            secret = private.split(b'\n')[1].decode()
            self.assertNotIn(secret[:20], text)

    def test_network_missing(self):
        self.refused(['--network', 'no-such-network'], status=(1, 2, 3), words=['no-such-network'])

    def test_network_inactive(self):
        name = harness.unique_name()
        harness.virsh('net-define', self.write('net.xml', b'<network><name>%s</name></network>'
                                               % name.encode()))
        self.addCleanup(harness.virsh, 'net-undefine', name)
        self.refused(['--network', name], status=(1, 3), words=[name, 'start'])

    def test_no_daemon(self):
        result = harness.run([harness.CLI, '--connect', 'qemu:///system?socket=/nonexistent/libvirt-sock',
                              'create', '--name', GOOD_NAME, '--image', self.image], env=self.env)
        self.told(result, (1, 3), ['libvirt'])

    def test_wrong_usage(self):
        for arguments in (['create'], ['create', '--no-such-option'], ['no-such-command'], ['delete'],
                          ['create', '--name'], ['console'], ['--connect']):
            with self.subTest(' '.join(arguments)):
                result = harness.run([harness.CLI, *arguments], env=self.env)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertEqual(result.stdout, '')
                self.assertNotEqual(result.stderr, '')

    def test_no_such_machine(self):
        for command in ('delete', 'console'):
            with self.subTest(command):
                result = harness.run([harness.CLI, '--connect', harness.SYSTEM, command, GOOD_NAME],
                                     env=self.env)
                self.told(result, 1, [GOOD_NAME])

    def test_no_rights(self):
        """An ordinary user has no rights on the system's socket, and is told what to do."""
        with harness.OrdinaryUser() as user:
            cli = user.adopt(harness.CLI)
            image = user.adopt(self.image)
            result = user.run([cli, '--connect', harness.SYSTEM, 'create', '--name', GOOD_NAME, '--image',
                               image])
            self.told(result, (1, 3), ['libvirt'])

    def test_no_space(self):
        """The pool's file system runs full while the base image goes in."""
        with harness.OrdinaryUser(home_size='48m') as user:
            cli = user.adopt(harness.CLI)
            # 64 MiB with a boot sector, from outside, for a file system of 48.
            image = self.write('big.raw', bytes(510) + b'\x55\xaa' + bytes(512) + os.urandom(1 << 20) * 64)
            os.chmod(self.folder, 0o755)
            result = user.run([cli, '--connect', 'qemu:///session', 'create', '--name', GOOD_NAME,
                               '--image', image], timeout=120)
            self.told(result, 1, ['space'])
            left = [path for path in harness.files_below(user.home)
                    if path.startswith('.local/share/libvirt/images') or 'journal' in path]
            self.assertEqual(left, [])

    def test_no_emulator(self):
        """libvirt is there and QEMU is not."""
        with harness.OrdinaryUser() as user:
            cli = user.adopt(harness.CLI)
            image = user.adopt(self.image)
            result = user.run([cli, '--connect', 'qemu:///session', 'create', '--name', GOOD_NAME,
                               '--image', image], path='/nonexistent', timeout=120)
            self.told(result, 3, ['QEMU'])


if __name__ == '__main__':
    harness.main()
