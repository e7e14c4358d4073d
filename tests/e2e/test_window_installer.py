#!/usr/bin/python3
"""An installation disc, from New to the installer's first question, through the real window."""

import os
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
        if harness.start_network():
            cls.addClassCleanup(harness.virsh, 'net-destroy', 'default')

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
