#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostel-cli on a real daemon, with machines that others defined.

usage: test-cli-real.py HOSTEL_CLI [CASE...]
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
import xml.etree.ElementTree as ElementTree

from tap import TAPTestRunner

CLI = os.path.abspath(sys.argv.pop(1))
URI = 'qemu:///system' if os.getuid() == 0 else 'qemu:///session'
MIB = 1 << 20
ROUNDS = 40 if os.environ.get('HOSTEL_TEST_LONG') else 9
KILLS = 20 if os.environ.get('HOSTEL_TEST_LONG') else 5


def virsh(*arguments, check=True):
    result = subprocess.run(['virsh', '--quiet', '--connect', URI, *arguments], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, text=True)
    if check and result.returncode != 0:
        raise AssertionError(f'virsh {arguments}: {result.stderr}')
    return result.stdout


class Real(unittest.TestCase):
    """A pool in a folder of its own, and machines whose names begin with its name."""

    def setUp(self):
        if subprocess.run(['virsh', '--quiet', '--connect', URI, 'version'], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest('no libvirt daemon can be reached')
        folder = tempfile.TemporaryDirectory(dir='/var/tmp', prefix='hostel-real-')
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)
        self.pool = 'hostel-real-' + uuid.uuid4().hex[:8]
        self.images = os.path.join(self.folder, 'images')
        os.mkdir(self.images)
        self.home = os.path.join(self.folder, 'home')
        os.mkdir(self.home, 0o700)
        self.env = dict(os.environ, LC_ALL='C.UTF-8', HOME=self.home,
                        **{f'XDG_{kind}_HOME': os.path.join(self.home, kind.lower())
                           for kind in ('DATA', 'STATE', 'CACHE', 'CONFIG')})
        virsh('pool-define-as', self.pool, 'dir', '--target', self.images)
        self.addCleanup(self.clean)
        virsh('pool-start', self.pool)

    def clean(self):
        for name in virsh('list', '--all', '--name').split():
            if name.startswith(self.pool):
                virsh('destroy', name, check=False)
                virsh('undefine', '--snapshots-metadata', '--managed-save', '--nvram', name, check=False)
        virsh('pool-destroy', self.pool, check=False)
        virsh('pool-undefine', self.pool, check=False)

    def cli(self, *arguments, timeout=60, **options):
        return subprocess.run([CLI, '--connect', URI, *arguments], env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, **options)

    def done(self, *arguments, status=0, word=''):
        """What it printed, which has WORD in it; an error is one line on stderr."""
        result = self.cli(*arguments, text=True)
        self.assertEqual(result.returncode, status, result)
        if status != 0:
            self.assertEqual(result.stdout, '')
            self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        self.assertIn(word, result.stdout + result.stderr)
        return result.stdout

    def show(self, name):
        return json.loads(self.done('show', name, '--json'))

    def define(self, devices, start=False, more='', os_more='', after=''):
        name = f'{self.pool}-{uuid.uuid4().hex[:4]}'
        path = os.path.join(self.folder, 'machine.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'<domain type="qemu"><name>{name}</name>{more}<memory unit="MiB">64</memory><vcpu>1</vcpu>'
                       f'<os><type arch="x86_64" machine="pc">hvm</type>{os_more}</os>{after}'
                       f'<devices>{devices}</devices></domain>')
        virsh('define', path)
        if start:
            virsh('start', '--paused', name)
        return name


# A sanitizer keeps what is freed for a while.
MUCH = (800 if 'ASAN_OPTIONS' in os.environ else 80) * MIB


class HugeLog(Real):
    def replay(self, name):
        """What is shown, and how much memory that took."""
        shown = os.path.join(self.folder, 'shown')
        # Of a process of its own: a child's figure begins with its parent's.
        meter = 'import os, resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); ' \
                'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)'
        with open(shown, 'w+b') as file:
            result = subprocess.run([sys.executable, '-c', meter, CLI, '--connect', URI, 'console', '--replay', name],
                                    env=self.env, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE,
                                    timeout=60, check=True)
            file.seek(0)
            return file.read(), int(result.stderr.split()[-1]) * 1024

    def test_tail(self):
        """Of a log of gigabytes, as a daemon without virtlogd keeps it, the end is what matters."""
        path = os.path.join(self.images, 'serial.log')
        lines = b''.join(b'[%9d] row of the log\r\n' % row for row in range(20 * MIB // 32))
        with open(path, 'wb') as file:
            file.seek(6 << 30)
            file.write(lines)
        virsh('pool-refresh', self.pool)
        name = self.define(f'<serial type="pty"><log file="{path}" append="on"/></serial>')
        shown, memory = self.replay(name)
        self.assertLess(memory, MUCH)
        self.assertGreater(len(shown), 4 * MIB)
        self.assertTrue(lines.endswith(shown))

        # What comes later is joined where the end was, once.
        with open(path, 'ab') as file:
            file.write(b'one more\r\n')
        again, memory = self.replay(name)
        self.assertLess(memory, MUCH)
        self.assertEqual(again, shown + b'one more\r\n')

    def test_holes(self):
        path = os.path.join(self.images, 'serial.log')
        with open(path, 'wb') as file:
            file.truncate(6 << 30)
        virsh('pool-refresh', self.pool)
        name = self.define(f'<serial type="pty"><log file="{path}" append="on"/></serial>')
        shown, memory = self.replay(name)
        self.assertLess(memory, MUCH)
        self.assertLess(len(shown), 64 * MIB)


class Seed(Real):
    def iso(self, name='seed.iso', host='seedy'):
        path = os.path.join(self.images, name)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            for file_name, text in (('user-data', f'#cloud-config\nhostname: {host}\n'),
                                    ('meta-data', 'instance-id: iid-somebodys\n')):
                with open(os.path.join(folder, file_name), 'w', encoding='ascii') as file:
                    file.write(text)
            if subprocess.run(['xorriso', '-as', 'mkisofs', '-quiet', '-V', 'cidata', '-J', '-r', '-o', path,
                               folder], stderr=subprocess.DEVNULL).returncode != 0:
                self.skipTest('xorriso is not installed')
        virsh('pool-refresh', self.pool)
        return path

    def user_data(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def seed_files(self, name):
        """What the definition's read-only disks are, each of which has to be there."""
        root = ElementTree.fromstring(virsh('dumpxml', '--inactive', name))
        sources = [disk.find('source').attrib for disk in root.iter('disk') if disk.find('readonly') is not None]
        files = [source['file'] if 'file' in source else os.path.join(self.images, source['volume'])
                 for source in sources]
        for path in files:
            self.assertTrue(os.path.exists(path), path)
        return files


class Volume(Seed):
    def test_volume(self):
        """A seed that is named by its pool and volume, as Terraform's libvirt provider does."""
        path = self.iso()
        name = self.define(f'''<disk type="volume" device="cdrom"><driver name="qemu" type="raw"/>
          <source pool="{self.pool}" volume="seed.iso"/><target dev="hda" bus="ide"/><readonly/></disk>''')
        result = self.cli('user-data', name)
        self.assertEqual((result.returncode, result.stdout), (0, b'#cloud-config\nhostname: seedy\n'), result)

        other = '#cloud-config\nhostname: other\n'
        result = self.cli('user-data', '--apply', self.user_data('other', other), name)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.cli('user-data', name).stdout, other.encode())
        source = ElementTree.fromstring(virsh('dumpxml', name)).find('devices/disk/source').attrib
        self.assertEqual(source['pool'], self.pool)
        self.assertNotEqual(source['volume'], 'seed.iso')
        self.seed_files(name)
        # Nothing says that it was ours.
        self.assertTrue(os.path.exists(path))

    def test_block_names_stay(self):
        """What else is in the definition stays as somebody else has just changed it."""
        self.iso()
        name = self.define(f'''<disk type="file" device="cdrom"><driver name="qemu" type="raw"/>
          <source file="{self.images}/seed.iso"/><target dev="hda" bus="ide"/><readonly/></disk>''', start=True)
        virsh('setvcpus', name, '1', '--config')
        virsh('desc', name, '--config', 'changed by somebody')
        result = self.cli('user-data', '--apply', self.user_data('other', '#cloud-config\n{}\n'), name)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(virsh('desc', name, '--config').strip(), 'changed by somebody')
        # The running machine has what it had.
        self.assertIn('/seed.iso', virsh('domblklist', name))
        self.assertNotIn('/seed.iso', virsh('domblklist', '--inactive', name))


class TwoAtOnce(Seed):
    """One wins, the other says so; whatever happens, the machine has its seed."""

    def setUp(self):
        super().setUp()
        self.iso()
        self.name = self.define(f'''<disk type="file" device="cdrom"><driver name="qemu" type="raw"/>
          <source file="{self.images}/seed.iso"/><target dev="hda" bus="ide"/><readonly/></disk>''')
        self.texts = [f'#cloud-config\nhostname: host{number}\n' for number in range(3)]
        self.paths = [self.user_data(f'text{number}', text) for number, text in enumerate(self.texts)]

    def start(self, *arguments, **more):
        return subprocess.Popen([CLI, '--connect', URI, *arguments], env=dict(self.env, **more),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, processes):
        """Their exit statuses; who fails says why in one line."""
        results = [process.communicate(timeout=60) + (process.returncode,) for process in processes]
        for _, errors, status in results:
            self.assertIn(status, (0, 1, 2), results)
            self.assertEqual(errors.count(b'\n'), min(status, 1), results)
        return [status for _, _, status in results]

    def test_apply(self):
        lost = 0
        for number in range(ROUNDS):
            # Every third time they are two persons, who share no lock.
            others = {'XDG_STATE_HOME': os.path.join(self.folder, 'other')} if number % 3 == 2 else {}
            statuses = self.finish([self.start('user-data', '--apply', self.paths[i], self.name,
                                               **(others if i else {})) for i in range(3)])
            self.assertIn(0, statuses)
            lost += sum(statuses)
            self.assertEqual(len(self.seed_files(self.name)), 1)
            shown = self.cli('user-data', self.name).stdout.decode()
            self.assertIn(shown, [text for text, status in zip(self.texts, statuses) if status == 0])
        self.assertGreater(lost, 0)

    def test_apply_and_delete(self):
        """A machine that is deleted meanwhile does not come back."""
        for number in range(ROUNDS // 3):
            name = self.define('<disk type="file" device="cdrom"><driver name="qemu" type="raw"/>'
                               f'<source file="{self.images}/seed.iso"/><target dev="hda" bus="ide"/><readonly/></disk>')
            apply = self.start('user-data', '--apply', self.paths[number % 3], name)
            virsh('undefine', name)
            self.finish([apply])
            self.assertNotIn(name, virsh('list', '--all', '--name').split())

    def test_grow(self):
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', f'{self.images}/disk.qcow2', '1M'], check=True)
        virsh('pool-refresh', self.pool)
        name = self.define('<disk type="file" device="disk"><driver name="qemu" type="qcow2"/>'
                           f'<source file="{self.images}/disk.qcow2"/><target dev="vda" bus="virtio"/></disk>')
        for number in range(ROUNDS):
            sizes = [10 * number + 10 + 2 * i for i in range(3)]
            statuses = self.finish([self.start('grow', name, f'{size}M') for size in sizes])
            won = max(size for size, status in zip(sizes, statuses) if status == 0)
            info = json.loads(subprocess.run(['qemu-img', 'info', '--output=json', f'{self.images}/disk.qcow2'],
                                             stdout=subprocess.PIPE, check=True).stdout)
            self.assertEqual(info['virtual-size'], won * MIB)


class Grow(Real):
    def disk(self, file_name, target, more='', kind='file'):
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', os.path.join(self.images, file_name), '8M'],
                       check=True)
        virsh('pool-refresh', self.pool)
        source = f'pool="{self.pool}" volume="{file_name}"' if kind == 'volume' \
            else f'file="{self.images}/{file_name}"'
        return (f'<disk type="{kind}" device="disk"><driver name="qemu" type="qcow2"/><source {source}/>'
                f'<target dev="{target}" bus="virtio"/>{more}</disk>')

    def sizes(self):
        """In MiB."""
        sizes = {}
        for name in os.listdir(self.images):
            path = os.path.join(self.images, name)
            info = json.loads(subprocess.run(['qemu-img', 'info', '-U', '--output=json', path],
                                             stdout=subprocess.PIPE, check=True).stdout)
            sizes[name.partition('.')[0]] = info['virtual-size'] // MIB
        return sizes

    def test_boot_order(self):
        """The disk that it boots from, whatever comes first."""
        name = self.define(self.disk('loader.qcow2', 'vda', '<boot order="3"/>')
                           + self.disk('data.qcow2', 'vdb') + self.disk('system.qcow2', 'vdc', '<boot order="1"/>'))
        result = self.cli('grow', name, '32M')
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.sizes(), {'loader': 8, 'data': 8, 'system': 32})
        for word in (b'vdc (system.qcow2)', b'vda (loader.qcow2)', b'vdb (data.qcow2)', b'--disk'):
            self.assertIn(word, result.stderr)

        result = self.cli('grow', '--disk', 'vdb', name, '16M')
        self.assertEqual((result.returncode, result.stderr), (0, b''), result)
        self.assertEqual(self.sizes(), {'loader': 8, 'data': 16, 'system': 32})
        result = self.cli('grow', name, '--disk', 'sdz', '64M')
        self.assertEqual(result.returncode, 2, result)
        self.assertIn(b'vdc (system.qcow2)', result.stderr)

    def test_first_of_two(self):
        name = self.define(self.disk('one.qcow2', 'vda') + self.disk('two.qcow2', 'vdb'),
                           os_more='<boot dev="cdrom"/><boot dev="hd"/>')
        self.assertEqual(self.cli('grow', name, '16M').returncode, 0)
        self.assertEqual(self.sizes(), {'one': 16, 'two': 8})

    def test_volume(self):
        """Off and on."""
        name = self.define(self.disk('volume.qcow2', 'vda', kind='volume'))
        result = self.cli('grow', name, '16M')
        self.assertEqual(result.returncode, 0, result)
        virsh('start', '--paused', name)
        result = self.cli('grow', name, '24M')
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.sizes(), {'volume': 24})

    def test_used(self):
        """What another machine stands on, or has as well, keeps its size."""
        base = self.disk('base.qcow2', 'vda')
        name = self.define(base)
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', f'{self.images}/base.qcow2', '-F', 'qcow2',
                        f'{self.images}/overlay.qcow2'], check=True)
        other = self.define(f'<disk type="file" device="disk"><driver name="qemu" type="qcow2"/>'
                            f'<source file="{self.images}/overlay.qcow2"/><target dev="vda" bus="virtio"/></disk>')
        result = self.cli('grow', name, '16M')
        self.assertEqual(result.returncode, 1, result)
        self.assertIn(other.encode(), result.stderr)
        self.assertEqual(self.sizes(), {'base': 8, 'overlay': 8})
        virsh('undefine', other)
        third = self.define(base)
        result = self.cli('grow', name, '16M')
        self.assertEqual(result.returncode, 1, result)
        self.assertIn(third.encode(), result.stderr)


class Console(Real):
    def join(self, name, *more):
        """Whether the console is joined; else what is said."""
        process = subprocess.Popen([CLI, '--connect', URI, 'console', *more, name], env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            return process.communicate(timeout=2)[1].decode()
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
            process.communicate()

    def test_first_that_can_be_joined(self):
        log = os.path.join(self.images, 'console.log')
        for devices in (
                f'<serial type="file"><source path="{log}"/><target port="0"/></serial>'
                '<serial type="pty"><target port="1"/></serial>',
                '<serial type="null"><target port="0"/></serial>'
                '<console type="pty"><target type="virtio" port="1"/></console>',
                '<console type="pty"><target type="virtio" port="0"/></console>'):
            name = self.define(devices, start=True)
            self.assertIsNone(self.join(name), devices)
            virsh('destroy', name)

    def test_none(self):
        socket = os.path.join(self.images, 'its.sock')
        log = os.path.join(self.images, 'its.log')
        for devices, words in (
                ('', ('no serial console', 'Add one', 'virsh edit ')),
                (f'<serial type="unix"><source mode="bind" path="{socket}"/></serial>', ('socket', socket)),
                (f'<serial type="file"><source path="{log}"/></serial>', ('file', log)),
                ('<serial type="tcp"><source mode="bind" host="127.0.0.1" service="48711"/></serial>',
                 ('127.0.0.1', '48711')),
                ('<serial type="null"/>', ('null', 'Add one'))):
            name = self.define(devices, start=True)
            for more in ((), ('--replay',)):
                told = self.join(name, *more)
                self.assertEqual(told.count('\n'), 1, told)
                for word in (name, *words):
                    self.assertIn(word, told)
            virsh('destroy', name)


class Killed(Seed):
    """SIGKILL at a random moment."""

    def kill(self, *arguments, longest):
        process = subprocess.Popen([CLI, '--connect', URI, *arguments], env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(random.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()

    def assert_no_secret(self):
        """No private key, but for Hostel's own, which is kept."""
        for folder, _, names in os.walk(self.home):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, 'rb') as file:
                    if b'PRIVATE KEY' in file.read():
                        self.assertIn(os.path.relpath(path, self.home), ('data/hostel/id_ed25519', 'data/hostel/id_ed25519.new'))
                        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    def test_apply(self):
        self.iso()
        name = self.define(f'''<disk type="file" device="cdrom"><driver name="qemu" type="raw"/>
          <source file="{self.images}/seed.iso"/><target dev="hda" bus="ide"/><readonly/></disk>''')
        text = '#cloud-config\nhostname: after\n'
        path = self.user_data('text', text)
        start = time.monotonic()
        self.assertEqual(self.cli('user-data', '--apply', path, name).returncode, 0)
        longest = time.monotonic() - start
        for _ in range(KILLS):
            self.kill('user-data', '--apply', path, name, longest=longest)
            self.assertEqual(len(self.seed_files(name)), 1)
            self.assertEqual(self.cli('user-data', name).returncode, 0)
        self.assertEqual(self.cli('user-data', '--apply', path, name).returncode, 0)
        self.assertEqual(self.cli('user-data', name).stdout.decode(), text)
        # Its own alone, and the one that was never ours; the foreign ones in between were ours.
        kept = {os.path.basename(path) for path in self.seed_files(name)} | {'seed.iso'}
        self.assertLessEqual(set(os.listdir(self.images)), kept)

    def test_import(self):
        """No half image counts, and the next import leaves nothing of it."""
        image = os.path.join(self.folder, 'image.raw')
        content = bytes(510) + b'\x55\xaa' + os.urandom(48 * MIB)
        with open(image, 'wb') as file:
            file.write(content)
        start = time.monotonic()
        self.assertEqual(self.cli('images', 'import', image).returncode, 0)
        longest = time.monotonic() - start
        for _ in range(KILLS):
            shutil.rmtree(os.path.join(self.home, 'data', 'hostel', 'images'), ignore_errors=True)
            self.kill('images', 'import', image, longest=longest)
            for stored in json.loads(self.cli('images', '--json').stdout):
                if stored['fetched']:
                    with open(stored['path'], 'rb') as file:
                        self.assertEqual(file.read(), content)
        other = os.path.join(self.folder, 'other.raw')
        with open(other, 'wb') as file:
            file.write(content[:MIB])
        self.assertEqual(self.cli('images', 'import', other).returncode, 0)
        store = os.path.join(self.home, 'data', 'hostel', 'images')
        found = [name for _, _, names in os.walk(store) for name in names if name != 'image.ini']
        self.assertLessEqual(set(found), {'image.raw', 'other.raw'})
        self.assertNotIn('incoming', [name for _, folders, _ in os.walk(store) for name in folders])

    def test_create(self):
        image = os.path.join(self.folder, 'image.raw')
        with open(image, 'wb') as file:
            file.write(bytes(510) + b'\x55\xaa' + os.urandom(64 * MIB))
        more = ('--image', image, '--pool', self.pool, '--network', 'none', '--no-start', '--user', 'a',
                '--memory', '64')
        start = time.monotonic()
        result = self.cli('create', '--name', f'{self.pool}-0', *more)
        self.assertEqual(result.returncode, 0, result)
        longest = time.monotonic() - start
        for number in range(KILLS):
            # With and without its base image there already.
            if number % 2:
                for name in os.listdir(self.images):
                    if 'hostel-base' in name and not virsh('list', '--all', '--name').count(self.pool):
                        os.unlink(os.path.join(self.images, name))
                virsh('pool-refresh', self.pool)
            self.kill('create', '--name', f'{self.pool}-{number + 1}', *more, longest=longest)
            self.assert_no_secret()
            for name in virsh('list', '--all', '--name').split():
                if name.startswith(self.pool):
                    self.seed_files(name)
                    self.assertEqual(self.cli('delete', name).returncode, 0)
        # The next one clears up, and what is deleted then leaves the base alone.
        self.assertEqual(self.cli('create', '--name', f'{self.pool}-last', *more).returncode, 0)
        self.assertEqual(self.cli('delete', f'{self.pool}-last').returncode, 0)
        left = [name for name in os.listdir(self.images) if 'hostel-base' not in name]
        self.assertEqual(left, [])
        bases = [name for name in os.listdir(self.images) if name.endswith('.raw')]
        for name in bases:
            self.assertEqual(os.path.getsize(os.path.join(self.images, name)), os.path.getsize(image))


class Machine(Real):
    """Verbs, what a machine has, its name."""

    def test_verbs(self):
        name = self.define('')
        self.done('pause', name, status=1, word=f'hostel-cli start {name}')
        self.done('start', name, '--wait')
        self.assertEqual(self.show(name)['state'], 'running')
        # What is there already is what was wanted.
        self.done('start', name, word='runs already')
        self.done('pause', name, '--wait')
        self.assertEqual(self.show(name)['state'], 'paused')
        self.done('shutdown', name, status=1, word=f'hostel-cli resume {name}')
        self.done('start', name, status=1, word='paused')
        self.done('resume', name, '--wait')
        # No system listens.
        begin = time.monotonic()
        self.done('shutdown', name, '--wait', '--timeout', '2', status=1, word=f'hostel-cli force-off {name}')
        self.assertLess(time.monotonic() - begin, 30)
        self.done('save', name, '--wait')
        self.assertEqual(self.show(name)['state'], 'saved')
        self.done('start', name, '--wait')
        self.done('reboot', name)
        self.done('force-off', name, '--wait')
        self.assertEqual(self.show(name)['state'], 'off')
        self.done('force-off', name, word='off already')
        for wrong in (('reboot', name, '--wait'), ('start',), ('start', name, name), ('start', name, '--timeout', '0')):
            self.done(*wrong, status=2)
        self.done('start', name + '-none', status=1, word='no machine')

    def test_set(self):
        """Now where the machine can, else from its next start on; nothing else is different."""
        name = self.define('<graphics type="vnc" passwd="geheim"/>', more='<metadata><a:b xmlns:a="urn:a">mine</a:b>'
                           '</metadata>')
        before = virsh('dumpxml', '--inactive', '--security-info', name)
        virsh('start', '--paused', name)
        self.done('set', name, '--memory', '128', '--vcpus', '2', '--title', 'Hi <&>', word='from the next start on')
        shown = self.show(name)
        self.assertEqual((shown['memory'], shown['vcpus']), ({'live': 64, 'next': 128}, {'live': 1, 'next': 2}))
        self.assertEqual(shown['title'], 'Hi <&>')
        self.assertEqual(len(shown['pending']), 2)
        self.done('set', name, '--memory', '32', word='now')
        self.done('set', name, '--memory', '96', '--next-start')
        self.assertEqual(self.show(name)['memory']['next'], 96)
        self.done('set', name, '--memory', '64', '--vcpus', '1', '--title', '')
        self.assertEqual(self.show(name)['vcpus'], {'live': 1, 'next': 1})

        virsh('destroy', name)
        after = virsh('dumpxml', '--inactive', '--security-info', name)
        # A maximum that was raised is head-room and stays.
        self.assertEqual(after.replace("<vcpu placement='static' current='1'>2</vcpu>",
                                       "<vcpu placement='static'>1</vcpu>"), before)
        self.assertIn('geheim', after)
        self.assertEqual(self.show(name)['pending'], [])

    def test_set_refused(self):
        name = self.define('')
        before = virsh('dumpxml', '--inactive', name)
        for wrong in (('--memory', '0'), ('--memory', '-1'), ('--memory', '1000T'), ('--vcpus', '0'), ('--vcpus', '5000'),
                      ('--vcpus', '4096'), ('--autostart', 'maybe'), ('--title', 'a\nb'), ('--title', 'x' * 300), ()):
            self.done('set', name, *wrong, status=2)
        self.done('set', name, '--notes', self.folder + '/none', status=1, word='none')
        # One that cannot be keeps the other from being tried.
        self.done('set', name, '--memory', '96', '--vcpus', '4096', status=2)
        self.assertEqual(virsh('dumpxml', '--inactive', name), before)

        virsh('start', name)
        virsh('managedsave', name)
        self.done('set', name, '--memory', '96', status=1, word='saved state')
        self.assertEqual(virsh('dumpxml', '--inactive', name), before)

    def test_notes_and_autostart(self):
        name = self.define('')
        notes = os.path.join(self.folder, 'notes')
        with open(notes, 'w', encoding='utf-8') as file:
            file.write('Web server.\n\tÜber <alles> & mehr\n')
        self.done('set', name, '--notes', notes, '--autostart', 'on')
        shown = self.show(name)
        self.assertEqual(shown['notes'], 'Web server.\n\tÜber <alles> & mehr\n')
        self.assertIs(shown['autostart'], True)
        self.assertIn('enable', virsh('dominfo', name))
        self.done('set', name, '--autostart', 'off')
        self.assertIs(self.show(name)['autostart'], False)

    def test_rename(self):
        name = self.define('')
        other = self.define('')
        new = name + 'ä'
        identity = self.show(name)['uuid']
        for wrong, status in ((other, 1), ('a/b', 2), ('x' * 300, 2), ('', 2), ('-x', 2), ('a\nb', 2)):
            self.done('rename', '--', name, wrong, status=status)
        virsh('start', name)
        self.done('rename', name, new, status=1, word='Shut it down')
        virsh('managedsave', name)
        self.done('rename', name, new, status=1, word='saved state')
        virsh('managedsave-remove', name)
        self.done('rename', name, new)
        self.assertEqual(self.show(new)['uuid'], identity)
        self.done('show', name, status=1, word='no machine')
        self.done('rename', new, name)

    def test_rename_keeps_variables(self):
        """libvirt itself would begin with new UEFI variables."""
        if not os.path.exists('/usr/share/OVMF/OVMF_CODE_4M.fd'):
            self.skipTest('needs OVMF')
        loader = '<loader readonly="yes" type="pflash">/usr/share/OVMF/OVMF_CODE_4M.fd</loader>'
        acpi = '<features><acpi/></features>'
        name = self.define('', os_more=loader, after=acpi)
        self.done('rename', name, name + 'b', status=1, word='boot entries')
        own = self.define('', after=acpi, os_more=f'{loader}<nvram template="/usr/share/OVMF/OVMF_VARS_4M.fd">'
                                      f'{self.images}/own_VARS.fd</nvram>')
        virsh('start', '--paused', own)
        virsh('destroy', own)
        with open(f'{self.images}/own_VARS.fd', 'rb') as file:
            before = file.read()
        self.done('rename', own, own + 'b')
        virsh('start', '--paused', own + 'b')
        virsh('destroy', own + 'b')
        with open(f'{self.images}/own_VARS.fd', 'rb') as file:
            self.assertEqual(file.read(), before)


class Devices(Real):
    """What a machine is given and what is taken from it, without a guest that answers."""

    def image(self, name, size=MIB):
        path = os.path.join(self.images, name)
        with open(path, 'wb') as file:
            file.truncate(size)
        virsh('pool-refresh', self.pool)
        return path

    def disc(self, name='disc.iso'):
        path = os.path.join(self.images, name)
        with open(path, 'wb') as file:
            file.write(bytes(32768) + b'\x01CD001\x01' + bytes(4096))
        virsh('pool-refresh', self.pool)
        return path

    def disk(self, path, more=''):
        return f'<disk type="file" device="disk"><source file="{path}"/><target dev="vda" bus="virtio"/>{more}</disk>'

    def definition(self, name):
        return virsh('dumpxml', '--inactive', '--security-info', name)

    def devices(self, name):
        return {device['id']: device for device in self.show(name)['devices']}

    def test_off(self):
        name = self.define(self.disk(self.image('own.img')) + '<graphics type="vnc" passwd="geheim"/>',
                           more='<metadata><a:b xmlns:a="urn:a">mine</a:b></metadata>')
        before = self.definition(name)
        self.done('attach', name, 'disk', '--size', '8M', word='from the next start on')
        new = self.devices(name)['vdb']
        # Where it has its disks, sparse, and nobody else's to read.
        self.assertIn(self.images, new['next'])
        path = os.path.join(self.images, f'{name}-vdb.qcow2')
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.done('attach', name, 'nic', '--network', 'user', '--mac', '52:54:00:AB:CD:EF')
        self.done('attach', name, 'cdrom')
        self.done('attach', name, 'cdrom', '--file', self.disc())
        drives = [device for device in self.devices(name).values() if device['kind'] == 'cdrom']
        self.assertEqual(len(drives), 1, 'the empty one takes it')
        self.assertIn('disc.iso', drives[0]['next'])
        self.assertIn('geheim', self.definition(name))
        self.assertIn('>mine</a:b>', self.definition(name))

        self.done('change', name, '52:54:00:ab:cd:ef', '--link', 'down', word='unplugged')
        self.assertIn('unplugged', self.devices(name)['52:54:00:ab:cd:ef']['next'])
        self.done('change', name, drives[0]['id'], '--eject', word='empty')
        for device in ('52:54:00:ab:cd:ef', drives[0]['id']):
            self.done('detach', name, device, word='gone')
        # Never deleted unasked.
        self.done('detach', name, 'vdb', word='no machine uses it any more')
        self.assertTrue(os.path.exists(path))
        # But for the controller that libvirt has added.
        after = re.sub(r"    <controller type='ide'.*?</controller>\n", '', self.definition(name), flags=re.S)
        self.assertEqual(after, before)

    def test_refused(self):
        own = self.image('own.img')
        name = self.define(self.disk(own))
        other = self.define(self.disk(self.image('other.img')) +
                            '<interface type="user"><mac address="52:54:00:fe:dc:ba"/></interface>')
        before = self.definition(name)
        files = set(os.listdir(self.images))
        other_disk = os.path.join(self.images, 'other.img')
        text = os.path.join(self.folder, 'text')
        with open(text, 'w', encoding='utf-8') as file:
            file.write('no disc')
        for words, status, word in (
                (('disk',), 2, '--size'), (('disk', '--size', '0'), 2, ''), (('disk', '--size', '1'), 2, '1 MiB'),
                (('disk', '--size', '1G', '--file', own), 2, ''), (('disk', '--size', '-1G'), 2, ''),
                (('disk', '--size', '1G', '--bus', 'scuzzy'), 2, 'virtio'), (('cdrom', '--bus', 'virtio'), 2, 'sata'),
                (('cdrom', '--size', '1G'), 2, 'cdrom'), (('nic', '--file', own), 2, 'nic'), (('floppy',), 2, 'floppy'),
                ((), 2, ''), (('nic', '--mac', '52:54:00'), 2, 'six pairs'), (('nic', '--mac', '53:54:00:00:00:00'), 2, ''),
                (('nic', '--mac', '52:54:00:FE:DC:BA'), 1, other), (('nic', '--network', 'no-such-net'), 1, 'no-such-net'),
                (('disk', '--file', own), 1, name), (('disk', '--file', other_disk), 1, other),
                (('disk', '--file', '/no/such'), 1, 'no file “such”'), (('disk', '--file', self.images), 2, 'folder'),
                (('cdrom', '--file', text), 2, 'no image of a CD'), (('cdrom', '--file', '/no/such.iso'), 1, 'no file'),
                (('cdrom', '--file', self.images), 2, 'no image of a CD')):
            self.done('attach', name, *words, status=status, word=word)
        for words, status, word in ((('vdz',), 1, 'vdz'), (('video0',), 1, 'video'), ((), 2, '')):
            self.done('detach', name, *words, status=status, word=word)
        for words, status in ((('vda', '--eject'), 1), (('vda',), 2), (('vda', '--link', 'sideways'), 2),
                              (('vda', '--link', 'up'), 1), (('vda', '--eject', '--link', 'up'), 2)):
            self.done('change', name, *words, status=status)
        self.assertEqual(self.definition(name), before)
        self.assertEqual(set(os.listdir(self.images)), files)

    def test_running(self):
        """A guest that does not answer keeps a device until it is off, and that is said."""
        name = self.define(self.disk(self.image('own.img')), after='<features><acpi/></features>')
        virsh('start', '--paused', name)
        self.done('attach', name, 'disk', '--size', '8M', word='now')
        self.assertIsNotNone(self.devices(name)['vdb']['live'])
        self.done('attach', name, 'disk', '--size', '8M', '--bus', 'ide', word='from the next start on')
        self.assertEqual(len(self.show(name)['pending']), 1)
        self.done('attach', name, 'nic', '--network', 'user', '--next-start')
        self.assertEqual(len(self.show(name)['pending']), 2)

        self.done('detach', name, 'vdb', status=1, word='has not let go of vdb yet')
        device = self.devices(name)['vdb']
        self.assertEqual((device['live'] is not None, device['next']), (True, None))
        virsh('destroy', name)
        self.assertNotIn('vdb', self.devices(name))

    def test_in_use_by_running(self):
        first = self.define(self.disk(self.image('own.img')))
        second = self.define('')
        virsh('start', '--paused', first)
        virsh('detach-disk', first, 'vda', '--config')
        # Its definition is rid of it, and it still runs with it.
        self.done('attach', second, 'disk', '--file', os.path.join(self.images, 'own.img'), status=1, word=first)

    def test_saved(self):
        name = self.define(self.disk(self.image('own.img')))
        virsh('start', name)
        virsh('managedsave', name)
        before = self.definition(name)
        for words in (('attach', name, 'disk', '--size', '8M'), ('detach', name, 'vda')):
            self.done(*words, status=1, word='saved state')
        self.assertEqual(self.definition(name), before)
        self.assertEqual(os.listdir(self.images), ['own.img'])

    def test_killed(self):
        """The machine has the new disk, or the file is gone when the machine is changed next."""
        name = self.define(self.disk(self.image('own.img')))
        start = time.monotonic()
        self.done('attach', name, 'disk', '--size', '8M', '--next-start')
        longest = time.monotonic() - start
        for _ in range(KILLS):
            process = subprocess.Popen([CLI, '--connect', URI, 'attach', name, 'disk', '--size', '8M'], env=self.env,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(random.uniform(0, longest))
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
        self.done('attach', name, 'nic', '--network', 'user')
        named = re.findall(r"source file='([^']*)'", self.definition(name))
        self.assertEqual(sorted(os.listdir(self.images)), sorted(os.path.basename(path) for path in named))


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
