#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Delete takes and what it leaves, on a real libvirt with disks that qemu-img made.

usage: test-delete.py HOSTEL_CLI        (as a user whose qemu:///session is free for it)
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid
from xml.sax.saxutils import quoteattr

from tap import TAPTestRunner

try:
    import libvirt
except ImportError:
    libvirt = None

CLI = os.path.abspath(sys.argv.pop(1))
URI = 'qemu:///session'


def qemu_img(path, backing=None, folder=None, form='qcow2'):
    below = ['-b', backing, '-F', 'qcow2'] if backing else []
    subprocess.run(['qemu-img', 'create', '-q', '-f', form, *below, path, *([] if backing else ['4M'])], check=True,
                   cwd=folder)
    return path


@unittest.skipUnless(libvirt and shutil.which('qemu-img'), 'needs python3-libvirt and qemu-img')
class Delete(unittest.TestCase):
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
        self.one = self.pool('one')

    def pool(self, name, start=True):
        folder = os.path.join(self.root, name)
        os.makedirs(folder, exist_ok=True)
        pool = self.connection.storagePoolDefineXML(
            f"<pool type='dir'><name>td-{name}</name><target><path>{folder}</path></target></pool>", 0)
        self.addCleanup(pool.undefine)
        if start:
            pool.create(0)
            self.addCleanup(self.quietly, pool.destroy)
        return folder

    def quietly(self, call, *arguments):
        try:
            call(*arguments)
        except libvirt.libvirtError:
            pass

    def machine(self, name, *disks, extra='', boot='', identifier=None, tail=''):
        xml = ''.join(
            disk if disk.startswith('<') else
            f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{disk}'/>"
            f"<target dev='vd{chr(97 + i)}' bus='virtio'/></disk>" for i, disk in enumerate(disks))
        domain = self.connection.defineXML(
            f"<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>{name}</name><uuid>{identifier or uuid.uuid4()}</uuid><memory unit='MiB'>32</memory>"
            f"<os><type arch='x86_64' machine='pc'>hvm</type>{boot}</os><features><acpi/></features><devices>{xml}{extra}</devices>{tail}</domain>")
        flags = (libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                 libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
        self.addCleanup(self.quietly, domain.undefineFlags, flags)
        self.addCleanup(self.quietly, domain.destroy)
        return domain

    def cli(self, *arguments):
        return subprocess.run([CLI, '-c', URI, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120, check=False)

    def delete(self, name, *arguments):
        result = self.cli('delete', *arguments, name)
        self.assertEqual((result.returncode, result.stderr), (0, ''), result.stdout)
        self.assertIn(f'Deleted the machine {name}\n', result.stdout)
        self.assertNotIn(name, [domain.name() for domain in self.connection.listAllDomains()])
        return result.stdout

    def assert_kept(self, output, path, reason):
        self.assertTrue(os.path.lexists(path), output)
        self.assertRegex(output, f'Kept {path}: .*{reason}')

    def assert_deleted(self, output, path):
        self.assertFalse(os.path.lexists(path), output)
        self.assertRegex(output, f'(?m)^Deleted {path}')

    def test_overlay_however_it_is_named(self):
        two, link = self.pool('two'), os.path.join(self.root, 'link')
        outside = os.path.join(self.root, 'outside')
        os.mkdir(outside)
        os.symlink(self.one, link)
        json = '{"driver":"qcow2","file":{"driver":"file","filename":"%s"}}'
        for folder in (self.one, two, outside):
            for backing in ('%s', '../one/%s', f'{link}/%s', f'{self.root}//two/../one/./%s', 'file:' + self.one + '/%s',
                            'json:' + json % (self.one + '/%s')):
                with self.subTest(folder=folder, backing=backing):
                    name = 'base.qcow2'
                    base = qemu_img(os.path.join(self.one, name))
                    path = self.one + '/' + name if backing == '%s' else backing % name
                    overlay = qemu_img(os.path.join(folder, 'top.qcow2'), path, folder)
                    self.machine('td-a', base)
                    other = self.machine('td-b', overlay)
                    output = self.delete('td-a')
                    self.assert_kept(output, base, 'The disk “top.qcow2” is an overlay of it. Used by td-b.')
                    self.assertNotIn('To remove it', output)
                    other.undefine()
                    os.unlink(overlay)
                    os.unlink(base)

    def test_far_below_a_running_machine(self):
        base = qemu_img(os.path.join(self.one, 'base.qcow2'))
        middle = qemu_img(os.path.join(self.root, 'middle.qcow2'), base)
        upper = qemu_img(os.path.join(self.root, 'upper.qcow2'), middle)
        self.machine('td-b', qemu_img(os.path.join(self.root, 'top.qcow2'), upper)).createWithFlags(
            libvirt.VIR_DOMAIN_START_PAUSED)
        self.machine('td-a', base)
        self.assert_kept(self.delete('td-a'), base, 'Used by td-b')

    def test_disks_that_qemu_has_open(self):
        """A machine of another connection, say: by itself, and by an overlay that is in no pool."""
        base = qemu_img(os.path.join(self.one, 'base.qcow2'))
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        top = qemu_img(os.path.join(self.root, 'top.qcow2'), base)
        with subprocess.Popen(['qemu-system-x86_64', '-machine', 'none', '-display', 'none', '-nodefaults', '-S',
                               '-qmp', 'stdio', '-blockdev', f'qcow2,node-name=a,file.driver=file,file.filename={top}',
                               '-blockdev', f'qcow2,node-name=b,file.driver=file,file.filename={disk}'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as qemu:
            self.addCleanup(qemu.kill)
            self.assertIn(b'QMP', qemu.stdout.readline())
            self.machine('td-a', base, disk)
            output = self.delete('td-a')
            self.assert_kept(output, base, 'QEMU has it open now')
            self.assert_kept(output, disk, 'QEMU has it open now')
            self.assertNotIn('To remove it', output)
            qemu.kill()

    def test_overlay_that_no_machine_has(self):
        base = qemu_img(os.path.join(self.one, 'base.qcow2'))
        qemu_img(os.path.join(self.one, 'alone.qcow2'), base)
        self.machine('td-a', base)
        self.assert_kept(self.delete('td-a'), base, 'The disk “alone.qcow2” is an overlay of it.')

    def test_overlay_that_libvirt_does_not_list(self):
        base = qemu_img(os.path.join(self.one, 'base.qcow2'))
        qemu_img(os.path.join(self.one, '\x1b[1mtop'), base)
        self.machine('td-a', base)
        self.assert_kept(self.delete('td-a'), base, r'The disk “\\u001b\[1mtop” is an overlay of it.')

    def test_names_that_look_like_an_answer(self):
        identifier = str(uuid.uuid4())
        names = [f'x{odd}-{identifier}' for odd in ('\nDeleted home', ' it\'s', '\u202e', '\udce9', '\\n')]
        names += [f'-x-{identifier}', f'--pool-{identifier}']
        for name in names:
            with open(os.path.join(self.one, name), 'w', encoding='utf-8') as file:
                file.write('somebody’s')
        self.machine('td-a', qemu_img(os.path.join(self.one, 'disk.qcow2')), identifier=identifier)
        output = self.delete('td-a')
        self.assertEqual(re.findall('(?m)^Deleted ([^(\\n]*)', output), ['the machine td-a', f'{self.one}/disk.qcow2 '])
        self.assertEqual(sorted(os.listdir(self.one)), sorted(names))
        remedies = re.findall('(?m)^  To remove it: (.*)$', output)
        self.assertEqual(len(remedies), len(names), output)
        for remedy in remedies:
            subprocess.run(['bash', '-c', remedy], check=False, stdout=subprocess.DEVNULL)
        # libvirt does not give back each name as it is.
        self.assertEqual([name for name in os.listdir(self.one) if name.isascii()], [])

    def test_same_file_by_another_name(self):
        os.symlink(self.one, os.path.join(self.root, 'link'))
        disk = os.path.join(self.one, 'disk.qcow2')
        hard = os.path.join(self.root, 'hard.qcow2')
        volume = "<disk type='volume'><driver type='qcow2'/><source pool='td-one' volume='disk.qcow2'/><target dev='vda'/></disk>"
        for other in (f'{self.root}/link/disk.qcow2', f'{self.one}//disk.qcow2', f'{self.one}/../one/disk.qcow2', hard, volume):
            with self.subTest(other=other):
                qemu_img(disk)
                if other == hard:
                    os.link(disk, hard)
                self.connection.storagePoolLookupByName('td-one').refresh(0)
                domain = self.machine('td-b', other)
                self.machine('td-a', disk)
                self.assert_kept(self.delete('td-a'), disk, 'Used by td-b')
                domain.undefine()

    def test_relative_backing_name_from_each_of_two_folders(self):
        """It begins where the overlay's name is, and from one of its names it leads nowhere."""
        two, outside = self.pool('two'), os.path.join(self.root, 'a', 'outside')
        three = self.pool('three')
        os.makedirs(outside)
        for make in (os.link, os.symlink):
            with self.subTest(make=make.__name__):
                base = qemu_img(os.path.join(two, 'base.qcow2'))
                top = qemu_img(os.path.join(outside, 'top.qcow2'), '../../two/base.qcow2', outside)
                if make is os.symlink:
                    os.rename(top, os.path.join(three, 'top.qcow2'))
                    os.symlink(os.path.join(three, 'top.qcow2'), top)
                else:
                    os.link(top, os.path.join(three, 'top.qcow2'))
                other = self.machine('td-b', top)
                self.machine('td-a', base)
                self.assert_kept(self.delete('td-a'), base, 'The disk “top.qcow2” is an overlay of it. Used by td-b.')
                # ... and of its own machine what is below is named.
                output = self.delete('td-b')
                self.assertIn(f'Kept {top}: ', output)
                named = re.findall('(?m)^(?:Kept|Deleted) ([^:(]*[^:( ])', output)
                self.assertIn(base, [os.path.realpath(path) for path in named], output)
                for path in (base, top, os.path.join(three, 'top.qcow2')):
                    if os.path.lexists(path):
                        os.unlink(path)

    def test_two_names_that_are_both_the_machines(self):
        """A hard link: what goes by one name alone is there still, and nobody is told."""
        two = self.pool('two')
        for other in (os.path.join(two, 'hard.qcow2'), os.path.join(self.root, 'outside.qcow2')):
            with self.subTest(other=other):
                disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
                os.link(disk, other)
                for pool in ('td-one', 'td-two'):
                    self.connection.storagePoolLookupByName(pool).refresh(0)
                self.machine('td-a', disk, other)
                output = self.delete('td-a')
                self.assert_deleted(output, disk)
                if other.startswith(two):
                    self.assert_deleted(output, other)
                    # Once is what it was.
                    self.assertEqual(len(re.findall(r'\(\d', output)), 1, output)
                else:
                    self.assert_kept(output, other, 'in no storage pool')
                    self.assertNotRegex(output, r'Freed [1-9]')
                    os.unlink(other)

    def test_arguments_of_qemu(self):
        for name, argument in (('a,b', 'file=%s,if=none'), ('a:b', 'file=%s,if=none'), ('a=b', 'id=x,filename=%s'),
                               ('a b', '{"driver":"file","filename":"%s"}'), ("it's", '%s'), ('a,b', '%s'),
                               ('c', 'file.filename=json:{"driver":"file","filename":"%s"}'), ('d', 'file=file:%s')):
            with self.subTest(name=name, argument=argument):
                disk = qemu_img(os.path.join(self.one, name))
                self.connection.storagePoolLookupByName('td-one').refresh(0)
                said = disk.replace(' ', '\\u0020').replace(',', ',' if argument == '%s' else ',,')
                domain = self.machine('td-b', tail='<qemu:commandline>%s</qemu:commandline>' % ''.join(
                    f'<qemu:arg value={quoteattr(value)}/>' for value in ('-x', argument % said)))
                self.machine('td-a', f"<disk type='volume'><driver type='qcow2'/><source pool='td-one' volume={quoteattr(name)}/>"
                             "<target dev='vda'/></disk>")
                self.assert_kept(self.delete('td-a'), disk, 'Used by td-b')
                domain.undefine()

    def test_name_that_ends_in_a_space(self):
        disk = qemu_img(os.path.join(self.one, 'disk '))
        self.machine('td-b', extra=f"<serial type='file'><source path='{disk}'/></serial>")
        self.machine('td-a', disk)
        self.assert_kept(self.delete('td-a'), disk, 'Used by td-b')

    def test_folder_that_another_machine_sees(self):
        for other in ("<filesystem type='mount'><source dir='%s'/><target dir='x'/></filesystem>",
                      "<disk type='dir' device='floppy'><driver name='qemu' type='fat'/><source dir='%s'/>"
                      "<target dev='fda'/><readonly/></disk>"):
            for folder in (self.one, self.root, os.path.join(self.root, '.', 'one')):
                with self.subTest(other=other, folder=folder):
                    disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
                    domain = self.machine('td-b', extra=other % folder)
                    self.machine('td-a', disk)
                    output = self.delete('td-a')
                    self.assert_kept(output, disk, f'“td-b” shares the folder “{folder}”')
                    self.assertIn('To remove it: virsh', output)
                    domain.undefine()

    def test_folders_that_do_not_count(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        share = "<filesystem type='mount'><source dir='%s'/><target dir='%s'/></filesystem>"
        self.machine('td-b', extra=share % ('/', 'x'))
        self.machine('td-c', extra=share % (self.pool('two'), self.one))
        self.machine('td-a', disk, extra=share % (self.one, 'x'))
        self.assert_deleted(self.delete('td-a'), disk)

    def test_volume_of_a_pool_that_is_not_there(self):
        disk, free = (qemu_img(os.path.join(self.one, name)) for name in ('disk.qcow2', 'free.qcow2'))
        gone = "<disk type='volume'><driver type='qcow2'/><source pool='td-gone' volume='%s'/><target dev='vdb'/></disk>"
        self.machine('td-b', gone % 'disk.qcow2')
        self.machine('td-a', disk, free, extra=(gone % 'free.qcow2').replace('vdb', 'vdc'))
        output = self.delete('td-a')
        self.assert_kept(output, disk, 'td-gone')
        self.assert_deleted(output, free)

    def test_own_disk_by_another_name(self):
        os.symlink(self.one, os.path.join(self.root, 'link'))
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        self.machine('td-a', os.path.join(self.root, 'link', 'disk.qcow2'))
        self.assertIn('Deleted /', self.delete('td-a'))
        self.assertFalse(os.path.exists(disk))

    def test_file_that_the_pool_does_not_know(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        self.machine('td-a', disk)
        self.assert_deleted(self.delete('td-a'), disk)

    def test_file_in_no_pool_and_link(self):
        disk = qemu_img(os.path.join(self.root, "it's.qcow2"))
        link = os.path.join(self.one, 'link.qcow2')
        os.symlink(disk, link)
        self.machine('td-a', link)
        output = self.delete('td-a')
        self.assert_kept(output, link, 'It is a link to')
        disk = qemu_img(os.path.join(self.root, 'a b.qcow2'))
        self.machine('td-a', disk)
        output = self.delete('td-a')
        self.assert_kept(output, disk, 'It is in no storage pool')
        self.assertIn(f"To remove it: rm '{disk}'", output)

    def test_name_proves_nothing(self):
        identifier = str(uuid.uuid4())
        disk = qemu_img(os.path.join(self.one, f'td-a-{identifier}.qcow2'))
        clone = qemu_img(os.path.join(self.one, f'td-a-{identifier}-clone.qcow2'))
        backup = shutil.copy(disk, disk + '.backup')
        log = os.path.join(self.one, f'td-a-{identifier}-serial.log')
        disguised = qemu_img(os.path.join(self.one, f'td-a-{identifier}-serial.log.0'))
        with open(log, 'w', encoding='ascii') as file:
            file.write('Linux version\n')
        self.machine('td-b', clone)
        self.machine('td-a', disk, extra=f"<serial type='pty'><log file='{log}'/></serial>", identifier=identifier)
        output = self.delete('td-a')
        self.assert_deleted(output, disk)
        self.assert_deleted(output, log)
        self.assert_kept(output, clone, 'Used by td-b')
        self.assert_kept(output, backup, 'Its name alone')
        self.assert_kept(output, disguised, 'Nothing shows')

    def test_files_that_a_definition_claims(self):
        identifier = str(uuid.uuid4())
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        precious = [qemu_img(os.path.join(self.one, name)) for name in
                    (f'x-{identifier}-kernel', f'x-{identifier}-initrd', 'log', 'vars')]
        firmware = os.path.join(self.root, 'code.fd')
        with open(firmware, 'wb') as file:
            file.write(bytes(1 << 20))
        self.machine('td-a', disk, identifier=identifier, extra=f"<serial type='pty'><log file='{precious[2]}'/></serial>",
                     boot=f"<loader readonly='yes' type='pflash'>{firmware}</loader><nvram>{precious[3]}</nvram>"
                          f"<kernel>{precious[0]}</kernel><initrd>{precious[1]}</initrd>")
        output = self.delete('td-a')
        for path in precious:
            self.assert_kept(output, path, '')
        self.assert_deleted(output, disk)

    def test_snapshots(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        memory = os.path.join(self.one, 'memory')
        domain = self.machine('td-b', disk)
        domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        domain.snapshotCreateXML("<domainsnapshot><name>first</name>"
                                 f"<memory snapshot='external' file='{memory}'/></domainsnapshot>", 0)
        overlay = os.path.join(self.one, 'disk.first')
        self.assertTrue(os.path.exists(overlay))

        # What the snapshot remembers is needed, and so is its memory.
        self.machine('td-a', disk, memory)
        output = self.delete('td-a')
        self.assert_kept(output, disk, 'Used by td-b')
        self.assert_kept(output, memory, 'Used by td-b')

        output = self.delete('td-b', '--yes')
        for path in (disk, memory, overlay):
            self.assert_deleted(output, path)
        self.assertIn('Deleted 1 snapshot\n', output)
        self.assertIn('Freed ', output)

    def test_saved_machine(self):
        disk, second = (qemu_img(os.path.join(self.one, name)) for name in ('disk.qcow2', 'second.qcow2'))
        domain = self.machine('td-b', disk, second)
        domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        domain.managedSave(0)
        # Its definition has lost the disk, but what was saved goes on with it.
        self.connection.defineXML(domain.XMLDesc(0).replace(second, disk + '2'))
        self.machine('td-a', second)
        self.assert_kept(self.delete('td-a'), second, 'Used by td-b')
        self.assertIn('Deleted The saved state\n', self.delete('td-b'))

    @unittest.skipIf(os.geteuid() == 0, 'root reads everything')
    def test_machine_that_is_in_a_file_alone(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        own = qemu_img(os.path.join(self.one, 'own.qcow2'))
        for name, path in (('td-b', disk), ('td-a', own)):
            domain = self.machine(name, path)
            domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
            domain.save(os.path.join(self.one, f'{name}.save'))
            domain.undefine()
        self.machine('td-a', disk, own, identifier=domain.UUIDString())
        output = self.delete('td-a')
        self.assert_kept(output, disk, 'Used by td-b')
        self.assert_deleted(output, own)

    def test_two_at_once(self):
        for _ in range(4):
            disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
            self.machine('td-a', disk)
            both = [subprocess.Popen([CLI, '-c', URI, 'delete', 'td-a'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True) for _ in range(2)]
            said = [process.communicate(timeout=60) for process in both]
            self.assertEqual(sorted(process.returncode for process in both), [0, 1], said)
            self.assertNotIn('CRITICAL', str(said))
            self.assertFalse(os.path.exists(disk))

    def test_what_cannot_be_read(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        locked = os.path.join(self.root, 'locked')
        os.mkdir(locked)
        hidden = qemu_img(os.path.join(locked, 'hidden.qcow2'), disk)
        os.chmod(locked, 0)
        self.addCleanup(os.chmod, locked, 0o700)
        self.machine('td-b', hidden)
        self.machine('td-a', disk)
        output = self.delete('td-a')
        self.assert_kept(output, disk, 'Whether “td-b” needs it is not known')
        self.assertIn('To remove it: virsh -c qemu:///session vol-delete --pool td-one disk.qcow2', output)

    def test_medium_and_shared(self):
        disc = "<disk type='file' device='cdrom'><source file='%s'/><target dev='hdc' bus='ide'/><readonly/></disk>"
        shared = ("<disk type='file'><driver type='raw'/><source file='%s'/><target dev='vdb' bus='virtio'/>"
                  "<shareable/></disk>")
        paths = [qemu_img(os.path.join(self.one, name), form='raw') for name in ('disc.iso', 'shared.raw')]
        self.machine('td-a', disc % paths[0], shared % paths[1])
        output = self.delete('td-a')
        self.assert_kept(output, paths[0], 'It is a medium')
        self.assert_kept(output, paths[1], 'It is marked as shared')

    def test_running(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        self.machine('td-a', disk).createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
        result = self.cli('delete', 'td-a')
        self.assertEqual(result.returncode, 2)
        self.assertIn('“td-a” is running.', result.stderr)
        self.assertTrue(self.connection.lookupByName('td-a').isActive())
        self.assert_deleted(self.delete('td-a', '--yes'), disk)

    def test_keep_disks(self):
        disk = qemu_img(os.path.join(self.one, 'disk.qcow2'))
        self.machine('td-a', disk)
        self.assertIn(f'Kept {disk}\n', self.delete('td-a', '--keep-disks'))
        self.assertTrue(os.path.exists(disk))

    def test_grow_of_what_others_need(self):
        base = qemu_img(os.path.join(self.one, 'base.qcow2'))
        self.machine('td-b', qemu_img(os.path.join(self.one, 'top.qcow2'), base))
        self.machine('td-a', base)
        result = self.cli('grow', 'td-a', '64M')
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn('“top.qcow2” is an overlay of it. Used by td-b.', result.stderr)

    def test_image_of_others_in_place(self):
        image = os.path.join(self.root, 'image.raw')
        with open(image, 'wb') as file:
            file.write(bytes(510) + b'\x55\xaa' + bytes(1 << 20))
        disk = (f"<disk type='file'><driver type='raw'/><source file='{image}'/><target dev='vda'/></disk>")
        self.machine('td-b', disk)
        result = self.cli('create', '--name', 'td-a', '--image', image, '--disk', 'in-place', '--pool', 'td-one',
                          '--no-start', '--network', 'none', '--yes')
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn('Used by td-b.', result.stderr)
        self.assertEqual([name for name in os.listdir(self.one) if 'td-a' in name], [])

    def test_interrupted_create_takes_what_it_noted(self):
        identifier = str(uuid.uuid4())
        noted, used, backup = (os.path.join(self.one, f'td-x-{identifier}{end}') for end in
                               ('.qcow2', '-seed.iso', '.qcow2.backup'))
        for path in (noted, used, backup):
            qemu_img(path)
        self.connection.storagePoolLookupByName('td-one').refresh(0)
        self.machine('td-b', used)
        folder = os.path.join(os.environ.get('XDG_STATE_HOME') or os.path.expanduser('~/.local/state'), 'hostel', 'creates')
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.path.join(folder, identifier + '.journal'), 'w', encoding='ascii') as file:
            file.write(f'[create]\nuri={URI}\npool=td-one\nuuid={identifier}\nbase=\ndefined=false\n'
                       f'volumes={os.path.basename(noted)};{os.path.basename(used)};\n')
        self.cli('create', '--name', 'td-a', '--image', noted, '--pool', 'td-one', '--no-start', '--network', 'none')
        self.assertFalse(os.path.exists(noted))
        self.assertTrue(os.path.exists(used))
        self.assertTrue(os.path.exists(backup))
        for domain in self.connection.listAllDomains():
            if domain.name() == 'td-a':
                self.cli('delete', 'td-a')

    def test_driver_that_knows_fewer_flags(self):
        path = os.path.join(self.root, 'node.xml')
        with open(path, 'w', encoding='ascii') as file:
            file.write("<node><domain type='test'><name>plain</name><memory>65536</memory><os><type>hvm</type></os></domain></node>")
        result = subprocess.run([CLI, '-c', 'test://' + path, 'delete', 'plain'], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertIn('Deleted the machine plain', result.stdout)


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
