#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostel-cli console, on a real guest and a real terminal."""

import os
import pty
import re
import select
import subprocess
import termios
import time
import unittest

import harness

class Terminal:
    """hostel-cli console on a terminal of its own."""

    def __init__(self, test, *arguments, size=(24, 80)):
        self.test = test
        self.controller, self.terminal = pty.openpty()
        termios.tcsetwinsize(self.terminal, size)
        self.before = termios.tcgetattr(self.terminal)
        self.process = subprocess.Popen([harness.CLI, '--connect', harness.SYSTEM, 'console', *arguments],
                                        env=test.env, stdin=self.terminal, stdout=self.terminal,
                                        stderr=self.terminal, start_new_session=True)
        self.seen = b''
        test.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.controller)
        os.close(self.terminal)

    def write(self, data):
        os.write(self.controller, data)

    def read_until(self, expression, timeout=120):
        deadline = time.monotonic() + timeout
        while not (found := re.search(expression, self.seen)):
            self.test.assertLess(time.monotonic(), deadline, self.seen[-2000:].decode(errors='replace'))
            if select.select([self.controller], [], [], 1)[0]:
                self.seen += os.read(self.controller, 65536)
        before = self.seen[:found.start()]
        self.seen = self.seen[found.end():]
        return before

    def check_restored(self):
        """The terminal is as it was before."""
        self.test.assertEqual(termios.tcgetattr(self.terminal)[:4], self.before[:4])


class ConsoleTest(unittest.TestCase):
    def setUp(self):
        harness.need_system()
        self.name, self.folder = harness.tiny_machine(self)
        self.env = harness.environment(self.folder + '/home')

    def resume(self):
        harness.virsh('resume', self.name)

    def test_from_start_to_stop(self):
        terminal = Terminal(self, self.name)
        terminal.read_until(rb'Ctrl\+\]')
        self.resume()
        terminal.read_until(rb'TINY-READY')
        terminal.write(b'echo "\xc3\xa4$((6 * 7))"\r')
        terminal.read_until(rb'\n\xc3\xa442')
        # Ctrl+C is the guest's.
        terminal.write(b'sleep 1000\r')
        time.sleep(1)
        terminal.write(b'\x03echo "$((50 + 5))<-"\r')
        terminal.read_until(rb'\n55<-')
        terminal.write(b'reboot -f\r')
        terminal.read_until(rb'TINY-READY')
        terminal.write(b'poweroff -f\r')
        terminal.read_until(self.name.encode() + '” is off'.encode())
        self.assertEqual(terminal.process.wait(15), 0)
        terminal.check_restored()

    def test_leave(self):
        terminal = Terminal(self, self.name)
        terminal.read_until(rb'Ctrl\+\]')
        terminal.write(b'\x1d')
        self.assertEqual(terminal.process.wait(15), 0)
        terminal.check_restored()
        self.assertIn(self.name, harness.virsh('list', '--name'))

    def test_terminated(self):
        terminal = Terminal(self, self.name)
        terminal.read_until(rb'Ctrl\+\]')
        terminal.process.terminate()
        self.assertEqual(terminal.process.wait(15), 1)
        terminal.check_restored()

    def test_taken(self):
        first = Terminal(self, self.name)
        first.read_until(rb'Ctrl\+\]')
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'console', self.name], env=self.env)
        self.assertEqual(result.returncode, 1)
        self.assertIn('Another program shows this console', result.stderr)
        second = Terminal(self, '--force', self.name)
        second.read_until(rb'Ctrl\+\]')
        first.read_until(rb'Another program shows this console')
        self.assertEqual(first.process.wait(15), 1)
        first.check_restored()

    def test_pipe(self):
        """Input from a pipe is sent whole, and its end does not end the output."""
        with subprocess.Popen([harness.CLI, '--connect', harness.SYSTEM, 'console', '--device', 'console1',
                               self.name], env=self.env, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(b'echo "$((70 + 7))<-"; poweroff -f\n')
            process.stdin.close()
            time.sleep(2)
            self.resume()
            self.assertIn(b'77<-', process.stdout.read())
            self.assertEqual(process.wait(15), 0)

    def test_off(self):
        self.resume()
        harness.virsh('destroy', self.name)
        harness.run(['virsh', '--connect', harness.SYSTEM, 'define', self.folder + '/domain.xml'], check=True)
        self.addCleanup(lambda: harness.virsh('undefine', self.name))
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'console', self.name], env=self.env)
        self.assertEqual(result.returncode, 1)
        self.assertIn('is off', result.stderr)

    def console(self, *arguments):
        return harness.run([harness.CLI, '--connect', harness.SYSTEM, 'console', *arguments, self.name],
                           env=self.env)

    def test_replay(self):
        """What it wrote in an earlier session comes again, before what it writes now and when it is off."""
        log = self.folder + '/copy'
        first = Terminal(self, '--replay', '--log', log, self.name)
        first.read_until(rb'Ctrl\+\]')
        self.resume()
        first.read_until(rb'TINY-READY')
        first.read_until(rb'tiny# ')
        # A request that an old terminal would answer, into the shell.
        first.write(b'printf "a\\033[6nb$((20 + 1))\\n"\r')
        first.read_until(rb'\na\x1b\[6nb21')
        first.write(b'\x1d')
        self.assertEqual(first.process.wait(15), 0)
        first.check_restored()
        with open(log, 'rb') as file:
            copy = file.read()
        self.assertRegex(copy, rb'TINY-READY')
        self.assertRegex(copy, rb'\na\x1b\[6nb21')
        self.assertEqual(os.stat(log).st_mode & 0o777, 0o600)

        second = Terminal(self, '--replay', '--log', log, self.name)
        second.read_until(rb'TINY-READY')
        second.read_until(rb'\nab21')
        second.write(b'echo "now$((30 + 1))"\r')
        second.read_until(rb'\nnow31')
        second.write(b'poweroff -f\r')
        second.read_until(self.name.encode() + '” is off'.encode())
        self.assertEqual(second.process.wait(15), 0)
        with open(log, 'rb') as file:
            self.assertTrue(file.read().startswith(copy))

    def test_replay_of_a_stopped_machine(self):
        self.resume()
        terminal = Terminal(self, '--replay', self.name)
        terminal.read_until(rb'tiny# ')
        terminal.write(b'echo last$((40 + 1))\r')
        terminal.read_until(rb'\nlast41')
        with open(self.folder + '/running.xml', 'w') as file:
            file.write(harness.virsh('dumpxml', self.name))
        harness.virsh('define', self.folder + '/running.xml')
        self.addCleanup(lambda: harness.virsh('undefine', self.name))
        harness.virsh('destroy', self.name)
        # Nothing that was shown before is shown again.
        self.assertNotIn(b'TINY-READY', terminal.read_until(self.name.encode() + '” is off'.encode()))
        self.assertEqual(terminal.process.wait(30), 0)

        result = self.console('--replay', '--times')
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r'\n\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] last41')
        self.assertIn('is off', result.stderr)

    def test_send_size(self):
        terminal = Terminal(self, '--send-size', '--device', 'console1', self.name, size=(33, 111))
        terminal.read_until(rb'Ctrl\+\]')
        self.resume()
        terminal.read_until(rb'stty rows 33 columns 111')

    def test_log_that_cannot_be_written(self):
        result = self.console('--log', self.folder + '/missing/copy')
        self.assertEqual(result.returncode, 1)
        self.assertIn('missing/copy cannot be written', result.stderr)

    def test_no_such_device(self):
        result = harness.run([harness.CLI, '--connect', harness.SYSTEM, 'console', '--device', 'serial7',
                              self.name], env=self.env)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)


if __name__ == '__main__':
    harness.main()
