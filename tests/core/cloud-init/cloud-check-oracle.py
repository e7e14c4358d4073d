#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our marks against cloud-init's own validator, both for the release that is installed: of every
document both must say whether cloud-init takes it, and which line is deprecated. The documents are the examples of cloud-init's documentation
and of its modules, and changes made to them at random.
usage: cloud-check-oracle.py PRINTER SCHEMA_TOOL SCHEMA COUNT SEED"""
import copy
import gzip
import glob
import importlib
import json
import pkgutil
import random
import subprocess
import sys

import yaml

try:
    import cloudinit.config
    from cloudinit.config import schema
except ImportError:
    sys.exit(77)

ODD = [None, True, False, 0, -1, 3, 1.5, '', 'x', 'auto', 'yes', '12', 'off', [], ['a'], ['a', 'a'],
       [['a']], {}, {'a': 1}, {'name': 'x'}, [{'name': 'x'}], [None], [1, 2], b'bytes']
KEYS = ['name', 'hostnam', 'package', 'lock-passwd', 'mode', 'x-note', 'sources', 'users', 'runcmd',
        'ca-certs', 'ca_certs', 'sudo', 'uid', 'delay', 'list', 'type']


def examples():
    """The texts of cloud-init's examples."""
    for path in sorted(glob.glob('/usr/share/doc/cloud-init/examples/*')):
        try:
            opener = gzip.open if path.endswith('.gz') else open
            with opener(path, 'rt', encoding='utf-8') as file:
                text = file.read()
        except IsADirectoryError:
            continue
        if text.startswith('#cloud-config\n'):
            yield text
    for module in pkgutil.iter_modules(cloudinit.config.__path__):
        if module.name.startswith('cc_'):
            loaded = importlib.import_module('cloudinit.config.' + module.name)
            for text in getattr(loaded, 'meta', {}).get('examples', []):
                yield text if text.startswith('#cloud-config') else '#cloud-config\n' + text


def places(value, into):
    """Every container in the value with each of its keys."""
    if isinstance(value, dict):
        into.extend((value, key) for key in value)
        for child in value.values():
            places(child, into)
    elif isinstance(value, list):
        into.extend((value, i) for i in range(len(value)))
        for child in value:
            places(child, into)
    return into


def change(document, rng):
    """Makes one change somewhere."""
    found = places(document, [])
    if not found:
        document['hostname'] = rng.choice(ODD)
        return
    where, key = rng.choice(found)
    how = rng.randrange(6)
    if how == 0:
        del where[key]
    elif how == 1 and isinstance(where, dict):
        where[rng.choice(KEYS)] = where.pop(key)
    elif how == 2 and isinstance(where, dict):
        where[rng.choice(KEYS)] = copy.deepcopy(rng.choice(ODD))
    elif how == 3:
        where[key] = [where[key]]
    elif how == 4 and isinstance(where[key], str) and where[key]:
        where[key] = where[key].replace('_', '-', 1) if '_' in where[key] else where[key] + ' x'
    else:
        where[key] = copy.deepcopy(rng.choice(ODD))


def make_documents(count, seed):
    rng = random.Random(seed)
    good = list(examples())
    parsed = [document for document in map(yaml.safe_load, good) if isinstance(document, dict)]
    documents = list(good)
    while len(documents) < count:
        document = copy.deepcopy(rng.choice(parsed))
        for _ in range(rng.randrange(1, 4)):
            change(document, rng)
        documents.append('#cloud-config\n' + yaml.safe_dump(document, sort_keys=False))
    return documents


def judge(validator, text):
    """What cloud-init says: whether it takes the document, and what is deprecated in it."""
    document = yaml.safe_load(text)
    if not isinstance(document, dict):
        return document is None, 0
    try:
        errors = list(validator.iter_errors(document))
    except TypeError:  # !!binary where it looks for a pattern
        return None, 0
    deprecated = [e for e in errors if isinstance(e, schema.SchemaDeprecationError)]
    return len(errors) == len(deprecated), len(deprecated)


def main():
    printer, tool, copy_path, count, seed = sys.argv[1:]
    documents = make_documents(int(count), int(seed))
    validator_type, checker = schema.get_jsonschema_validator()
    validator = validator_type(schema.get_schema(), format_checker=checker())
    installed = subprocess.run([tool, '--version'], stdout=subprocess.PIPE, check=True,
                               encoding='utf-8').stdout.strip()
    output = subprocess.run([printer, '--cloud-init', installed, '--literal'], input=b''.join(d.encode() + b'\0' for d in documents),
                            stdout=subprocess.PIPE, check=True).stdout
    lines = output.decode().splitlines()
    assert len(lines) == len(documents), (len(lines), len(documents))

    good = bad = different = 0
    for text, line in zip(documents, lines):
        marks = json.loads(line)
        accepted, deprecated = judge(validator, text)
        if accepted is None:
            continue
        errors = [m for m in marks if m['error']]
        warnings = [m for m in marks if not m['error'] and 'deprecated' in m['message']]
        good += accepted
        bad += not accepted
        if accepted != (not errors) or (accepted and deprecated != len(warnings)):
            different += 1
            if different <= 10:
                print('DIFFERENT: cloud-init %s, %d deprecated; marks %s\n%s' %
                      ('takes it' if accepted else 'refuses it', deprecated, line, text))
    print('%d documents taken, %d refused, %d judged differently' % (good, bad, different))

    path = schema.__file__.replace('schema.py', 'schemas/schema-cloud-config-v1.json')
    with open(copy_path, encoding='utf-8') as file:
        releases = json.load(file)['releases']
    if installed in releases:
        ours = subprocess.run([tool, '--at', installed, copy_path], stdout=subprocess.PIPE,
                              check=True).stdout
        theirs = subprocess.run([tool, '--one', path], stdout=subprocess.PIPE, check=True).stdout
        assert ours == theirs, 'run tools/cloud-schema: the rules are not those of ' + installed
    else:
        print('The rules are of cloud-init %s; %s is installed: add it with tools/cloud-schema' %
              (', '.join(releases), installed))
    sys.exit(different > 0 or good < 150 or bad < 150)


main()
