#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of a guest that runs: its memory and its disk come back, and a full disk changes nothing."""

import hashlib
import json
import os
import re
import select
import subprocess
import time
import tty
import unittest

import libvirt

import harness

DISK = ("<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>"
        "<target dev='vda' bus='virtio'/></disk>")


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def snapshots_in(path):
    info = json.loads(harness.run(['qemu-img', 'info', '-U', '--output=json', path], check=True).stdout)
    return [snapshot['name'] for snapshot in info.get('snapshots', [])]


class Shell:
    """The guest's, on its first serial port. QEMU makes a new one when the machine goes back."""

    def __init__(self, test, name):
        self.test = test
        self.fd = os.open(harness.virsh('ttyconsole', name).strip(), os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd)
        self.seen = ''

    def close(self):
        os.close(self.fd)

    def wait_for(self, expression, timeout=240):
        deadline = time.monotonic() + timeout
        while not (found := re.search(expression, self.seen)):
            self.test.assertLess(time.monotonic(), deadline, self.seen[-2000:])
            if select.select([self.fd], [], [], 1)[0]:
                self.seen += os.read(self.fd, 4096).decode(errors='replace')
        self.seen = self.seen[found.end():]
        return found

    def ask(self, command):
        """What it prints, in one line. The mark is not in the echo of the command."""
        os.write(self.fd, f'echo "<""<$( {command} )>"">"\n'.encode())
        return self.wait_for(r'<<([^>]*)>>').group(1)


class Snapshot(unittest.TestCase):
    def setUp(self):
        harness.need_system()
        self.tiny = harness.guest('tiny')
        self.folder = self.enterContext(harness.scratch())
        os.chmod(self.folder, 0o755)
        self.env = harness.environment(os.path.join(self.folder, 'home'))
        self.name, self.uri = harness.unique_name(), harness.SYSTEM
        self.addCleanup(harness.forget, self.name)
        for name in ('vmlinuz', 'initrd.gz'):
            subprocess.run(['cp', os.path.join(self.tiny, name), self.folder], check=True)

    def cli(self, *arguments, status=0):
        result = harness.run([harness.CLI, '--connect', self.uri, 'snapshot', self.name, *arguments],
                             env=self.env, timeout=120)
        self.assertEqual(result.returncode, status, (arguments, result.stdout, result.stderr))
        return result.stdout + result.stderr

    def list(self):
        return json.loads(self.cli('--json'))

    def start(self, disk):
        xml = harness.TINY_DOMAIN % (self.name, self.folder, self.folder)
        path = os.path.join(self.folder, 'domain.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(xml.replace('<devices>', '<devices>' + DISK % disk))
        harness.virsh('define', path)
        harness.virsh('start', self.name)
        shell = Shell(self, self.name)
        self.addCleanup(lambda: shell.close())
        os.write(shell.fd, b'\n')
        shell.wait_for('tiny# ')
        return shell

    def test_memory(self):
        base, disk = os.path.join(self.folder, 'base.qcow2'), os.path.join(self.folder, 'disk.qcow2')
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', base, '8M'], check=True)
        harness.run(['qemu-io', '-c', 'write -P 0x62 1M 64k', base], check=True)
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', disk], check=True)
        before = digest(base)

        shell = self.start(disk)
        # A counter that is nowhere but in its memory, and a mark on its disk.
        shell.ask('(n=0; while :; do n=$((n+1)); echo $n >/tmp/n; sleep 0.1; done) >/dev/null 2>&1 & echo on')
        shell.ask('echo AAAA | dd of=/dev/vda conv=fsync 2>/dev/null; echo first >/tmp/word')
        first = int(shell.ask('sleep 1; cat /tmp/n'))
        self.cli('create', 'then')
        self.assertEqual(digest(base), before)
        later = int(shell.ask('echo BBBB | dd of=/dev/vda conv=fsync 2>/dev/null; echo second >/tmp/word; '
                              f'while [ $(cat /tmp/n) -lt {first + 200} ]; do sleep 0.2; done; cat /tmp/n'))
        shell.close()
        self.cli('revert', 'then', '--yes', '--keep-current', 'now')
        self.assertEqual(digest(base), before)

        shell.__init__(self, self.name)
        back = int(shell.ask('cat /tmp/n'))
        self.assertTrue(first <= back < later, (first, back, later))
        self.assertEqual(shell.ask('cat /tmp/word'), 'first')
        self.assertEqual(shell.ask('dd if=/dev/vda bs=4 count=1 iflag=direct 2>/dev/null'), 'AAAA')
        # It goes on counting.
        self.assertGreater(int(shell.ask(f'while [ $(cat /tmp/n) -le {back} ]; do sleep 0.2; done; cat /tmp/n')), back)

        # What was then the present is there as well, with its memory.
        shell.close()
        self.cli('revert', 'now', '--yes')
        shell.__init__(self, self.name)
        self.assertGreaterEqual(int(shell.ask('cat /tmp/n')), later)
        self.assertEqual(shell.ask('dd if=/dev/vda bs=4 count=1 iflag=direct 2>/dev/null'), 'BBBB')
        self.assertEqual([(one['name'], one['parent'], one['current'], one['state']) for one in self.list()],
                         [('then', None, False, 'running'), ('now', 'then', True, 'running')])
        for name in ('then', 'now'):
            self.cli('delete', name, '--yes')
        self.assertEqual((self.list(), snapshots_in(disk), digest(base)), ([], [], before))

    @unittest.skipUnless(os.geteuid() == 0, 'mounts a small file system')
    def test_full(self):
        """A daemon of the test's own sees what the test mounts."""
        small = os.path.join(self.folder, 'small')
        os.mkdir(small)
        harness.run(['mount', '-t', 'tmpfs', '-o', 'size=3m,mode=777', 'tmpfs', small], check=True)
        self.addCleanup(harness.run, ['umount', '-l', small])
        disk = os.path.join(small, 'disk.qcow2')
        harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '8M'], check=True)
        harness.run(['qemu-io', '-c', 'write -P 0x41 0 1M', disk], check=True)
        os.chmod(disk, 0o666)
        self.uri = self.enterContext(harness.Daemon('qemu', 'session')).uri
        connection = libvirt.open(self.uri)
        self.addCleanup(connection.close)
        domain = connection.defineXML(
            f"<domain type='qemu'><name>{self.name}</name><memory unit='MiB'>32</memory>"
            f"<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>{DISK % disk}</devices></domain>")
        domain.create()
        self.addCleanup(domain.destroy)
        # A machine whose firmware has run takes 800 KiB.
        filler = os.path.join(small, 'filler')
        with open(filler, 'wb') as file:
            free = os.statvfs(small)
            file.write(b'x' * (free.f_bavail * free.f_frsize - (128 << 10)))

        # In no pool, so that only QEMU finds out.
        told = self.cli('create', 'one', status=1)
        self.assertEqual(told.count('\n'), 1, told)
        self.assertIn('Free some space', told)
        self.assertEqual((self.list(), snapshots_in(disk)), ([], []))
        # In a pool, it is told before the guest is stopped for it.
        pool = connection.storagePoolDefineXML(
            f"<pool type='dir'><name>small</name><target><path>{small}</path></target></pool>")
        pool.create()
        self.assertIn('needed', self.cli('create', 'one', status=1))
        self.assertEqual((self.list(), snapshots_in(disk)), ([], []))
        os.remove(filler)
        pool.destroy()
        domain.destroy()
        domain.create()
        self.assertNotIn('failed', harness.run(['qemu-io', '-r', '-U', '-c', 'read -P 0x41 0 1M', disk]).stdout)


class Killed(unittest.TestCase):
    """The daemon dies in the middle: a sentence at once, and the next list is right."""

    def setUp(self):
        self.folder = self.enterContext(harness.scratch())
        os.chmod(self.folder, 0o777)
        self.env = harness.environment(os.path.join(self.folder, 'home'))
        self.daemon = self.enterContext(harness.Daemon('qemu', 'session'))
        self.disks = [os.path.join(self.folder, f'{number}.qcow2') for number in range(2)]
        disks = ''
        for number, disk in enumerate(self.disks):
            harness.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '8M'], check=True)
            os.chmod(disk, 0o666)
            disks += (DISK % disk).replace('vda', f'vd{chr(97 + number)}')
        self.virsh('define', '/dev/stdin', stdin=(
            f"<domain type='qemu'><name>m</name><memory unit='MiB'>32</memory><os><type arch='x86_64' "
            f"machine='q35'>hvm</type></os><devices>{disks}</devices></domain>").encode())
        self.addCleanup(self.virsh, 'destroy', 'm')

    def virsh(self, *words, stdin=None):
        return harness.run(['virsh', '--quiet', '--connect', self.daemon.uri, *words], stdin=stdin)

    def start_cli(self, *words):
        return subprocess.Popen([harness.CLI, '--connect', self.daemon.uri, 'snapshot', 'm', *words], env=self.env,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def list(self):
        output, errors = self.start_cli('--json').communicate(timeout=60)
        self.assertEqual(errors, '')
        return {snapshot['name'] for snapshot in json.loads(output)}

    def kill_daemon(self):
        self.daemon.process.kill()
        self.daemon.process.wait()

    def play(self, delay, *words):
        process = self.start_cli(*words)
        time.sleep(delay)
        self.kill_daemon()
        output, errors = process.communicate(timeout=60)
        self.daemon.start()
        # 3: it was dead before anybody could connect.
        self.assertIn(process.returncode, (0, 1, 3), (output, errors))
        if process.returncode != 0:
            self.assertEqual(errors.count('\n'), 1, errors)
            self.assertTrue(errors.startswith('hostel-cli: '), errors)
        return process.returncode == 0

    def test_killed(self):
        for number, delay in enumerate(harness.LONG and [step / 50 for step in range(30)] or (0.03, 0.1, 0.2, 0.35)):
            self.virsh('destroy', 'm')
            self.play(delay, 'create', f'off{number}')
            self.virsh('start', 'm')
            self.play(delay, 'create', f'on{number}')
            # Whatever is listed is in all disks, can be gone back to, and deleted.
            names = self.list()
            for name in names:
                for disk in self.disks:
                    self.assertIn(name, snapshots_in(disk))
            for name in sorted(names):
                self.play(delay, 'revert', name, '--yes')
            self.assertEqual(self.list() - {name for name in self.list() if name.startswith('hostel-guard')}, names)
            for name in sorted(self.list()):
                process = self.start_cli('revert', name, '--yes')
                self.assertEqual(process.communicate(timeout=60)[1], '')
                process = self.start_cli('delete', name, '--yes')
                self.assertEqual(process.communicate(timeout=60)[1], '')
            self.assertEqual(self.list(), set())


if __name__ == '__main__':
    harness.main()
