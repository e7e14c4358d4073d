#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we take user-data apart into against what cloud-init's own code does: the types of the parts
and their text, whether anything in it would be ignored, and host keys in it. The user-data is made at
random of gzip, MIME, archives and documents, and changed.
usage: user-data-oracle.py PRINTER COUNT SEED"""
import base64
import gzip
import json
import logging
import random
import re
import subprocess
import sys

try:
    from cloudinit import handlers, safeyaml, user_data, util
except ImportError:
    sys.exit(77)

TYPES = ['', 'text/cloud-config', 'text/cloud-config-jsonp', 'text/cloud-config-archive',
         'text/x-shellscript', 'text/cloud-boothook', 'text/x-include-url', 'text/part-handler',
         'text/jinja2']
KEY = 'ssh_keys: {ed25519_private: x}'
DOCUMENTS = [
    '#cloud-config\nhostname: a\n', '#cloud-config\n' + KEY + '\n', '#cloud-config\n"ssh_keys":\n  a: b\n',
    '#cloud-config\n{"packages": ["x"], "ssh_keys": {"rsa_private": "y"}}\n',
    '#cloud-config\n"ssh\\x5fkeys": {}\n', '#Cloud-Config trailing words\r\na: b\r\n',
    '\n \n#cloud-config\na: b\n', '\ufeff#cloud-config\na: b\n', '\x0b\x1c\xa0#cloud-config\na: b\n',
    '#cloud-configuration\na: b\n', '# cloud-config\na: b\n', 'a: b\n', '#cloud-config\n- a\n',
    '#cloud-config\na: [\n', '#cloud-config\ntext\n', '#cloud-config\n', '#cloud-config\nü: ☺\n',
    '#!/bin/sh\necho hi\n', '#!/bin/sh\r\necho hi\r\n', '\n#!/bin/sh\n', ' #!/bin/sh\n', 'echo hi\n',
    '#cloud-boothook\n#!/bin/sh\n', '#cloud-boothook\n\n #!/bin/sh\n', '#cloud-boothook\necho\n',
    ' #cloud-boothook\n#!/bin/sh\n', '#Cloud-Boothook\n#!/bin/sh\n', '#include\nhttp://x/\n',
    '#include-once http://x/\n', '#part-handler\nimport x\n', '#cloud-config-jsonp\n[]\n',
    '## template: jinja\n#cloud-config\na: {{ b }}\n', '## template: jinja\n{% if a %}\n#cloud-config\n',
    '##template: jinja\n#cloud-config\n', '\n## template: jinja\n#cloud-config\na: b\n',
    '## template: jinja2\n#cloud-config\na: b\n', '## template: jinja\na: b\n',
    '## template: jinja\n#include\nhttp://x/\n', '## Template: Jinja \r\n#!/bin/sh\n', '',
    '#cloud-config\nwrite_files:\n- content: |\n    MIME-Version: 1.0\n    Content-Type: text/html\n',
    '#cloud-config\n# MIME-Version: ü\na: b\n', 'MIME-Version: 1.0\n#cloud-config\na: b\n',
    'Subject: x\nmime-version: 1.0\n\n#cloud-config\na: b\n',
]
MIMES = ['text/cloud-config', 'text/plain', 'text/x-shellscript', 'text/cloud-boothook', 'text/jinja2',
         'text/x-include-url', 'text/part-handler', 'application/octet-stream', 'text/html',
         'TEXT/Cloud-Config', 'text', 'text/cloud-config-archive', 'application/gzip', None]
PIECES = ['\n', '\r\n', ' ', '\t', '--B', '--', ':', '#', '=', 'MIME-Version: 1.0\n', '"', ';', 'ü']


def make_archive(rng):
    entries = []
    for _ in range(rng.randrange(4)):
        document = rng.choice(DOCUMENTS)
        if rng.random() < 0.4:
            entries.append(document)
        else:
            entry = {'content': document}
            if rng.random() < 0.5:
                entry['type'] = rng.choice([m for m in MIMES if m and '/' in m and m.startswith('text')])
            entries.append(entry)
    return '#cloud-config-archive\n' + json.dumps(entries, ensure_ascii=False) + '\n'


def make_mime(rng, depth=0):
    boundary = rng.choice(['B', '=====1==', 'a b'])
    lines = ['Content-Type: multipart/mixed; boundary="%s"' % boundary, 'MIME-Version: 1.0', '']
    if rng.random() < 0.2:
        lines.insert(len(lines), 'a preamble')
    for _ in range(rng.randrange(1, 4)):
        lines.append('--' + boundary)
        mime = rng.choice(MIMES)
        if depth < 1 and rng.random() < 0.1:
            lines.append(make_mime(rng, depth + 1))
            continue
        body = make_archive(rng) if rng.random() < 0.1 else rng.choice(DOCUMENTS)
        if mime:
            lines.append('Content-Type: %s; charset="utf-8"' % mime)
        data = gzip.compress(body.encode()) if mime == 'application/gzip' else body.encode()
        how = rng.randrange(3) if mime != 'application/gzip' else 0
        if how == 0:
            lines += ['Content-Transfer-Encoding: base64', '', base64.encodebytes(data).decode()]
        elif how == 1 and body.isascii():
            lines += ['Content-Transfer-Encoding: Quoted-Printable', '',
                      body.replace('=', '=3D').replace('hostname', 'host=\nname')]
        else:
            lines += ['', body]
    if rng.random() < 0.9:
        lines.append('--' + boundary + '--')
    return rng.choice(['\n', '\n', '\r\n']).join(lines) + '\n'


def make(rng):
    how = rng.randrange(4)
    text = rng.choice(DOCUMENTS) if how == 0 else make_mime(rng) if how < 3 else make_archive(rng)
    # What is left of broken base64 and broken headers is another matter.
    for _ in range(rng.choice([0, 0, 0, 1, 3]) if how == 0 else 0):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) + text[at + rng.randrange(2):]
    data = text.encode()
    if rng.random() < 0.1:
        data = gzip.compress(data)
        if rng.random() < 0.1:
            data = data[:-4]
    return data


class Paths:
    """As much of cloud-init's as is asked for."""
    def get_ipath_cur(self, *_args):
        return '/nonexistent'

    get_cpath = get_ipath_cur

    def get_ipath(self, *_args):
        return None


class Processor(user_data.UserDataProcessor):
    """Fetches nothing."""
    def _do_include(self, content, append_msg):
        pass


def split(data):
    """The parts as cloud-init's handlers get them; None where it fails."""
    try:
        message = Processor(Paths()).process(data)
    except Exception:
        return None
    found = []
    for part in message.walk():
        if part.get_content_maintype() == 'multipart':
            continue
        payload = util.fully_decoded_payload(part)
        kind = part.get_content_type()
        if kind.startswith('text/x-shellscript-per-'):
            kind = 'text/x-shellscript'
        if isinstance(payload, str):
            payload = payload.encode('utf-8', 'surrogateescape')
        # Nothing handles an include or an archive that comes out of an archive.
        known = kind in TYPES and kind not in ('text/x-include-url', 'text/cloud-config-archive')
        found.append((TYPES.index(kind) if known else 0, payload or b''))
    return found


def is_good(kind, payload):
    """Whether the handler can do something with it."""
    text = payload.decode('utf-8', 'surrogateescape')
    if kind == 1:
        return loads(text)
    if kind == 4:
        return util.dos2unix(text).startswith('#!')
    if kind == 5:
        text = util.strip_prefix_suffix(util.dos2unix(text), prefix='#cloud-boothook')
        return text.lstrip().startswith('#!')
    if kind == 8:
        ident, _, rest = text.partition('\n')
        match = re.match(r'##\s*template:(.*)', ident, re.I)
        if not match or match.group(1).lower().strip() != 'jinja':
            return False
        return rest.lstrip().startswith('{') or handlers.type_from_starts_with(rest) in (
            'text/cloud-config', 'text/cloud-config-jsonp', 'text/x-shellscript', 'text/cloud-boothook')
    return True


def loads(text):
    try:
        return isinstance(safeyaml.load(text), (dict, type(None)))
    except Exception:
        return False


def has_keys(kind, payload):
    if kind != 1:
        return False
    return 'ssh_keys' in (util.load_yaml(payload.decode('utf-8', 'surrogateescape')) or {})


def main():
    printer, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    logging.disable(logging.CRITICAL)
    rng = random.Random(seed)
    data = [document.encode() for document in DOCUMENTS]
    data += [make(rng) for _ in range(count - len(data))]
    output = subprocess.run([printer], input=b''.join(b'%d\n%s' % (len(d), d) for d in data),
                            stdout=subprocess.PIPE, check=True).stdout
    answers = [json.loads(line) for line in output.decode().split('\n')[:-1]]
    assert len(answers) == len(data), (len(answers), len(data))

    taken = keys = different = 0
    for blob, answer in zip(data, answers):
        theirs = split(blob)
        ours = [(kind, base64.b64decode(text)) for kind, text in answer.get('parts', [])]
        listed = [(kind, text) for kind, text in ours if kind not in (3, 6)]
        problem = None
        if theirs is None:
            problem = 'fails in cloud-init' if answer['taken'] else None
        elif 'parts' not in answer:
            try:
                plain = gzip.decompress(blob)
            except Exception:
                plain = blob
            if any(kind for kind, _ in theirs) and b'archive' not in plain and b'base64' not in plain:
                problem = 'cannot be split (%s)' % answer['message']
        elif [k for k, _ in theirs] != [k for k, _ in listed]:
            problem = 'types %s, ours %s' % ([k for k, _ in theirs], [k for k, _ in ours])
        elif any(k and a[:-2] != b[:len(a[:-2])] for (k, a), (_, b) in zip(theirs, listed)):
            problem = 'another text: %r, ours %r' % (theirs, ours)
        else:
            good = all(is_good(*part) for part in theirs) and (not ours or any(k for k, _ in ours))
            if good != answer['taken']:
                problem = 'taken: %s, ours %s (%s)' % (good, answer['taken'], answer['message'])
            if any(has_keys(*part) for part in theirs) and not answer['keys']:
                problem = 'host keys that we do not see'
        taken += answer['taken']
        keys += answer['keys']
        if problem:
            different += 1
            if different <= 8:
                print('DIFFERENT: %s\n%r' % (problem, blob[:1500]))
    print('%d of %d taken, %d with host keys, %d judged differently' % (taken, count, keys, different))
    sys.exit(different > 0 or taken < count // 10)


main()
