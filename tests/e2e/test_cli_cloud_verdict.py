#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a first boot that went wrong, on real guests."""

import hashlib
import os
import subprocess
import time
import unittest

import harness

# Where the root file system begins in the image of tests/guests/build-cloud-image.
ROOT_OFFSET = 65 << 20

LONG = unittest.skipUnless(os.environ.get('HOSTEL_TEST_LONG'), 'HOSTEL_TEST_LONG is not set')

# Of init-local where the seed is there so early, of modules-config and of modules-final.
EACH_STAGE = '''#cloud-config
users:
- {name: carol, sudo: "ALL=(ALL) NOPASSWD:ALL"}
- {name: bob, gecos: "Bob: the builder"}
disk_setup:
  /dev/nothing: {table_type: gpt, layout: [50, 50]}
write_files:
- {path: /proc/nothing/here, content: x}
ntp: {enabled: true, ntp_client: no-such-client}
runcmd:
- [sh, -c, "exit 3"]
'''


class Verdict(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.need_system()
        cls.image = harness.guest('cloud')
        context = harness.scratch()
        cls.folder = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.env = harness.environment(os.path.join(cls.folder, 'home'))
        cls.enterClassContext(harness.network())

    def create(self, image, user_data, status=1, state='running', options=()):
        """Make a machine and wait for its verdict."""
        name = harness.unique_name()
        self.addCleanup(harness.forget, name)
        if user_data is not None:
            path = os.path.join(self.folder, name + '.yaml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(user_data)
            options = (*options, '--user-data', path)
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'create', '--name', name, '--image', image,
                              '--memory', '1024', '--vcpus', '2', *options, '--wait', '--timeout', '800'],
                             env=self.env, timeout=860)
        self.told_at = time.time()
        print('# ' + result.stderr.replace('\n', '\n# '))
        if result.returncode != status:
            self.fail(result.stderr + harness.serial_tail(name))
        self.assertIn(state, harness.virsh('domstate', name))
        return name, result.stderr

    def ssh(self, name, command):
        """Log in by Hostel's own key alone."""
        env = dict(self.env)
        env.pop('SSH_AUTH_SOCK', None)
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'ssh', name, '--', '-o', 'BatchMode=yes',
                              '-o', 'ConnectTimeout=20', command], env=env, timeout=90)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_each_stage_fails(self):
        """All is told, though the unit that started the reporter failed; and who made it can get in."""
        name, told = self.create(self.image, EACH_STAGE)
        self.assertIn('“%s” runs, but cloud-init has failed in it.' % name, told)
        for module in ('write.files', 'users.groups', 'ntp', 'scripts.user'):
            self.assertRegex(told, r'cloud-init: error: .*' + module)
        self.assertRegex(told, r'“runcmd” ended with exit status 3\. Its last line is: .*exit 3')
        self.assertIn('cloud-init: warning: Failed partitioning operation', told)
        self.assertEqual(self.ssh(name, 'id -un').strip(), 'carol')
        # Soon: the guest's clock is this computer's.
        ended = float(self.ssh(name, 'stat --format %.Y /run/cloud-init/result.json'))
        print('# told %.1f s after the end' % (self.told_at - ended))
        self.assertLess(self.told_at - ended, 60)

    def test_a_form_without_key_and_password(self):
        name, _ = self.create(self.image, None, 0, options=('--user', 'alice'))
        self.assertEqual(self.ssh(name, 'id -un; getent passwd alice | cut -d : -f 7').split(),
                         ['alice', '/bin/bash'])
        self.assertEqual(self.ssh(name, 'systemctl is-system-running --wait').strip(), 'running')

    @LONG
    def test_a_command_fails(self):
        name, told = self.create(self.image, '#cloud-config\nruncmd:\n- [sh, -c, "exit 3"]\n')
        self.assertIn('“%s” runs, but cloud-init has failed in it.' % name, told)
        # runcmd is run by cloud-init's module scripts-user.
        self.assertRegex(told, r'cloud-init: error: .*scripts.user')

    @LONG
    def test_a_module_fails(self):
        _, told = self.create(self.image, '#cloud-config\nntp:\n  enabled: true\n  ntp_client: no-such-client\n')
        self.assertRegex(told, r"cloud-init: error: .*ntp")
        self.assertNotRegex(told, r'cloud-init: error: .*scripts.user')

    @LONG
    def test_a_script_fails(self):
        _, told = self.create(self.image, '#!/bin/sh\necho well\nfalse\n')
        self.assertRegex(told, r'“part-001” ended with exit status 1\. Its last line is: false')

    @LONG
    def test_it_powers_off(self):
        name, told = self.create(self.image, '#cloud-config\nbootcmd:\n- systemctl --force --force poweroff\n',
                                 state='shut off')
        self.assertIn('“%s” has stopped before cloud-init had finished.' % name, told)

    @LONG
    def test_it_reboots(self):
        """Once, in the middle: its second boot is judged."""
        self.create(self.image, '#cloud-config\nbootcmd:\n- test -e /root/again || { touch /root/again; sync; '
                    'systemctl --force --force reboot; }\n', 0)

    @LONG
    def test_it_panics(self):
        name, told = self.create(self.image, '#cloud-config\nbootcmd:\n- echo c >/proc/sysrq-trigger\n')
        self.assertIn('The kernel of “%s” has panicked.' % name, told)

    @LONG
    def test_it_is_in_emergency_mode(self):
        name, told = self.create(self.image, '#cloud-config\nbootcmd:\n- systemctl --no-block isolate emergency\n')
        self.assertIn('“%s” is in emergency mode.' % name, told)

    def test_no_data_is_read(self):
        """An image whose cloud-init is off boots, asks for a login, and says nothing."""
        silent = self.make_image('cd /etc/cloud\nwrite /dev/null cloud-init.disabled\n')
        name, told = self.create(silent, '#cloud-config\n{}\n')
        self.assertIn('“%s” asks for a login, but has never read its user-data.' % name, told)
        self.assertNotIn('cloud-init: error', told)

    @LONG
    def test_no_cloud_init(self):
        image = self.make_image('rm /lib/systemd/system-generators/cloud-init-generator\n'
                                'rm /usr/lib/systemd/system-generators/cloud-init-generator\n')
        name, told = self.create(image, '#cloud-config\n{}\n')
        self.assertIn('“%s” asks for a login, but has never read its user-data.' % name, told)

    @LONG
    def test_the_seed_is_not_looked_for(self):
        """cloud-init finishes, and had no data."""
        config = os.path.join(self.folder, 'none.cfg')
        with open(config, 'w', encoding='utf-8') as file:
            file.write('datasource_list: [ None ]\n')
        image = self.make_image('cd /etc/cloud/cloud.cfg.d\nwrite %s 95_none.cfg\n' % config)
        name, told = self.create(image, '#cloud-config\n{}\n')
        self.assertIn('“%s” asks for a login, but has never read its user-data.' % name, told)

    @LONG
    def test_the_first_stage_fails(self):
        """The later ones take no data from disks."""
        name, told = self.create(self.break_unit('cloud-init-local.service'), '#cloud-config\nusers:\n- {name: carol}\n')
        self.assertIn('“%s” asks for a login, but has never read its user-data.' % name, told)

    @LONG
    def test_the_network_stage_fails(self):
        """The first has done its work, as data from a disk needs no network."""
        name, _ = self.create(self.break_unit('cloud-init.service'), '#cloud-config\nusers:\n- {name: carol}\n', 0)
        self.assertEqual(self.ssh(name, 'id -un').strip(), 'carol')

    def break_unit(self, unit):
        drop_in = os.path.join(self.folder, 'drop-in.conf')
        with open(drop_in, 'w', encoding='utf-8') as file:
            file.write('[Service]\nExecStart=\nExecStart=/bin/false\n')
        folder = '/etc/systemd/system/%s.d' % unit
        return self.make_image('mkdir %s\ncd %s\nwrite %s false.conf\n' % (folder, folder, drop_in))

    def make_image(self, changes):
        raw = os.path.join(self.folder, 'changed.raw')
        image = os.path.join(self.folder, self.id().rpartition('.')[2] + '.qcow2')
        commands = os.path.join(self.folder, 'commands')
        subprocess.run(['qemu-img', 'convert', '-O', 'raw', self.image, raw], check=True)
        with open(commands, 'w') as file:
            file.write(changes)
        subprocess.run(['debugfs', '-w', '-f', commands, '%s?offset=%d' % (raw, ROOT_OFFSET)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(['qemu-img', 'convert', '-O', 'qcow2', raw, image], check=True)
        os.unlink(raw)
        os.chmod(image, 0o644)
        with open(image, 'rb') as file:
            base = 'hostel-base-' + hashlib.file_digest(file, 'sha256').hexdigest()
        # The cleanups of the machine run before.
        self.addCleanup(self.forget_base, base)
        return image

    def forget_base(self, base):
        for pool in harness.virsh('pool-list', '--name').split():
            for line in harness.virsh('vol-list', pool).splitlines():
                if base in line:
                    harness.virsh('vol-delete', line.split()[0], '--pool', pool, check=False)


if __name__ == '__main__':
    harness.main()
