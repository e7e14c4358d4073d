#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries what the build is to refuse: a room sees the headers of the rooms that its meson.build names and
of the layers below, and no other. Prints TAP.

usage: check-rooms.py SOURCE_DIR BUILD_DIR
"""

import json
import os
import re
import shlex
import subprocess
import sys

SOURCE, BUILD = sys.argv[1:]
LAYERS = ('core', 'virt', 'ui')


def rooms():
    """All rooms as LAYER/ROOM."""
    for layer in LAYERS:
        for name in sorted(os.listdir(os.path.join(SOURCE, 'src', layer))):
            if os.path.isdir(os.path.join(SOURCE, 'src', layer, name)):
                yield f'{layer}/{name}'


def declared(room):
    """What the room may see, by its meson.build."""
    with open(os.path.join(SOURCE, 'src', room, 'meson.build'), encoding='utf-8') as file:
        names = set(re.findall(r'\b(\w+)_dep\b', file.read()))
    seen = {room}
    for other in ROOMS:
        layer = other.split('/')[0]
        below = layer in names or (layer == 'core' and 'virt' in names)
        if below or re.sub('[/-]', '_', other) in names:
            seen.add(other)
    return seen


def header_of(room):
    """One that other rooms may include, or None."""
    names = sorted(name for name in os.listdir(os.path.join(SOURCE, 'src', room))
                   if name.endswith('.h') and not name.endswith('-private.h'))
    return names[0] if names else None


def arguments_of(room):
    """How the compiler is called for a source of the room, without the source."""
    for entry in COMMANDS:
        path = os.path.normpath(os.path.join(entry['directory'], entry['file']))
        if os.path.dirname(path) == os.path.join(SOURCE, 'src', room) and path.endswith('.c'):
            words = shlex.split(entry['command'])
            if words[0].endswith('ccache'):
                words = words[1:]
            for option in ('-MQ', '-MF', '-o', '-c'):
                at = words.index(option)
                del words[at:at + 2]
            return [word for word in words if word != '-MD']
    raise LookupError(f'no source of {room} is compiled')


def compile_source(room, text, *options):
    """The compiler on a source of that room that says text."""
    return subprocess.run(arguments_of(room) + ['-x', 'c', *options, '-'], input=text, cwd=BUILD, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def look(room):
    """Which headers of all rooms the preprocessor finds from this one."""
    text = ''.join(f'#if __has_include("{header}")\nSEES {other}\n#endif\n' for other, header in HEADERS.items())
    found = compile_source(room, text, '-E', '-P')
    return set(re.findall(r'^SEES (\S+)', found.stdout.replace(' / ', '/').replace(' - ', '-'), re.M))


def test_sees(room):
    """What is found is what is declared."""
    expected = {other for other in declared(room) if other in HEADERS}
    # A source's own folder is not on the path of what comes from a pipe, and need not be.
    seen = look(room) | {room}
    return sorted(f'sees {other}' for other in seen - expected - {room}) + \
        sorted(f'does not see {other}' for other in expected - seen)


def test_refused(room, header):
    """A forbidden include ends the build, and the same source without it compiles."""
    forbidden = compile_source(room, f'#include "{header}"\n', '-fsyntax-only')
    allowed = compile_source(room, '#include "config.h"\n#include <glib.h>\n', '-fsyntax-only')
    faults = []
    if forbidden.returncode == 0 or f'{header}: No such file' not in forbidden.stdout:
        faults.append(f'{header} is not refused: {forbidden.stdout}')
    if allowed.returncode != 0:
        faults.append(allowed.stdout)
    return faults


with open(os.path.join(BUILD, 'compile_commands.json'), encoding='utf-8') as commands:
    COMMANDS = json.load(commands)
ROOMS = list(rooms())
HEADERS = {room: header_of(room) for room in ROOMS if header_of(room)}
TESTS = [(f'{room} sees what it names', test_sees, (room,)) for room in ROOMS]
TESTS += [('core/yaml does not see core/images', test_refused, ('core/yaml', 'hostel-image.h')),
          ('ui/list does not see ui/window', test_refused, ('ui/list', 'hostel-window.h'))]

print(f'1..{len(TESTS)}')
STATUS = 0
for number, (title, function, parameters) in enumerate(TESTS, 1):
    problems = function(*parameters)
    print('not ok' if problems else 'ok', number, title)
    for problem in problems:
        print('#', problem.replace('\n', '\n# '))
        STATUS = 1
sys.exit(STATUS)
