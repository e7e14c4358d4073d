#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's console, by a keyboard."""

import re
import unittest

import atspi
import harness

# One line of hexadecimal numbers for each key.
SHOW_KEYS = ('stty raw opost -echo min 16 time 3; '
             'while :; do echo "<$(dd bs=64 count=1 2>/dev/null | od -An -tx1)>"; done\n')
# What the window itself, or GTK, has for these keys anywhere else.
GUEST_KEYS = {
    'ctrl+n': '0e', 'ctrl+f': '06', 'ctrl+w': '17', 'ctrl+q': '11', 'ctrl+r': '12', 'ctrl+question': '7f',
    'F1': '1b 4f 50', 'F9': '1b 5b 32 30 7e', 'F10': '1b 5b 32 31 7e', 'F11': '1b 5b 32 33 7e',
    'alt+1': '1b 31', 'alt+2': '1b 32', 'alt+c': '1b 63', 'alt+o': '1b 6f', 'alt+f': '1b 66',
    'Tab': '09', 'shift+Tab': '1b 5b 5a', 'Escape': '1b', 'ctrl+Tab': '09',
}


class WindowConsole(unittest.TestCase):
    def setUp(self):
        harness.need_system()
        self.name, _ = harness.tiny_machine(self)
        harness.virsh('resume', self.name)
        self.desktop = atspi.Desktop()
        self.addCleanup(self.desktop.close)
        self.program = self.desktop.start([harness.HOSTEL, '--connect', harness.SYSTEM,
                                           '--console', self.name],
                                          environment=dict(harness.PROGRAM, **harness.WHOLE_STACKS))
        self.addCleanup(self.program.stop)

    def last_line(self):
        """Return what a screen reader is told of the terminal."""
        return self.program.find(name='Console serial0 of ' + self.name).description

    def wait_for_line(self, line, timeout=60):
        seen = []

        def is_shown():
            seen.append(self.last_line())
            return re.search(line, seen[-1])

        try:
            self.program.wait(is_shown, timeout, '')
        except atspi.Timeout:
            self.fail('the console does not show %r but %r' % (line, sorted(set(seen))))

    def test_keys_are_the_guests(self):
        self.program.activate_window()
        # A guest that was ready before the window was has written its prompt to nobody, and a key that
        # came before the console was open went nowhere.
        for _ in range(18):
            self.program.keys('Return')
            try:
                self.wait_for_line('TINY-READY|#', 10)
                break
            except AssertionError:
                continue
        self.wait_for_line('TINY-READY|#', 10)
        self.desktop.tool('xdotool', 'type', SHOW_KEYS)
        self.program.keys('x')
        self.wait_for_line('^< 78>$')
        for key, expected in GUEST_KEYS.items():
            with self.subTest(key):
                self.program.keys(key)
                self.wait_for_line('^< %s>$' % expected)

        # And the way out.
        self.program.keys('ctrl+Page_Up')
        self.program.find('label', 'Operating System')
        self.program.keys('alt+2', 'x')
        self.wait_for_line('^< 78>$')
        self.program.keys('ctrl+shift+w')
        self.assertEqual(self.program.process.wait(20), 0)


if __name__ == '__main__':
    harness.main()
