#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the application's icons the way a desktop uses them.

usage: check-icons.py ICONS_DIR APPLICATION_ID

Each is drawn by librsvg through gdk-pixbuf at the sizes that GNOME Shell and the headers use, must
not be empty or touch all of its frame, and the symbolic one must be of one colour: GTK recolours
it, and whatever has another colour would stay as it is in the dark style.
"""

import os
import re
import sys

import gi

gi.require_version('GdkPixbuf', '2.0')
from gi.repository import GdkPixbuf  # noqa: E402

COLOUR = re.compile(r'(?:fill|stroke|stop-color)\s*[=:]\s*"?\s*(#[0-9a-fA-F]{3,8}|[a-z]+)')


def coverage(path, size):
    """Return the share of pixels that are not transparent."""
    picture = GdkPixbuf.Pixbuf.new_from_file_at_size(path, size, size)
    assert (picture.get_width(), picture.get_height()) == (size, size), 'not square'
    assert picture.get_has_alpha(), 'no transparency'
    pixels = picture.get_pixels()
    stride = picture.get_rowstride()
    drawn = sum(1 for y in range(size) for x in range(size) if pixels[y * stride + x * 4 + 3] > 16)
    return drawn / (size * size)


def check(path, sizes, one_colour):
    text = open(path, encoding='utf-8').read()
    assert '<image' not in text, 'a bitmap inside'
    assert 'inkscape' not in text and 'sodipodi' not in text, "an editor's leftovers"
    colours = set(COLOUR.findall(text)) - {'none'}
    assert not one_colour or len(colours) == 1, 'more than one colour: %s' % colours
    for size in sizes:
        share = coverage(path, size)
        assert 0.15 < share < 0.95, 'at %d px %d %% are drawn' % (size, share * 100)


def main():
    folder, name = sys.argv[1:3]
    cases = [
        (os.path.join(folder, 'hicolor/scalable/apps', name + '.svg'), (32, 48, 64, 128, 512), False),
        (os.path.join(folder, 'hicolor/symbolic/apps', name + '-symbolic.svg'), (16, 24, 32), True),
    ]
    print('1..%d' % len(cases))
    status = 0
    for number, (path, sizes, one_colour) in enumerate(cases, 1):
        try:
            check(path, sizes, one_colour)
            print('ok %d %s' % (number, os.path.basename(path)))
        except Exception as error:  # every fault of a picture is a failed case
            print('not ok %d %s' % (number, os.path.basename(path)))
            print('# %s' % error)
            status = 1
    return status


if __name__ == '__main__':
    sys.exit(main())
