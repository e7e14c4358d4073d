#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostel-cli on a real daemon, with machines that others defined.

usage: test-cli-real.py HOSTEL_CLI [CASE...]
"""

import os
import subprocess
import sys
import tempfile
import unittest
import uuid

from tap import TAPTestRunner

CLI = os.path.abspath(sys.argv.pop(1))
URI = 'qemu:///system' if os.getuid() == 0 else 'qemu:///session'
MIB = 1 << 20


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

    def define(self, devices, start=False, more='', os_more=''):
        name = f'{self.pool}-{uuid.uuid4().hex[:4]}'
        path = os.path.join(self.folder, 'machine.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'<domain type="qemu"><name>{name}</name>{more}<memory unit="MiB">64</memory><vcpu>1</vcpu>'
                       f'<os><type arch="x86_64" machine="pc">hvm</type>{os_more}</os>'
                       f'<devices>{devices}</devices></domain>')
        virsh('define', path)
        if start:
            virsh('start', '--paused', name)
        return name


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
        self.assertLess(memory, 80 * MIB)
        self.assertGreater(len(shown), 4 * MIB)
        self.assertTrue(lines.endswith(shown))

        # What comes later is joined where the end was, once.
        with open(path, 'ab') as file:
            file.write(b'one more\r\n')
        again, memory = self.replay(name)
        self.assertLess(memory, 80 * MIB)
        self.assertEqual(again, shown + b'one more\r\n')

    def test_holes(self):
        path = os.path.join(self.images, 'serial.log')
        with open(path, 'wb') as file:
            file.truncate(6 << 30)
        virsh('pool-refresh', self.pool)
        name = self.define(f'<serial type="pty"><log file="{path}" append="on"/></serial>')
        shown, memory = self.replay(name)
        self.assertLess(memory, 80 * MIB)
        self.assertLess(len(shown), 64 * MIB)


if __name__ == '__main__':
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner)
