#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a clone has, what the machine keeps, and what is refused, on a real libvirt. Marked sectors prove
whose data is where.

usage: test-clone.py HOSTEL_CLI        (as a user whose qemu:///session is free for it)
"""

import glob
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from xml.etree import ElementTree

from tap import TAPTestRunner

try:
    import libvirt
except ImportError:
    libvirt = None

CLI = os.path.abspath(sys.argv.pop(1))
URI = 'qemu:///session'
KILLS = 30 if os.environ.get('HOSTEL_TEST_LONG') == '1' else 8
USER_DATA = '''#cloud-config
# by hand
hostname: parent-host
fqdn: parent-host.example.org
users:
  - name: alice
    ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a]
'''


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout


def mark(path, number, value, form='qcow2'):
    """Fills one of a disk's pieces."""
    run('qemu-io', '-f', form, '-c', f'write -P {value} {number * 64}k 64k', path)


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def chain(path):
    return [os.path.realpath(layer['filename'])
            for layer in json.loads(run('qemu-img', 'info', '-U', '--backing-chain', '--output=json', path))]


@unittest.skipUnless(libvirt and shutil.which('qemu-io'), 'needs python3-libvirt and qemu-utils')
class Clone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        libvirt.registerErrorHandler(lambda *_: None, None)
        try:
            cls.connection = libvirt.open(URI)
        except libvirt.libvirtError as error:
            raise unittest.SkipTest(str(error))

    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.images = os.path.join(self.root, 'images')
        os.mkdir(self.images)
        pool = self.connection.storagePoolDefineXML(
            f"<pool type='dir'><name>tc</name><target><path>{self.images}</path></target></pool>", 0)
        self.addCleanup(pool.undefine)
        pool.create(0)
        self.addCleanup(pool.destroy)
        self.addCleanup(self.remove_machines)
        self.pool = pool

    def remove_machines(self):
        flags = (libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                 libvirt.VIR_DOMAIN_UNDEFINE_NVRAM)
        for domain in self.connection.listAllDomains():
            if domain.isActive():
                domain.destroy()
            domain.undefineFlags(flags)

    def cli(self, *arguments, status=0, word=''):
        result = subprocess.run([CLI, '-c', URI, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, status, (arguments, result.stdout, result.stderr))
        self.assertIn(word, result.stdout + result.stderr)
        return result.stdout + result.stderr

    def create(self, name='parent', user_data=USER_DATA):
        """A machine as Hostel makes it, with a marked piece of its own over its image's."""
        image = os.path.join(self.root, 'image.raw')
        with open(image, 'wb') as file:
            file.write(b'\x01' * (64 << 10))
            file.seek(510)
            file.write(b'\x55\xaa')
            file.truncate(8 << 20)
        document = os.path.join(self.root, 'user-data')
        with open(document, 'w', encoding='utf-8') as file:
            file.write(user_data)
        self.cli('create', '--name', name, '--image', image, '--disk-size', '16M', '--memory', '64M', '--pool', 'tc',
                 '--network', 'user', '--user-data', document, '--no-start')
        mark(self.disk(name), 1, 0x11)
        return self.disk(name)

    def define(self, name, *disks, devices='', rest=''):
        """A machine as another program makes it."""
        xml = ''.join(disk if disk.startswith('<') else
                      f"<disk type='file' device='disk'><driver name='qemu' type='{disk.split('.')[-1]}'/>"
                      f"<source file='{disk}'/><target dev='vd{chr(97 + i)}' bus='virtio'/></disk>"
                      for i, disk in enumerate(disks))
        return self.connection.defineXML(
            f"<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>{name}</name>"
            f"<memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>"
            f"<devices>{xml}{devices}</devices>{rest}</domain>")

    def make_disk(self, name, value=0x21):
        path = os.path.join(self.images, name)
        run('qemu-img', 'create', '-q', '-f', name.split('.')[-1], path, '4M')
        mark(path, 1, value, name.split('.')[-1])
        self.pool.refresh(0)
        return path

    def xml(self, name):
        return ElementTree.fromstring(self.connection.lookupByName(name).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))

    def files(self, name):
        return [node.get('file') for node in self.xml(name).iterfind('devices/disk/source')]

    def disk(self, name):
        return self.files(name)[0]

    def seed(self, name):
        with open(self.files(name)[-1], 'rb') as file:
            return file.read()

    def names(self):
        return sorted(domain.name() for domain in self.connection.listAllDomains())

    def pool_files(self):
        return {os.path.join(self.images, name) for name in os.listdir(self.images)}

    def assert_pieces(self, path, *values):
        """Each of the first pieces, whatever they stand on; the image's first has a boot sector."""
        for number, value in enumerate(values, 1):
            result = run('qemu-io', '-r', '-U', '-c', f'read -P {value} {number * 64}k 64k', path)
            self.assertNotIn('failed', result, f'{path} {number}')

    def assert_nothing_left(self, before):
        journals = glob.glob(os.path.expanduser('~/.local/state/hostel/creates/*.journal'))
        self.assertEqual((self.pool_files(), journals), (before, []))

    def test_linked(self):
        frozen = self.create()
        before = {path: digest(path) for path in self.pool_files() if 'serial' not in path}
        self.cli('clone', 'parent', 'child', word='child is created.')
        front, copy = self.disk('parent'), self.disk('child')
        self.assertEqual(len({frozen, front, copy}), 3)
        self.assertEqual(chain(front)[1:], chain(copy)[1:])
        self.assertEqual(chain(copy)[1], frozen)
        for path in (front, copy):
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

        # Both run at once, and each writes for itself.
        mark(front, 2, 0x32)
        mark(copy, 2, 0x42)
        self.assert_pieces(front, 0x11, 0x32)
        self.assert_pieces(copy, 0x11, 0x42)
        for name in ('parent', 'child'):
            self.connection.lookupByName(name).createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        for name in ('parent', 'child'):
            self.connection.lookupByName(name).destroy()
        self.assertEqual({path: digest(path) for path in before}, before)

        # A clone of each, and nothing of that is lost when the first machines go.
        self.cli('clone', 'child', 'grandchild')
        self.cli('clone', 'parent', 'sibling')
        self.cli('delete', 'parent', word='Used by')
        self.cli('delete', 'child', word='Used by')
        self.assert_pieces(self.disk('grandchild'), 0x11, 0x42)
        self.assert_pieces(self.disk('sibling'), 0x11, 0x32)

    def test_independent(self):
        parent = self.create()
        before = {path: digest(path) for path in self.pool_files() if 'serial' not in path}
        self.cli('clone', '--independent', 'parent', 'child')
        self.assertEqual(self.disk('parent'), parent)
        self.assertEqual(chain(self.disk('child')), [self.disk('child')])
        self.assertEqual({path: digest(path) for path in before}, before)
        self.assert_pieces(self.disk('child'), 0x11)
        mark(self.disk('child'), 1, 0x51)
        self.assert_pieces(parent, 0x11)
        self.cli('delete', 'parent')
        self.assert_pieces(self.disk('child'), 0x51)
        self.cli('delete', 'child')
        self.assertEqual([path for path in self.pool_files() if 'hostel-base-' not in path], [])

    def test_new_computer(self):
        self.create()
        old = self.seed('parent')
        self.cli('clone', 'parent', 'Other Child')
        self.assertEqual(self.seed('parent'), old)
        parent, child, seed = self.xml('parent'), self.xml('Other Child'), self.seed('Other Child')
        identity = child.findtext('uuid')
        self.assertNotEqual(identity, parent.findtext('uuid'))
        self.assertNotEqual(child.find('devices/interface/mac').get('address'),
                            parent.find('devices/interface/mac').get('address'))
        for word in (identity.encode(), b'other-child', b'# by hand', b'alice', b'/etc/machine-id',
                     b'BEGIN OPENSSH PRIVATE KEY'):
            self.assertTrue(word in seed, word)
        for word in (b'parent-host', parent.findtext('uuid').encode()):
            self.assertFalse(word in seed, word)

        metadata = '{https://hostel.github.io/xmlns/domain/1.0}machine'
        ours, theirs = child.find(f'metadata/{metadata}'), parent.find(f'metadata/{metadata}')
        for key in ('ssh-host-key', 'ssh-port'):
            self.assertNotEqual(ours.get(key), theirs.get(key), key)
        self.assertEqual(ours.get('user'), 'alice')
        # The private half in the seed is not the machine's.
        begin = old.index(b'BEGIN OPENSSH')
        self.assertFalse(old[begin:begin + 300] in seed)
        logs = {machine.find('devices/serial/log').get('file') for machine in (parent, child)}
        self.assertEqual(len(logs), 2)
        for log in logs:
            self.assertTrue(os.path.exists(log))

        # Of a clone's clone, too, and each thing once.
        self.cli('clone', 'Other Child', 'third')
        third = self.seed('third')
        self.assertEqual(third.count(b'filename="hostel-machine-id"'), 1)
        self.assertEqual(third.count(b'filename="hostel-host-key"'), 1)

    def test_exact(self):
        self.create()
        warning = self.cli('clone', '--exact', 'parent', 'child', word='same computer')
        self.assertIn('child is created', warning)
        seed, identity = self.seed('child'), self.xml('parent').findtext('uuid').encode()
        for word in (identity, b'parent-host'):
            self.assertTrue(word in seed, word)
        self.assertNotEqual(self.files('child')[-1], self.files('parent')[-1])

    def test_machine_of_others(self):
        """No seed: what would have to be new in it is not known. Several disks, of both formats."""
        disks = [self.make_disk('one.qcow2', 0x61), self.make_disk('two.raw', 0x62)]
        self.define('other', *disks, devices="<graphics type='vnc' port='5999' autoport='no'/>"
                                             "<interface type='user'><mac address='52:54:00:11:22:33'/></interface>")
        self.cli('clone', 'other', 'child', status=1, word='exact')
        before = [digest(path) for path in disks]
        self.cli('clone', '--exact', '--independent', 'other', 'copy')
        self.cli('clone', '--exact', 'other', 'child')
        for name, form in (('child', 'qcow2'), ('copy', 'raw')):
            self.assert_pieces(self.files(name)[0], 0x61)
            self.assert_pieces(self.files(name)[1], 0x62)
            self.assertEqual(self.xml(name).findall('devices/disk/driver')[1].get('type'), form)
            self.assertEqual(self.xml(name).find('devices/graphics').get('autoport'), 'yes')
            self.assertNotEqual(self.xml(name).find('devices/interface/mac').get('address'), '52:54:00:11:22:33')
        self.assertEqual([digest(path) for path in disks], before)
        self.assertEqual([chain(path)[1] for path in self.files('other')], disks)
        domains = [self.connection.lookupByName(name) for name in ('other', 'child', 'copy')]
        for domain in domains:
            domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)

    def test_state_refused(self):
        disk = self.make_disk('one.qcow2')
        domain = self.define('other', disk)
        before = self.pool_files()
        domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        self.cli('clone', '--exact', 'other', 'child', status=1, word='Shut it down')
        domain.managedSave(0)
        self.cli('clone', '--exact', 'other', 'child', status=1, word='saved state')
        domain.managedSaveRemove(0)
        domain.snapshotCreateXML('<domainsnapshot><name>one</name></domainsnapshot>', 0)
        self.cli('clone', '--exact', 'other', 'child', status=1, word='snapshots')
        self.assertEqual((self.names(), self.disk('other')), (['other'], disk))
        self.assert_nothing_left(before)
        self.cli('clone', '--exact', '--independent', 'other', 'child')

    def test_names_refused(self):
        self.define('other', self.make_disk('one.qcow2'))
        before = self.pool_files()
        self.cli('clone', '--exact', 'other', 'other', status=1, word='already')
        for name in ('a/b', '../x', 'x' * 300, '', 'a\nb', '.x'):
            self.cli('clone', '--exact', '--', 'other', name, status=2)
        self.cli('clone', '--exact', 'nobody', 'child', status=1, word='no machine')
        self.cli('clone', 'other', status=2)
        self.assertEqual(self.names(), ['other'])
        self.assert_nothing_left(before)

    def test_devices_refused(self):
        disk = self.make_disk('one.qcow2')
        outside = os.path.join(self.root, 'outside.qcow2')
        shutil.copy(disk, outside)
        shared = f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{self.make_disk('s.raw')}'/>" \
                 "<target dev='vdb' bus='virtio'/><shareable/></disk>"
        floppy = f"<disk type='file' device='floppy'><driver name='qemu' type='raw'/><source file='{self.make_disk('f.raw')}'/>" \
                 "<target dev='fda' bus='fdc'/></disk>"
        vfio = "<hostdev mode='subsystem' type='pci' managed='yes'><source>" \
               "<address domain='0' bus='0' slot='2' function='0'/></source></hostdev>"
        port = f"<serial type='file'><source path='{self.root}/log'/></serial>"
        cases = [
            ((disk, shared), '', '', 'shared'),
            ((disk, floppy), '', '', 'floppy'),
            ((disk,), vfio, '', 'device of its host'),
            ((disk,), port, '', 'port'),
            ((disk,), "<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>", '', 'TPM'),
            ((disk,), '', "<qemu:commandline><qemu:arg value='-snapshot'/></qemu:commandline>", 'arguments'),
            ((outside,), '', '', 'storage pool'),
            ((), '', '', 'no disk'),
        ]
        before = self.pool_files()
        for disks, devices, rest, word in cases:
            for kind in ((), ('--independent',)):
                with self.subTest(word=word, kind=kind):
                    domain = self.define('other', *disks, devices=devices, rest=rest)
                    self.cli('clone', '--exact', *kind, 'other', 'child', status=1, word=word)
                    self.assertEqual(self.names(), ['other'])
                    self.assert_nothing_left(before)
                    domain.undefine()

    def test_disk_of_others_refused(self):
        """Another machine's disk as well, or what an overlay of somebody's stands on."""
        disk = self.make_disk('one.qcow2')
        self.define('other', disk)
        self.define('second', disk)
        self.cli('clone', '--exact', 'other', 'child', status=1, word='Used by second')
        self.connection.lookupByName('second').undefine()
        run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', disk, '-F', 'qcow2', os.path.join(self.images, 'top.qcow2'))
        self.cli('clone', '--exact', 'other', 'child', status=1, word='overlay')
        self.assertEqual(self.disk('other'), disk)

    def test_read_only_pool(self):
        disk = self.make_disk('one.qcow2')
        self.define('other', disk)
        before = self.pool_files()
        os.chmod(self.images, 0o555)
        try:
            for kind in ((), ('--independent',)):
                self.cli('clone', '--exact', *kind, 'other', 'child', status=1, word='storage pool “tc”')
        finally:
            os.chmod(self.images, 0o755)
        self.assertEqual((self.names(), self.disk('other')), (['other'], disk))
        self.assert_nothing_left(before)

    def test_late_failure(self):
        """The clone cannot be defined when the machine has its overlay already."""
        disks = [self.make_disk('one.qcow2'), self.make_disk('two.raw')]
        self.define('other', *disks)
        before = self.pool_files()
        # libvirt writes the definition into a file of that name.
        obstacle = os.path.expanduser('~/.config/libvirt/qemu/child.xml')
        os.mkdir(obstacle)
        try:
            self.cli('clone', '--exact', 'other', 'child', status=1, word='does not take')
        finally:
            os.rmdir(obstacle)
        self.assertEqual((self.names(), self.files('other')), (['other'], disks))
        self.assertEqual(self.xml('other').findall('devices/disk/driver')[1].get('type'), 'raw')
        self.assert_nothing_left(before)
        self.cli('clone', '--exact', 'other', 'child')

    def test_guard(self):
        """What a clone stands on is neither grown nor deleted."""
        frozen = self.create()
        self.cli('clone', 'parent', 'child')
        before = digest(frozen)
        self.cli('grow', 'parent', '32M')
        self.assertEqual(digest(frozen), before)
        self.define('meddler', frozen)
        self.cli('grow', 'meddler', '32M', status=1, word='has to stay')
        self.cli('delete', 'meddler', word='overlay')
        self.assertEqual(digest(frozen), before)

    def test_variables(self):
        code, template = '/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'
        if not os.path.exists(code):
            self.skipTest('needs OVMF')
        variables = os.path.join(self.images, 'own_VARS.fd')
        domain = self.connection.defineXML(
            f"<domain type='qemu'><name>uefi</name><memory unit='MiB'>32</memory><os>"
            f"<type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' type='pflash'>{code}</loader>"
            f"<nvram template='{template}'>{variables}</nvram></os><features><acpi/></features><devices>"
            f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='"
            f"{self.make_disk('one.qcow2')}'/><target dev='vda' bus='virtio'/></disk></devices></domain>")
        self.cli('clone', '--exact', 'uefi', 'unstarted')
        shutil.copy(template, variables)
        with open(variables, 'r+b') as file:
            file.seek(200 << 10)
            file.write(b'an entry of its own')
        self.cli('clone', '--exact', 'uefi', 'child')
        copy = self.xml('child').findtext('os/nvram')
        self.assertNotEqual(copy, variables)
        self.assertEqual(digest(copy), digest(variables))
        self.connection.lookupByName('child').createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        self.assertEqual(domain.isActive(), 0)
        self.connection.lookupByName('child').destroy()
        self.cli('delete', 'child')
        self.assertTrue(os.path.exists(variables))
        self.assertFalse(os.path.exists(copy))

    def kill_one(self, wait, kind):
        process = subprocess.Popen([CLI, '-c', URI, 'clone', *kind, 'parent', 'killed'], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def test_killed(self):
        """At any moment: the next one cleans up, and the machine has its data."""
        base = self.create()
        before = digest(base)
        begin = time.monotonic()
        self.cli('clone', 'parent', 'first')
        span = time.monotonic() - begin
        chance = random.Random(int(os.environ.get('HOSTEL_SEED', '1')))
        for turn in range(KILLS):
            kind = ('--independent',) if turn % 2 else ()
            with self.subTest(turn=turn):
                self.kill_one(chance.random() * span, kind)
                self.cli('clone', 'parent', f'after{turn}')
                if 'killed' in self.names():
                    self.assert_pieces(self.disk('killed'), 0x11)
                    self.cli('delete', 'killed')
                self.assert_pieces(self.disk('parent'), 0x11)
                self.assertEqual(digest(base), before)
                self.cli('delete', f'after{turn}')
        used = set()
        for name in self.names():
            for path in self.files(name):
                used.update(chain(path))
            used.add(self.xml(name).find('devices/serial/log').get('file'))
        left = {path for path in self.pool_files() - used if not path.endswith('.ok')}
        self.assertEqual(left, set())

    def test_cancelled(self):
        self.create()
        before, disk = self.pool_files(), self.disk('parent')
        for wait in (0.02, 0.1, 0.2, 0.3):
            process = subprocess.Popen([CLI, '-c', URI, 'clone', '--independent', 'parent', 'child'],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       text=True)
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            errors = process.communicate(timeout=60)[1]
            if 'child' in self.names():
                self.cli('delete', 'child')
            else:
                self.assertIn(process.returncode, (1, -signal.SIGINT), errors)
            self.cli('list')
            self.assert_nothing_left(before)
        self.assertEqual(self.disk('parent'), disk)


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
