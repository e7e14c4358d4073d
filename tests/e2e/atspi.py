# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive a GTK 4 program as a screen reader sees it, by plain D-Bus calls.

A Desktop is a virtual display and a session bus of its own with the accessibility bus on it; an
Application is a program started there. What is on the screen is read in one call (GetItems of the
program's accessibility cache) and found by role and name, the way a person names it.

Interfaces: https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml
"""

import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

ACCESSIBLE = 'org.a11y.atspi.Accessible'
ROOT = '/org/a11y/atspi/accessible/root'
CACHE = '/org/a11y/atspi/cache'

# atspi-constants.h, AtspiStateType: the bits that a person would notice.
STATES = {1: 'active', 4: 'checked', 7: 'editable', 8: 'enabled', 10: 'expanded', 12: 'focused',
          16: 'modal', 20: 'pressed', 23: 'selected', 24: 'sensitive', 25: 'showing', 30: 'visible',
          34: 'required', 35: 'invalid'}

# atspi-constants.h, AtspiRole, of the widgets that GTK 4 and libadwaita have.
ROLES = {0: 'invalid', 2: 'alert', 6: 'canvas', 7: 'check box', 8: 'check menu item', 11: 'combo box',
         16: 'dialog', 20: 'filler', 23: 'frame', 26: 'icon', 27: 'image', 29: 'label', 31: 'list',
         32: 'list item', 33: 'menu', 34: 'menu bar', 35: 'menu item', 37: 'page tab',
         38: 'page tab list', 39: 'panel', 40: 'password text', 41: 'popup menu', 42: 'progress bar',
         43: 'push button', 44: 'radio button', 45: 'radio menu item', 48: 'scroll bar',
         49: 'scroll pane', 50: 'separator', 51: 'slider', 52: 'spin button', 53: 'split pane',
         55: 'table', 56: 'table cell', 60: 'terminal', 61: 'text', 62: 'toggle button',
         63: 'tool bar', 65: 'tree', 66: 'tree table', 67: 'unknown', 69: 'window', 75: 'application',
         79: 'entry', 83: 'heading', 85: 'section', 87: 'form', 98: 'grouping', 116: 'static',
         130: 'switch'}


# Everything takes longer under sanitizers.
PATIENCE = 4 if 'ASAN_OPTIONS' in os.environ else 1


class Timeout(AssertionError):
    """What was waited for did not come; the message has the tree as it was."""


class Node:
    """One thing on the screen, as it was when it was read."""

    def __init__(self, application, path, parent, index, interfaces, name, role, description, bits):
        self.application = application
        self.path = path
        self.parent_path = parent
        self.index = index
        self._interfaces = interfaces
        self.name = name
        self.role = ROLES.get(role, str(role))
        self.description = description
        mask = sum(word << (32 * number) for number, word in enumerate(bits))
        self.states = {word for bit, word in STATES.items() if mask >> bit & 1}

    def __repr__(self):
        return '%s "%s"' % (self.role, self.name)

    @property
    def interfaces(self):
        if self._interfaces is None:
            self._interfaces = self.call('Accessible', 'GetInterfaces')[0]
        return {interface.rpartition('.')[2] for interface in self._interfaces}

    def call(self, interface, method, signature=None, *values, timeout=10):
        return self.application.call(self.path, 'org.a11y.atspi.' + interface, method, signature, *values,
                                     timeout=timeout)

    def get(self, interface, name):
        """Return the present value of a property."""
        return self.application.call(self.path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)',
                                     'org.a11y.atspi.' + interface, name)[0]

    def press(self):
        """Do what a click does (the first action)."""
        assert 'sensitive' in self.states, '%r is greyed out' % self
        assert self.get('Action', 'NActions') > 0, '%r has no action for assistive technology' % self
        assert self.call('Action', 'DoAction', '(i)', 0)[0], '%r refused its action' % self

    def has_size(self):
        (_, _, width, height), = self.call('Component', 'GetExtents', '(u)', 1)
        return width > 0 and height > 0

    def click(self):
        """Click its middle with the mouse: a list row has no action for assistive technology."""
        (x, y, width, height), = self.call('Component', 'GetExtents', '(u)', 1)
        self.application.desktop.tool('xdotool', 'mousemove', str(x + width // 2), str(y + height // 2),
                                      'click', '1')

    def set_text(self, text):
        """Replace the text of an entry."""
        node = self if 'EditableText' in self.interfaces else self.application.below(self, 'EditableText')
        node.call('EditableText', 'SetTextContents', '(s)', text)

    def text(self):
        node = self if 'Text' in self.interfaces else self.application.below(self, 'Text')
        # GTK 4.8 does not take -1 for the end of an entry.
        return node.call('Text', 'GetText', '(ii)', 0, node.get('Text', 'CharacterCount'))[0]

    def set_value(self, value):
        node = self if 'Value' in self.interfaces else self.application.below(self, 'Value')
        self.application.call(node.path, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)',
                              'org.a11y.atspi.Value', 'CurrentValue', GLib.Variant('d', value))

    def value(self):
        node = self if 'Value' in self.interfaces else self.application.below(self, 'Value')
        return node.get('Value', 'CurrentValue')


class Desktop:
    """A display, a session bus and the accessibility bus; leaves nothing running."""

    def __init__(self, width=1100, height=760, home=None):
        self.processes = []
        self.scratch = tempfile.mkdtemp(prefix='hostel-desktop-')
        self.home = home or os.path.join(self.scratch, 'home')
        runtime = os.path.join(self.scratch, 'run')
        for folder in (self.home, runtime):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        self.environment = dict(
            os.environ, HOME=self.home, XDG_RUNTIME_DIR=runtime, XDG_CONFIG_HOME=self.home + '/.config',
            XDG_CACHE_HOME=self.home + '/.cache', XDG_DATA_HOME=self.home + '/.local/share',
            XDG_STATE_HOME=self.home + '/.local/state', GDK_BACKEND='x11', GSK_RENDERER='cairo',
            # Mesa leaks, in a module that is gone when leaks are told.
            GDK_DEBUG='gl-disable', GTK_A11Y='atspi', ADW_DISABLE_PORTAL='1', GSETTINGS_BACKEND='memory', LC_ALL='C.UTF-8')
        # No desktop is there to say which font GNOME has.
        settings = os.path.join(self.home, '.config/gtk-4.0/settings.ini')
        os.makedirs(os.path.dirname(settings), exist_ok=True)
        with open(settings, 'w', encoding='utf-8') as file:
            file.write('[Settings]\ngtk-font-name=Cantarell 11\n')
        for name in ('WAYLAND_DISPLAY', 'AT_SPI_BUS_ADDRESS', 'NO_AT_BRIDGE', 'G_DEBUG'):
            self.environment.pop(name, None)
        try:
            self._start(width, height)
        except BaseException:
            self.close()
            raise

    def _start(self, width, height):
        number = self._line_of(['Xvfb', '-displayfd', '%d', '-screen', '0', '%dx%dx24' % (width, height),
                                '-nolisten', 'tcp', '-noreset'])
        self.environment['DISPLAY'] = ':' + number
        address = self._line_of(['dbus-daemon', '--session', '--nofork', '--print-address=%d'])
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = address
        self.session = self._connect(address)
        reply = self.session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None,
                                       None, Gio.DBusCallFlags.NONE, 20000, None)
        self.bus = self._connect(reply.unpack()[0])

    @staticmethod
    def _connect(address):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                 Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        bus.set_exit_on_close(False)
        return bus

    def _line_of(self, arguments):
        """Start a service that writes one line to a descriptor when it is ready; return the line."""
        reader, writer = os.pipe()
        process = subprocess.Popen([argument.replace('%d', str(writer)) for argument in arguments],
                                   env=self.environment, pass_fds=[writer], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        self.processes.append(process)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            line = pipe.readline().strip()
        assert line, '%s did not start' % arguments[0]
        return line

    def start(self, arguments, **options):
        return Application(self, arguments, **options)

    def tool(self, *arguments):
        subprocess.run(arguments, env=self.environment, check=True, stdout=subprocess.DEVNULL, timeout=30)

    def screenshot(self, path, title=None):
        """Save a picture of the whole display as PNG, or of the window with that title."""
        window = 'root'
        # Without a tooltip, which would have the window's name too.
        self.tool('xdotool', 'mousemove', '--sync', '0', '0')
        time.sleep(1)
        if title is not None:
            found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '^%s$' % title],
                                   env=self.environment, check=True, stdout=subprocess.PIPE, timeout=30)
            window = found.stdout.decode().split()[-1]
        self.tool('import', '-silent', '-window', window, path)

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Application:
    """A program on a Desktop."""

    identifier = 'io.github.hostel.Hostel'

    def __init__(self, desktop, arguments, environment=None, timeout=30):
        self.desktop = desktop
        self.log = open(os.path.join(desktop.scratch, 'program.log'), 'ab+')
        known = self._registered()
        self.process = subprocess.Popen(arguments, env=dict(desktop.environment, **(environment or {})),
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + timeout * PATIENCE
        self.name = None
        while self.name is None:
            assert self.process.poll() is None, 'the program ended: ' + self.output()
            if time.monotonic() > deadline:
                self.stop()
                raise Timeout('the program did not appear: ' + self.output())
            new = [name for name in self._registered() if name not in known]
            self.name = new[0] if new else None
            time.sleep(0.05)

    def _registered(self):
        """Return the bus names of the programs that assistive technology sees."""
        reply = self.desktop.bus.call_sync('org.a11y.atspi.Registry', ROOT, ACCESSIBLE, 'GetChildren', None,
                                           None, Gio.DBusCallFlags.NONE, 20000, None)
        return [name for name, _ in reply.unpack()[0]]

    def call(self, path, interface, method, signature=None, *values, timeout=10):
        arguments = GLib.Variant(signature, values) if signature else None
        reply = self.desktop.bus.call_sync(self.name, path, interface, method, arguments, None,
                                           Gio.DBusCallFlags.NONE, int(timeout * 1000), None)
        return reply.unpack()

    def nodes(self, timeout=20):
        """Return everything on the screen.

        GTK makes the accessible of a widget when somebody asks for its parent's children; only then is
        it in the cache, which GTK 4.8 keeps for a program's first window alone. Others are walked.
        """
        windows = [path for _, path in self.call(ROOT, ACCESSIBLE, 'GetChildren', timeout=timeout)[0]]
        asked = set()
        while True:
            items = self.call(CACHE, 'org.a11y.atspi.Cache', 'GetItems', timeout=timeout)[0]
            known = collections.Counter(parent for _, _, (_, parent), *_ in items)
            missing = [path for (_, path), _, _, _, n_children, *_ in items
                       if n_children > known[path] and path not in asked]
            if not missing:
                break
            asked.update(missing)
            self._ask([(path, ACCESSIBLE, 'GetChildren', None) for path in missing], timeout)
        nodes = [Node(self, item[0][1], item[2][1], item[3], *item[5:]) for item in items]
        cached = {node.path for node in nodes}
        nodes += self._walk([path for path in windows if path not in cached], timeout)
        self.by_path = {node.path: node for node in nodes}
        for node in nodes:
            self._see(node)
        return nodes

    def _walk(self, paths, timeout):
        """Return the nodes of PATHS and what is visible below them, asked one level at a time."""
        nodes = []
        level = [(path, ROOT, index) for index, path in enumerate(paths)]
        while level:
            calls = []
            for path, _, _ in level:
                calls += [(path, 'org.freedesktop.DBus.Properties', 'GetAll', GLib.Variant('(s)', (ACCESSIBLE,))),
                          (path, ACCESSIBLE, 'GetRole', None), (path, ACCESSIBLE, 'GetState', None)]
            replies = self._ask(calls, timeout)
            inner = []
            for number, (path, parent, index) in enumerate(level):
                answer = replies[number * 3:number * 3 + 3]
                if None in answer:
                    continue
                (properties,), (role,), (bits,) = answer
                node = Node(self, path, parent, index, None, properties['Name'], role, properties['Description'],
                            bits)
                nodes.append(node)
                if properties['ChildCount'] > 0 and 'visible' in node.states and node.role != 'scroll bar':
                    inner.append(path)
            replies = self._ask([(path, ACCESSIBLE, 'GetChildren', None) for path in inner], timeout)
            level = [(child, path, place) for path, reply in zip(inner, replies) if reply
                     for place, (_, child) in enumerate(reply[0])]
        return nodes

    def _ask(self, calls, timeout):
        """Send all CALLS at once; return the answers, None for what is gone since it was listed."""
        answers = [None] * len(calls)
        waiting = len(calls)

        def answered(bus, result, number):
            nonlocal waiting
            waiting -= 1
            try:
                answers[number] = bus.call_finish(result).unpack()
            except GLib.Error as error:
                if not error.matches(Gio.dbus_error_quark(), Gio.DBusError.UNKNOWN_METHOD):
                    raise

        for number, (path, interface, method, arguments) in enumerate(calls):
            self.desktop.bus.call(self.name, path, interface, method, arguments, None,
                                  Gio.DBusCallFlags.NONE, int(timeout * 1000), None, answered, number)
        while waiting:
            GLib.MainContext.default().iteration(True)
        return answers

    def _see(self, node):
        """GTK 4.8 tells "showing" of some windows only: pass it down to what is visible inside.

        What lies on another page of a stack cannot be told from what is on the screen.
        """
        if 'showing' not in node.states and 'visible' in node.states:
            parent = self.by_path.get(node.parent_path)
            if node.parent_path == ROOT or (parent is not None and 'showing' in self._see(parent)):
                node.states.add('showing')
        return node.states

    def ping(self, timeout=30):
        """Return the seconds until the program's main loop answered."""
        begun = time.monotonic()
        self.call(ROOT, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', ACCESSIBLE, 'ChildCount',
                  timeout=timeout)
        return time.monotonic() - begun

    def ancestors(self, node):
        node = self.by_path.get(node.parent_path)
        while node is not None:
            yield node
            node = self.by_path.get(node.parent_path)

    def below(self, node, interface):
        """Return the first thing inside NODE that has INTERFACE (an entry row's own entry)."""
        for other in self.nodes():
            if interface in other.interfaces and node.path in [a.path for a in self.ancestors(other)]:
                return other
        raise AssertionError('%r has nothing with %s' % (node, interface))

    def search(self, role=None, name=None, inside=None, states=('showing',)):
        """Return what matches now. NAME: a string (the whole name) or a compiled expression."""
        found = []
        for node in self.nodes():
            if role is not None and node.role not in ((role,) if isinstance(role, str) else role):
                continue
            if isinstance(name, re.Pattern):
                if not name.search(node.name):
                    continue
            elif name is not None and node.name != name:
                continue
            if not set(states) <= node.states:
                continue
            if inside is not None and inside.path not in [a.path for a in self.ancestors(node)]:
                continue
            found.append(node)
        return found

    def find(self, role=None, name=None, timeout=15, **options):
        """Wait for one match and return it."""
        found = self.wait(lambda: self.search(role, name, **options), timeout,
                          'no %s named %r' % (role or 'thing', getattr(name, 'pattern', name)))
        return found[0]

    def wait(self, condition, timeout, failure):
        """Return the first true value of CONDITION."""
        deadline = time.monotonic() + timeout * PATIENCE
        while True:
            assert self.process.poll() is None, 'the program ended (%s): %s' % (
                self.process.returncode, self.output())
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise Timeout('%s within %g s; on the screen:\n%s' % (failure, timeout, self.dump()))
            time.sleep(0.1)

    def wait_gone(self, role=None, name=None, timeout=15, **options):
        self.wait(lambda: not self.search(role, name, **options), timeout,
                  '%s %r is still there' % (role, name))

    def press(self, name, role=('push button', 'toggle button', 'menu item', 'check box', 'radio button',
                                'page tab', 'switch'), timeout=15, **options):
        """Press the one control with that name, as soon as it can be pressed."""
        options.setdefault('states', ('showing', 'sensitive'))

        def laid_out():
            found = self.search(role, name, **options)
            # The switcher of a narrow window is there in a wide one, too: without a size, and deaf.
            return found if len(found) < 2 else [node for node in found if node.has_size()]

        node = self.wait(laid_out, timeout, 'no %s named %r' % (role, name))[0]
        node.press()
        return node

    def keys(self, *keys):
        """Type keys by X11 names (Return, ctrl+f) into the window that has the keyboard."""
        for key in keys:
            self.desktop.tool('xdotool', 'key', '--clearmodifiers', key)

    def activate_window(self):
        """Give the program's window the keyboard, which a window manager would do."""
        self.desktop.tool('xdotool', 'search', '--sync', '--onlyvisible', '--name', '.', 'windowfocus')

    def dump(self):
        """Return the tree as indented lines, for a failure's message."""
        nodes = self.nodes()
        children = {}
        for node in nodes:
            children.setdefault(node.parent_path, []).append(node)
        lines = []

        def walk(path, depth):
            for node in sorted(children.get(path, []), key=lambda n: n.index):
                if 'showing' in node.states or depth == 0:
                    lines.append('%s%r%s' % ('  ' * depth, node,
                                             '' if 'sensitive' in node.states else ' (greyed out)'))
                walk(node.path, depth + 1)

        tops = {node.parent_path for node in nodes} - {node.path for node in nodes}
        for top in tops:
            walk(top, 0)
        return '\n'.join(lines)

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors='replace')

    def quit(self, timeout=20):
        """Quit as the menu's Quit does; return the exit status."""
        self.desktop.session.call_sync(self.identifier, '/' + self.identifier.replace('.', '/'),
                                       'org.gtk.Actions', 'Activate',
                                       GLib.Variant('(sava{sv})', ('quit', [], {})), None,
                                       Gio.DBusCallFlags.NONE, timeout * 1000, None)
        self.process.wait(timeout)
        return self.stop()

    def stop(self, timeout=20):
        """End the program as a session's end does, where it still runs; return its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if not self.log.closed:
            output = self.output()
            self.log.close()
            sys.stderr.write(output)
            # What the program or a library complained of is a fault that nobody has seen yet.
            assert not re.search(r'WARNING \*\*|CRITICAL \*\*|ERROR: \w+Sanitizer|runtime error:', output), output
        return self.process.returncode
