#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our YAML against that of the guest, PyYAML with cloud-init's loader: whether a document is taken,
the line of the error, and the values. The documents are those of tests/corpus and a list of what is
rare, and changes made to them at random.
usage: yaml-oracle.py PRINTER CORPUS COUNT SEED"""
import base64
import glob
import json
import logging
import math
import random
import re
import subprocess
import sys

import yaml

try:
    from cloudinit import safeyaml
except ImportError:
    sys.exit(77)

RARE = r'''
a: &x 1
b: &x 2
---
a: 2024-13-45
b: 2001-12-14t21:59:43.10-05:00
c: 2001-1-1 1:1:1 +23:59
d: 2002-12-14
---
a: =
=: b
? <<
: {a: b}
---
- <<
- = 
---
a: !!binary aGVsbG8
b: !!binary |
  aGVs
  bG8=
---
? [a, b]
: c
? {d: e}
: f
---
a: &a [1, *b]
b: &b {c: *a}
<<: *b
---
a: [http://x/?y=1, b: c, {d, e: f}, 'g': h, "i":j]
---
!!python/unicode 'a': !!python/str b
c: !!python/unicode d
---
a: !!set {b, c}
d: !!omap [e: f, g: h]
i: !!pairs [j: k, j: l]
m: !!null ''
n: !!float 1
o: !!int "12"
p: !!bool yes
q: !!timestamp 2001-01-01
r: !!seq [a]
s: !!map {a: b}
---
- 1:30
- 12:30:45.5
- 0o17
- 017
- 089
- 0x_
- 0b1_0
- 1_000.5
- .5
- -.inf
- .nan
- 1e3
- 1.0e+3
- +12
- yes
- No
- y
- ~
- 0_
- -0x1f
- !!str 5
- ! 5
- ! '6'
---
%YAML 1.1
%TAG !e! tag:yaml.org,2002:
%FOO bar	baz
---
a: !e!str 1
...
---
a: &base {b: 1, c: 2}
d: {<<: *base, b: 3}
e:
  <<: [*base, {b: 9, z: 8}]
  f: g
h: {<<: {a: 1}, <<: {a: 2}}
---
a: |
  one
   two

  three
b: >-
  fold
  ed

   more
  less
c: |+2
   x

d: >+

  e

f: |
	tab
---
a: "x\
  y\n\x41\u263a\U0001f600\/\e\_"
b: 'it''s
  two

  three'
c: plain
  goes on
  # comment
d: e	f
---
a:	b
---
? a
? b
: - c
  - d
- e
---
[a, [b, [c, {d: [e]}]], ]
---
"a": "b" c
---
{a: 1, b, c: , : d, ? e : f}
---
&a a: *a
b : *a
*a : c
---
- - - a
  - b
- ? c
  : d
-
- e
---
aĀ: bé
é: [ü, 'ö']
---
!<tag:yaml.org,2002:str> a: !!str,x b
c: [!!str, d]
---
...
a: b
---
'''

PIECES = ['-', ':', '?', '#', '&', '*', '!', '|', '>', "'", '"', '%', '@', '`', '{', '}', '[', ']', ',',
          '\n', '\n  ', ' ', '\t', '~', '<', '=', '\\', '0', 'a', 'é', '\r', '\r\n', '\x85', '\u2028',
          '\ufeff', '\x07', '\xa0', '- ', ': ', ' #', '? ', '<<: ', '&x ', '*x', '!!str ', '!!int ',
          '!!set ', '!!binary ', '!!timestamp ', '!!float ', '! ', '!!omap ', '---', '\n---\n', '...',
          '\n...\n', '2024-02-30', '=', '1:60', '0b', '_', '\\x', '\\ud83d', '\\/', '!!python/unicode ',
          '\n%YAML 1.1\n', '"', "''", '+', '|-', '>2', '.']
LOADED = {'null': lambda text: None, 'string': str, 'integer': int}


def corpus(path):
    for name in sorted(glob.glob(path + '/*')):
        with open(name, encoding='utf-8', newline='') as file:
            yield file.read()
    parts = RARE.split('\n---\n')
    yield from parts
    for part in parts:
        for line in part.split('\n'):
            if line.strip():
                yield line


def change(text, documents, rng):
    at = rng.randrange(len(text) + 1)
    how = rng.randrange(7)
    if how == 0:
        return text[:at] + rng.choice(PIECES) + text[at + 1:]
    if how == 1:
        return text[:at] + text[at + rng.randrange(1, 12):]
    if how == 2:
        other = rng.choice(documents)
        start = rng.randrange(len(other) + 1)
        return text[:at] + other[start:start + rng.randrange(1, 40)] + text[at:]
    if how == 3:
        return text[:at] + text[at:at + 16] + text[at:]
    if how == 4:
        lines = text.split('\n')
        line = rng.randrange(len(lines))
        lines.insert(rng.randrange(len(lines) + 1), '  ' * rng.randrange(3) + lines[line].strip())
        return '\n'.join(lines)
    return text[:at] + rng.choice(PIECES) + text[at:]


def make_documents(count, seed, path):
    rng = random.Random(seed)
    good = list(corpus(path))
    documents = list(good)
    while len(documents) < count:
        text = rng.choice(good)
        for _ in range(rng.randrange(1, 5)):
            text = change(text, good, rng)
        documents.append(text)
    return documents


def judge(text):
    """The value, or the lines that PyYAML names in its error."""
    try:
        return safeyaml.load(text), None
    except RecursionError:
        raise
    except yaml.reader.ReaderError as error:
        return None, {len(re.split('\r\n|[\n\r\x85\u2028\u2029]', text[:error.position]))}
    except yaml.MarkedYAMLError as error:
        marks = {mark.line + 1 for mark in (error.problem_mark, error.context_mark) if mark}
        return None, {error.problem_mark.line + 1} if error.problem_mark else marks
    except Exception:
        return None, set()


def odd(value, seen=()):
    """What we refuse though PyYAML takes it: what contains itself, and what is no UTF-8 text."""
    if id(value) in seen:
        return True
    if isinstance(value, str):
        return '\0' in value or any('\ud800' <= c <= '\udfff' for c in value)
    if isinstance(value, dict):
        return any(odd(k, seen) or odd(v, seen + (id(value),)) for k, v in value.items())
    if isinstance(value, (list, set, tuple)):
        return any(odd(item, seen + (id(value),)) for item in value)
    return False


def build(node):
    """What our tree says, as PyYAML would build it."""
    kind = node[0]
    if kind in LOADED:
        return LOADED[kind](node[1])
    if kind == 'boolean':
        return node[1].strip().lower() in ('yes', 'true', 'on')
    if kind == 'other' and node[1] == '=':
        return '='
    if kind in ('number', 'other'):
        return yaml.safe_load('!!%s %s' % ('float' if kind == 'number' else 'timestamp', json.dumps(node[1])))
    if kind == 'binary':
        return base64.decodebytes(node[1].encode())
    kind = kind.replace('tag:yaml.org,2002:', '')
    if kind in ('mapping', 'map'):
        return {build(k): build(v) for k, v in zip(node[1::2], node[2::2])}
    if kind == 'set':
        return {build(k) for k in node[1::2]}
    if kind in ('omap', 'pairs'):
        return [(build(item[1]), build(item[2])) for item in node[1:]]
    return [build(item) for item in node[1:]]


def same(one, two):
    if type(one) is not type(two):
        return False
    if isinstance(one, float):
        return one == two or (math.isnan(one) and math.isnan(two))
    if isinstance(one, int) and abs(one) > 2 ** 62:
        return True
    if isinstance(one, (list, tuple)):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return len(one) == len(two) and all(map(same, one, two)) and all(
            map(same, one.values(), two.values()))
    return one == two


def main():
    printer, path, count, seed = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    documents = make_documents(int(count), int(seed), path)
    data = [document.encode('utf-8', 'surrogatepass') for document in documents]
    output = subprocess.run([printer], input=b''.join(b'%d\n%s' % (len(d), d) for d in data),
                            stdout=subprocess.PIPE, check=True).stdout
    answers = [json.loads(line) for line in output.decode().split('\n')[:-1]]
    assert len(answers) == len(documents), (len(answers), len(documents))

    taken = refused = ours = different = 0
    for text, answer in zip(documents, answers):
        value, lines = judge(text)
        taken += lines is None
        refused += lines is not None
        if lines is None and 'value' not in answer and odd(value):
            ours += 1
            continue
        if lines is None:
            good = 'value' in answer and same(build(answer['value']), value)
        else:
            good = 'line' in answer and (not lines or answer['line'] in lines or
                                         'inside of itself' in answer['message'])
        if not good:
            different += 1
            if different <= 10:
                print('DIFFERENT: PyYAML %s; ours %s\n%r' %
                      (repr(value)[:300] if lines is None else 'refuses line %s' % lines,
                       json.dumps(answer)[:300], text))
    print('%d documents taken, %d refused, %d of them by us alone, %d judged differently' %
          (taken, refused, ours, different))
    sys.exit(different > 0 or taken < int(count) // 10)


if __name__ == '__main__':
    main()
