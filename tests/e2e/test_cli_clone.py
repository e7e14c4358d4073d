#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian machine and its linked clone, both up at once: two computers, with what was on the disk."""

import os
import subprocess
import time
import unittest

import harness

USER = 'alice'
# One line each.
QUESTIONS = ('cat /etc/machine-id', 'hostname', 'cat /etc/ssh/ssh_host_ed25519_key.pub | cut -d" " -f1,2',
             'cloud-init query instance_id', 'ip -4 -o address show scope global | wc -l', 'cat /var/tmp/mark')


class Clone(unittest.TestCase):
    def setUp(self):
        harness.need_system()
        self.image = harness.guest('cloud')
        self.folder = self.enterContext(harness.scratch())
        self.env = harness.environment(os.path.join(self.folder, 'home'))
        self.key = harness.make_key(self.folder)
        self.enterContext(harness.network())
        self.name = harness.unique_name()
        self.before = harness.holdings()

    def cli(self, *arguments, **options):
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, *arguments], env=self.env, **options)
        self.assertEqual(result.returncode, 0, (arguments, result.stdout, result.stderr))
        return result.stdout

    def guest(self, name, command):
        return harness.ssh(self.key, USER, harness.lease_address(name), command).strip()

    def wait_for(self, what, seconds):
        until = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), until, harness.serial_tail(self.name))
            time.sleep(1)

    def is_through(self, name):
        """Whether its cloud-init has ended this boot's work."""
        try:
            return 'done' in self.guest(name, 'cloud-init status')
        except (AssertionError, subprocess.SubprocessError):
            return False

    def look(self, name):
        self.wait_for(lambda: self.is_through(name), 400)
        return self.guest(name, '; '.join('sudo ' + line for line in QUESTIONS)).splitlines()

    def test_two_computers(self):
        clone = self.name + '-b'
        for name in (self.name, clone):
            self.addCleanup(harness.forget, name)
        self.cli('create', '--name', self.name, '--image', self.image, '--memory', '512', '--hostname', 'parent-host',
                 '--user', USER, '--ssh-key', self.key + '.pub', '--wait', '--timeout', '600', timeout=660)
        self.guest(self.name, 'sudo sh -c "echo mine >/var/tmp/mark"; sync')
        old = self.look(self.name)
        self.cli('shutdown', self.name)
        self.wait_for(lambda: 'shut off' in harness.virsh('domstate', self.name), 120)

        began = time.monotonic()
        self.cli('clone', self.name, clone)
        print('# the clone took %.2f s' % (time.monotonic() - began))
        for name in (self.name, clone):
            self.cli('start', name)
        parent, child = self.look(self.name), self.look(clone)

        # What was it is still it, whatever the clone does.
        self.assertEqual(parent, old)
        for number, question in enumerate(QUESTIONS[:4]):
            self.assertNotEqual(parent[number], child[number], question)
        self.assertEqual(child[1], clone)
        self.assertEqual(child[3], harness.virsh('domuuid', clone).strip())
        self.assertEqual(child[4:], ['1', 'mine'])
        self.assertNotEqual(harness.lease_address(self.name), harness.lease_address(clone))
        # Known before the first connection.
        strict = ['-i', self.key, '-o', 'StrictHostKeyChecking=yes', '-o', 'GlobalKnownHostsFile=/dev/null']
        self.assertEqual(self.cli('ssh', clone, '--', *strict, 'hostname', timeout=60).strip(), clone)

        # Each goes without the other; what both stood on is named, and nothing else is left.
        self.cli('delete', '--yes', clone, timeout=120)
        self.assertEqual(self.guest(self.name, 'cat /var/tmp/mark'), 'mine')
        told = self.cli('delete', '--yes', self.name, timeout=120)
        left = harness.new_of_ours(self.before, harness.holdings(), self.name)
        self.assertEqual(len(left), 1, left)
        volume = left[0].split()[-1]
        self.addCleanup(harness.virsh, 'vol-delete', volume, '--pool', 'default')
        self.assertRegex(told, f'Kept .*/{volume}: ')


if __name__ == '__main__':
    harness.main()
