#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation disc, from New to the installer's first question, and to its end, through the window."""

import os
import re
import subprocess
import time
import unittest

import atspi
import harness
import steps


class Installer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.need_system()
        cls.disc = harness.guest('installer')
        cls.enterClassContext(harness.network())

    def make_quick_disc(self, folder):
        """Make a disc that is labelled as Debian's, and whose installer is a shell."""
        tiny = harness.guest('tiny')
        tree = os.path.join(folder, 'disc')
        os.makedirs(tree + '/install.amd')
        for source, target in (('vmlinuz', 'vmlinuz'), ('initrd.gz', 'initrd.gz')):
            os.symlink(os.path.join(tiny, source), os.path.join(tree, 'install.amd', target))
        with open(tree + '/loader', 'wb') as file:
            file.write(bytes(2048))
        path = os.path.join(folder, 'quick.iso')
        subprocess.run(['xorrisofs', '-quiet', '-f', '-output', path, '-volid', 'Debian 12.5.0 amd64 n', '-rock',
                        '-eltorito-boot', 'loader', '-eltorito-catalog', 'boot.cat', '-no-emul-boot', tree],
                       check=True, capture_output=True)
        return path

    def test_serial_console(self):
        """The installer is started in text, and once it has written, the machine boots from its disk."""
        desktop = atspi.Desktop()
        self.addCleanup(desktop.close)
        name = harness.unique_name()
        self.addCleanup(harness.forget, name)
        machine = steps.Machine(self.make_quick_disc(desktop.scratch), name, '', '', '')
        program = desktop.start([harness.HOSTEL, '--connect', harness.SYSTEM], environment=harness.PROGRAM)
        self.addCleanup(program.stop)

        steps.choose_image(program, machine)
        program.press('Install on the Serial Console')
        # A switch slides before it is on.
        program.find('check box', 'Install on the Serial Console', states=('showing', 'checked'))
        steps.describe_machine(program, machine)
        program.press('Create')
        program.find('push button', 'Save Output As', timeout=60)
        self.assertEqual(program.search('label', 'Applying user-data'), [])
        self.assertIsNone(harness.domain_xml(name).find('devices/graphics'))

        def says(expression):
            console = program.search(name='Console serial0 of ' + name)
            return console and re.search(expression, console[0].description)

        program.wait(lambda: says('TINY-READY|#'), 120, 'the installer does not speak')
        program.activate_window()
        desktop.tool('xdotool', 'type', 'dd if=/dev/urandom of=/dev/vda bs=1M count=80; sync; reboot -f\n')
        program.wait(lambda: harness.virsh('domstate', name).strip() == 'shut off', 120, 'it goes on')
        held = [line for line in harness.virsh('vol-list', 'default').splitlines() if name in line]
        self.assertEqual(sum('-kernel' in line or '-initrd' in line for line in held), 2, held)

        program.press('Start')
        program.wait(lambda: harness.virsh('domstate', name).strip() == 'running', 60, 'it does not start')
        installed = harness.domain_xml(name)
        self.assertIsNone(installed.find('os/kernel'))
        self.assertEqual(installed.find('on_reboot').text, 'restart')
        self.assertIsNone(installed.find("devices/disk[@device='cdrom']/source"))
        held = [line for line in harness.virsh('vol-list', 'default').splitlines() if name in line]
        self.assertFalse([line for line in held if '-kernel' in line or '-initrd' in line])
        self.assertEqual(program.quit(), 0)

    @harness.only_long
    def test_first_question(self):
        desktop = atspi.Desktop()
        self.addCleanup(desktop.close)
        name = harness.unique_name()
        machine = steps.Machine(self.disc, name, '', '', '')
        self.addCleanup(harness.forget, name)
        program = desktop.start([harness.HOSTEL, '--connect', harness.SYSTEM], environment=harness.PROGRAM)
        self.addCleanup(program.stop)

        steps.choose_image(program, machine)
        # After the machine's page there is nothing to be asked: no cloud-init, hence no user.
        steps.describe_machine(program, machine)
        program.press('Create')
        # An installer draws; this one writes to the serial port, too.
        program.find('push button', 'Send Keys', timeout=60)
        self.assertEqual(program.search('label', 'Applying user-data'), [])

        log = os.path.join(desktop.scratch, 'log')

        def asks():
            time.sleep(2)
            identifier = harness.virsh('domuuid', name).strip()
            harness.virsh('vol-download', '%s-%s-serial.log' % (name, identifier), log, '--pool', 'default')
            with open(log, encoding='utf-8', errors='replace') as file:
                return 'Select a language' in file.read()

        program.wait(asks, 300, 'the installer asks nothing')
        # Ctrl+Alt gives the keyboard back; before that every key is the machine's.
        program.activate_window()
        program.keys('alt+2')
        time.sleep(1)
        self.assertTrue(program.search('page tab', 'Screen', states=('pressed',)))
        program.keys('ctrl+alt', 'alt+2')
        program.find('page tab', 'Console', states=('pressed',))
        devices = harness.domain_xml(name).find('devices')
        kinds = [disk.get('device') for disk in devices.findall('disk')]
        self.assertEqual(kinds, ['disk', 'cdrom'])
        self.assertEqual(program.quit(), 0)


if __name__ == '__main__':
    harness.main()
