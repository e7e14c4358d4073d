#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian cloud image, from New to a login prompt, through the real window by its accessible names."""

import os
import re
import subprocess
import time
import unittest

import atspi
import harness
import steps

HOSTNAME = 'bunk-8'
USER = 'alice'


class Window(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.need_system()
        cls.image = harness.guest('cloud')
        cls.enterClassContext(harness.network())

    def setUp(self):
        self.desktop = atspi.Desktop()
        self.addCleanup(self.desktop.close)
        ssh = os.path.join(self.desktop.home, '.ssh')
        os.makedirs(ssh, mode=0o700)
        self.key = harness.make_key(ssh)
        self.name = harness.unique_name()
        self.machine = steps.Machine(self.image, self.name, HOSTNAME, USER, 'correct: "horse"')
        self.addCleanup(harness.forget, self.name)
        # ssh looks for keys where the user database has the home directory, not where HOME is.
        socket = os.path.join(self.desktop.home, 'agent')
        agent = subprocess.Popen(['ssh-agent', '-D', '-a', socket], stdout=subprocess.DEVNULL)
        self.addCleanup(agent.wait)
        self.addCleanup(agent.terminate)
        self.program = self.desktop.start([harness.HOSTEL, '--connect', harness.SYSTEM],
                                          environment=dict(harness.PROGRAM, SSH_AUTH_SOCK=socket,
                                                           **harness.WHOLE_STACKS))
        harness.run(['ssh-add', '-q', self.key], env=dict(os.environ, SSH_AUTH_SOCK=socket), check=True)
        self.addCleanup(self.program.stop)

    def output(self):
        """Return the console's text as Save Output As writes it."""
        path = os.path.join(self.desktop.home, 'output-%d.txt' % time.monotonic_ns())
        self.program.press('Save Output As')
        # GTK's own dialog: its names carry mnemonics and a colon.
        self.program.find('text', re.compile(r'^Name:?$')).set_text(path)
        self.program.press(re.compile(r'^(_?Save ?)+$'))
        sizes = [0]

        def is_written():
            # A file is there before its text is: it has some, and gets no more.
            sizes.append(os.path.getsize(path) if os.path.exists(path) else 0)
            return 0 < sizes[-1] == sizes[-2]

        self.program.wait(is_written, 15, 'the output was not saved')
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()

    def read_until(self, expression, timeout):
        deadline = time.monotonic() + timeout
        while True:
            text = self.output()
            if re.search(expression, text, re.MULTILINE):
                return text
            self.assertLess(time.monotonic(), deadline, text[-3000:])
            time.sleep(5)

    def check_reboot(self, text, address):
        """A reboot from inside comes back on the same console, with nothing lost of TEXT."""
        harness.ssh(self.key, USER, address, 'sudo systemd-run --on-active=1 systemctl reboot')
        deadline = time.monotonic() + 600
        while True:
            after = self.output()
            if len(re.findall(r'^%s login: ' % HOSTNAME, after, re.MULTILINE)) >= 2:
                break
            self.assertLess(time.monotonic(), deadline, after[-3000:])
            time.sleep(5)
        first = [line for line in text.splitlines() if 'Linux version' in line or 'systemd[1]' in line][:1]
        self.assertIn(first[0] if first else '', after)

    def test_from_new_to_login(self):
        program = self.program
        steps.choose_image(program, self.machine)
        steps.describe_machine(program, self.machine)
        steps.describe_guest(program, self.machine)
        program.press('Next')
        program.press('Create')
        steps.wait_until_ready(program, self.machine)
        text = self.read_until(r'^%s login: ' % HOSTNAME, 240)
        self.assertRegex(text, r'Linux version|SeaBIOS|systemd\[1\]')

        # The key that was found in ~/.ssh is the guest's.
        address = harness.lease_address(self.name)
        self.assertEqual(harness.ssh(self.key, USER, address, 'hostname').strip(), HOSTNAME)
        self.assertEqual(harness.ssh(self.key, USER, address, 'sudo -n id -u').strip(), '0')

        # SSH in a tab asks nothing: the agent has the key, and the guest's own is known.
        program.press('SSH')
        deadline = time.monotonic() + 60
        while 'pts/' not in harness.ssh(self.key, USER, address, 'who'):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(1)
        # A shell that asks at a terminal ignores SIGTERM.
        harness.ssh(self.key, USER, address, 'pkill -HUP -t pts/0')
        program.find('push button', 'Connect Again', timeout=30)
        program.press('Console')

        if harness.LONG:
            self.check_reboot(text, address)
        self.assertEqual(program.quit(), 0)
        # The window is gone; the machine is not.
        self.assertIn(self.name, harness.virsh('list', '--name').split())


if __name__ == '__main__':
    harness.main()
