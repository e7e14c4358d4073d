#!/usr/bin/python3
"""What is said of a first boot that went wrong, on real guests."""

import hashlib
import os
import subprocess
import unittest

import harness

# Where the root file system begins in the image of tests/guests/build-cloud-image.
ROOT_OFFSET = 65 << 20


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

    def create(self, image, user_data):
        """Make a machine and wait for its verdict."""
        name = harness.unique_name()
        self.addCleanup(harness.forget, name)
        path = os.path.join(self.folder, name + '.yaml')
        with open(path, 'w') as file:
            file.write(user_data)
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'create', '--name', name, '--image', image,
                              '--memory', '1024', '--vcpus', '2', '--user-data', path, '--wait', '--timeout', '400'],
                             env=self.env, timeout=460)
        print('# ' + result.stderr.replace('\n', '\n# '))
        if result.returncode != 1:
            self.fail(result.stderr + harness.serial_tail(name))
        self.assertIn('running', harness.virsh('domstate', name))
        return name, result.stderr

    def test_a_command_fails(self):
        name, told = self.create(self.image, '#cloud-config\nruncmd:\n- [sh, -c, "exit 3"]\n')
        self.assertIn('“%s” runs, but cloud-init has failed in it.' % name, told)
        # runcmd is run by cloud-init's module scripts-user.
        self.assertRegex(told, r'cloud-init: error: .*scripts.user')

    @harness.only_long
    def test_a_module_fails(self):
        _, told = self.create(self.image, '#cloud-config\nntp:\n  enabled: true\n  ntp_client: no-such-client\n')
        self.assertRegex(told, r"cloud-init: error: .*ntp")
        self.assertNotRegex(told, r'cloud-init: error: .*scripts.user')

    def test_no_data_is_read(self):
        """An image whose cloud-init is off boots, asks for a login, and says nothing."""
        silent = self.make_silent_image()
        name, told = self.create(silent, '#cloud-config\n{}\n')
        self.assertIn('“%s” asks for a login, but has never read its user-data.' % name, told)
        self.assertNotIn('cloud-init: error', told)

    def make_silent_image(self):
        raw = os.path.join(self.folder, 'silent.raw')
        image = os.path.join(self.folder, 'silent.qcow2')
        commands = os.path.join(self.folder, 'commands')
        subprocess.run(['qemu-img', 'convert', '-O', 'raw', self.image, raw], check=True)
        with open(commands, 'w') as file:
            file.write('cd /etc/cloud\nwrite /dev/null cloud-init.disabled\n')
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
