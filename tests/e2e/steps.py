# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in the window to make a machine, one function a page, by accessible names."""

import collections
import re

Machine = collections.namedtuple('Machine', 'image name hostname user password')


def choose_image(program, machine):
    # The one in the header bar: the page of an empty host has another one, which GTK 4.8 tells as
    # showing behind other pages, too, and whose press does nothing there.
    program.find('list item', re.compile(r'^This computer, (No virtual|\d)'))
    buttons = program.search('push button', 'New Virtual Machine', states=('showing', 'sensitive'))
    buttons = [button for button in buttons
               if 'No Virtual Machines' not in [ancestor.name for ancestor in program.ancestors(button)]]
    buttons[0].press()
    program.find('text', 'Image File').set_text(machine.image)
    program.press('Next')


def describe_machine(program, machine):
    program.find('text', 'Name').set_text(machine.name)
    program.find('text', 'Memory').set_text('1 GiB')
    program.find('text', 'vCPUs').set_text('2')
    program.find('text', 'Disk Size').set_text('4 GiB')
    program.press('Next')


def describe_guest(program, machine):
    program.find('text', 'Hostname').set_text(machine.hostname)
    program.find('text', 'User Name').set_text(machine.user)
    program.find(('text', 'password text'), 'Password').set_text(machine.password)


def wait_until_ready(program, machine, timeout=300):
    """The console page opens by itself and tells how far the boot is, then how to log in."""
    program.find('push button', 'Save Output As', timeout=60)
    program.find('label', 'Ready to log in', timeout=timeout)
    program.find('label', re.compile('^ssh .*%s@' % machine.user), timeout=60)
