#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian cloud image, from hostel-cli create to a login, and away again, on a real guest."""

import hashlib
import json
import os
import pty
import re
import select
import subprocess
import time
import unittest

import harness

HOSTNAME = 'bunk-7'
USER = 'alice'
DISK = 4 << 30
GROWN = 12 << 30

RECIPE = '''recipe: 1
title: Small
vcpus: 2
disk: 4 GiB
user-data: |
  #cloud-config
  # A comment of the recipe's own
  groups:
    - keepers: [root]
  runcmd:
    - "echo \\"it's: #done\\" > /root/ran"
'''


class Cloud(unittest.TestCase):
    """The steps of one machine's life, in the order of their names."""

    @classmethod
    def setUpClass(cls):
        harness.need_system()
        cls.image = harness.guest('cloud')
        context = harness.scratch()
        cls.folder = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.env = harness.environment(os.path.join(cls.folder, 'home'))
        cls.key = harness.make_key(cls.folder)
        cls.enterClassContext(harness.network())
        cls.name = harness.unique_name()
        cls.before = harness.holdings()
        cls.addClassCleanup(harness.forget, cls.name)
        cls.booted = False

    def cli(self, *arguments, **options):
        return harness.run([harness.CLI, '--connect', harness.SYSTEM, *arguments], env=self.env, **options)

    def guest(self, command, **options):
        if not type(self).booted:
            self.skipTest('the machine was not made')
        return harness.ssh(self.key, USER, self.address, command, **options).strip()

    def test_1_create_waits_for_cloud_init(self):
        began = time.monotonic()
        # Half of it from somebody's recipe.
        recipe = os.path.join(self.folder, 'small.yaml')
        with open(recipe, 'w', encoding='utf-8') as file:
            file.write(RECIPE)
        result = self.cli('create', '--name', self.name, '--image', self.image, '--recipe', recipe,
                          '--memory', '1024', '--hostname', HOSTNAME, '--user', USER,
                          '--password-stdin', '--ssh-key', self.key + '.pub',
                          '--run', 'touch /root/ran-too', '--console-size',
                          '--wait', '--timeout', '600', stdin=b'correct: "horse"\n', timeout=660)
        print('# create --wait took %.0f s' % (time.monotonic() - began))
        if result.returncode != 0:
            self.fail(result.stderr + harness.serial_tail(self.name))
        type(self).address = harness.lease_address(self.name)
        type(self).booted = True

    def test_2_the_guest_agrees(self):
        self.assertEqual(self.guest('hostname'), HOSTNAME)
        self.assertEqual(self.guest('sudo -n id -u'), '0')
        self.assertIn('done', self.guest('cloud-init status --wait', timeout=120))
        public = open(self.key + '.pub').read().split()[1]
        self.assertIn(public, self.guest('cat .ssh/authorized_keys'))
        self.assertEqual(self.guest('sudo cat /root/ran'), "it's: #done")
        self.guest('sudo test -e /root/ran-too')
        self.assertRegex(self.guest('getent group keepers'), ':root$')
        self.guest('sh -n /etc/profile.d/hostel-console-size.sh')
        # The partition table and the boot partition take a little of the disk.
        size = int(self.guest('df --output=size -B1 / | tail -n 1'))
        self.assertGreater(size, DISK * 0.9)
        # The seed was believed, not merely present.
        result = json.loads(self.guest('cat /run/cloud-init/result.json'))
        self.assertIn('NoCloud', result['v1']['datasource'])
        self.assertEqual(result['v1']['errors'], [])
        self.assertEqual(self.guest('sudo cloud-init query instance_id'),
                         harness.virsh('domuuid', self.name).strip())

    def test_2_the_first_connection_asks_nothing(self):
        """The guest has the host key that it was given, and no other one."""
        if not self.booted:
            self.skipTest('the machine was not made')
        strict = ['-i', self.key, '-o', 'StrictHostKeyChecking=yes', '-o', 'BatchMode=yes',
                  '-o', 'GlobalKnownHostsFile=/dev/null']
        result = self.cli('ssh', self.name, '--', *strict, 'hostname', timeout=60)
        self.assertEqual((result.returncode, result.stdout.strip()), (0, HOSTNAME), result.stderr)
        path = os.path.join(self.env['HOME'], '.local/share/hostel/known_hosts')
        with open(path, encoding='utf-8') as file:
            known = file.read().split()
        self.assertEqual(known[0], harness.virsh('domuuid', self.name).strip())
        self.assertEqual(self.guest('sudo cat /etc/ssh/ssh_host_*_key.pub').split()[:2], known[1:3])
        self.assertEqual(self.guest('ls /etc/ssh/ssh_host_*_key.pub | wc -l'), '1')

    def test_2_the_password_fits(self):
        shadow = self.guest('sudo getent shadow ' + USER).split(':')[1]
        self.assertTrue(shadow.startswith('$6$'), shadow[:4])
        script = 'use strict; print crypt($ARGV[0], $ARGV[1])'
        printed = harness.run(['perl', '-e', script, 'correct: "horse"', shadow], check=True).stdout
        self.assertEqual(printed, shadow)

    def test_3_the_list_has_it(self):
        entry = harness.listed(env=self.env)[self.name]
        self.assertEqual(entry['state'], 'running')
        self.assertEqual(entry['uuid'], harness.virsh('domuuid', self.name).strip())

    def test_3_the_machine_is_as_designed(self):
        xml = harness.domain_xml(self.name)
        disks = xml.findall('devices/disk')
        self.assertEqual({disk.find('target').get('bus') for disk in disks}, {'virtio'})
        self.assertEqual(xml.findtext('on_reboot'), 'restart')
        self.assertTrue(any(disk.find('readonly') is not None for disk in disks))
        # No secret is in what libvirt keeps.
        self.assertNotIn('horse', harness.virsh('dumpxml', self.name, '--security-info'))

    def test_3_the_running_guest_sees_a_larger_disk(self):
        """At once; its file system takes the space at the reboot that follows."""
        if not self.booted:
            self.skipTest('the machine was not made')
        result = self.cli('grow', self.name, '12G')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.guest('lsblk --bytes --nodeps --noheadings --output SIZE /dev/vda'), str(GROWN))

    def test_4_a_reboot_comes_back_on_the_same_console(self):
        """One console held over the reboot shows both boots."""
        if not self.booted:
            self.skipTest('the machine was not made')
        controller, terminal = pty.openpty()
        console = subprocess.Popen([harness.CLI, '--connect', harness.SYSTEM, 'console', self.name],
                                   env=self.env, stdin=terminal, stdout=terminal, stderr=terminal,
                                   start_new_session=True)
        os.close(terminal)
        seen = b''

        def read_until(expression, timeout, key=b''):
            """Until it has come; meanwhile @key is pressed every ten seconds."""
            nonlocal seen
            begin = len(seen)
            deadline = time.monotonic() + timeout
            press = time.monotonic()
            while not re.search(expression, seen[begin:]):
                self.assertLess(time.monotonic(), deadline, seen[-2000:].decode(errors='replace'))
                if key and time.monotonic() >= press:
                    os.write(controller, key)
                    press += 10
                try:
                    if select.select([controller], [], [], 1)[0]:
                        seen += os.read(controller, 65536)
                except OSError:
                    self.fail('the console ended: ' + seen[-2000:].decode(errors='replace'))

        try:
            read_until(rb'Ctrl\+\]', 60)
            read_until(HOSTNAME.encode() + rb' login: ', 120, key=b'\r')
            boot = self.guest('cat /proc/sys/kernel/random/boot_id')
            self.guest('sudo systemd-run --on-active=1 systemctl reboot')
            read_until(HOSTNAME.encode() + rb' login: ', 400)
            # Ctrl+] leaves, and the machine runs on.
            os.write(controller, b'\x1d')
            deadline = time.monotonic() + 90
            while console.poll() is None and time.monotonic() < deadline:
                # What the guest still writes: a terminal takes it.
                try:
                    if select.select([controller], [], [], 1)[0]:
                        os.read(controller, 65536)
                except OSError:
                    time.sleep(0.1)
            self.assertEqual(console.poll(), 0)
        finally:
            if console.poll() is None:
                console.kill()
                console.wait()
            os.close(controller)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.assertNotEqual(self.guest('cat /proc/sys/kernel/random/boot_id'), boot)
                break
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(2)
        self.assertEqual(self.guest('hostname'), HOSTNAME)
        size = int(self.guest('df --output=size -B1 / | tail -n 1'))
        self.assertGreater(size, GROWN * 0.9)

    @harness.only_long
    def test_5_user_data_is_applied_again(self):
        """Changed and applied again it is done once more at the next start, with the host key as it was."""
        if not self.booted:
            self.skipTest('the machine was not made')
        shown = self.cli('user-data', self.name)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("# A comment of the recipe's own", shown.stdout)
        path = os.path.join(self.folder, 'again.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(shown.stdout.replace('touch /root/ran-too', 'touch /root/ran-again'))
        applied = self.cli('user-data', self.name, '--apply', path)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertIn('shut down and started again', applied.stdout)
        self.guest('sudo rm /root/ran-too')
        harness.virsh('shutdown', self.name)
        deadline = time.monotonic() + 120
        while harness.virsh('domstate', self.name).strip() != 'shut off':
            self.assertLess(time.monotonic(), deadline, harness.serial_tail(self.name))
            time.sleep(1)
        harness.virsh('start', self.name)
        deadline = time.monotonic() + 400
        while True:
            result = self.cli('ssh', self.name, '--', '-i', self.key, '-o', 'StrictHostKeyChecking=yes',
                              '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10',
                              'sudo ls /root/ran-again && sudo cloud-init query instance_id', timeout=60)
            if result.returncode == 0:
                break
            self.assertLess(time.monotonic(), deadline, result.stderr + harness.serial_tail(self.name))
            time.sleep(3)
        self.assertEqual(result.stdout.split()[-1], harness.virsh('domuuid', self.name).strip() + '-2')
        type(self).address = harness.lease_address(self.name)
        self.assertEqual(self.guest('sudo ls /root/ran-too || echo none'), 'none')

    def test_6_delete_leaves_only_the_base_image(self):
        if not self.booted:
            self.skipTest('the machine was not made')
        identifier = harness.virsh('domuuid', self.name).strip()
        result = self.cli('delete', '--yes', self.name)
        self.assertEqual(result.returncode, 0, result.stderr)
        after = harness.holdings()
        left = harness.new_of_ours(self.before, after, self.name, identifier)
        self.assertEqual([thing for thing in left if 'hostel-base-' not in thing], [])
        # The base stays, whole and with its marker, for the next machine of this image. Who found another
        # program in the middle of the upload made one of its own.
        with open(self.image, 'rb') as file:
            base = 'hostel-base-' + hashlib.sha256(file.read()).hexdigest()
        found = {thing for things in after.values() for thing in things if thing.startswith(base)}
        bases = {thing for thing in found if not thing.endswith('.ok')}
        self.assertTrue(bases)
        self.assertEqual(found, bases | {base + '.ok' for base in bases})
        self.assertNotIn(self.name, harness.listed(env=self.env))
        state = self.env['XDG_STATE_HOME']
        self.assertEqual({path for path in harness.files_below(state) if identifier in path}, set())


if __name__ == '__main__':
    harness.main()
