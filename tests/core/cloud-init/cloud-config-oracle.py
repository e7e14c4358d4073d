#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks documents of the emitter with readers that nobody here wrote: cloud-init's own schema, and
PyYAML, which cloud-init uses. usage: cloud-config-oracle.py GENERATOR COUNT SEED"""
import base64
import json
import logging
import re
import subprocess
import sys

import yaml

try:
    from cloudinit.config import schema
except ImportError:
    schema = None

POWER = [None, 'poweroff', 'reboot', 'halt']


def check_list(document, key, expected):
    assert document.get(key, []) == expected, (key, document.get(key), expected)


def check_user(entry, user):
    assert entry['name'] == user['name']
    assert entry.get('gecos', '') == user.get('full-name', '')
    assert entry.get('passwd', '') == user.get('password-hash', '')
    assert entry.get('lock_passwd', True) is (not user.get('password-hash'))
    assert entry.get('shell', '') == user.get('shell', '')
    assert entry.get('sudo') == ('ALL=(ALL) NOPASSWD:ALL' if user['sudo'] else None)
    check_list(entry, 'ssh_authorized_keys', user['ssh-keys'])
    check_list(entry, 'ssh_import_id', user['ssh-import-ids'])
    check_list(entry, 'groups', user['groups'])


def check_users(document, put):
    entries = document.get('users', ['default'])
    assert ('default' in entries) is put['keep-default-user'], entries
    named = [e for e in entries if isinstance(e, dict) and e['name'] != 'root']
    root = [e for e in entries if isinstance(e, dict) and e['name'] == 'root']
    assert len(named) == len(put['users'])
    for entry, user in zip(named, put['users']):
        check_user(entry, user)
    check_list(root[0] if root else {}, 'ssh_authorized_keys', put['root-ssh-keys'])
    root_hash = put.get('root-password-hash', '')
    expected = [{'name': 'root', 'password': root_hash, 'type': 'hash'}] if root_hash else []
    check_list(document.get('chpasswd', {}), 'users', expected)
    password = bool(root_hash) or any(u.get('password-hash') for u in put['users'])
    assert document.get('ssh_pwauth') is (True if password else None)


def check_files(document, put):
    entries = document.get('write_files', [])
    assert len(entries) == len(put['files'])
    for entry, file in zip(entries, put['files']):
        assert entry['path'] == file['path']
        assert entry.get('append', False) is file['append']
        if 'base64' in file:
            assert entry['encoding'] == 'b64'
            assert base64.b64decode(entry['content']) == base64.b64decode(file['base64'])
        else:
            assert 'encoding' not in entry
            assert entry['content'] == file['content'], (entry['content'], file['content'])


def line(name, words, key):
    return f'{name}: {words}' + (f' key={key}' if key else '')


def check_lines(document, put):
    groups = [group if isinstance(group, str) else
              line(*[(name, ', '.join(members), None) for name, members in group.items()][0])
              for group in document.get('groups', [])]
    assert groups == put['groups'], groups
    sources = (document.get('apt') or {}).get('sources', {})
    lines = [line(name, source['source'], source.get('keyid')) for name, source in sources.items()]
    assert lines == put['apt-sources'], lines
    repositories = document.get('yum_repos', {})
    lines = [line(name, it['baseurl'], it.get('gpgkey')) for name, it in repositories.items()]
    assert lines == put['yum-repositories'], lines
    assert all(it['name'] == name and it.get('gpgcheck', False) is ('gpgkey' in it)
               for name, it in repositories.items())
    lines = [' '.join([device, it['table_type']] +
                      ([] if it['layout'] is True else list(map(str, it['layout']))))
             for device, it in document.get('disk_setup', {}).items()]
    assert lines == put['partitions'], lines
    lines = [' '.join([it['device'], it['filesystem']] + ([it['label']] if 'label' in it else []))
             for it in document.get('fs_setup', [])]
    assert lines == put['file-systems'], lines


def check_values(document, put):
    for name, key in (('hostname', 'hostname'), ('fqdn', 'fqdn'), ('time-zone', 'timezone'),
                      ('locale', 'locale'), ('final-message', 'final_message')):
        assert document.get(key, '') == put.get(name, ''), (key, document.get(key), put.get(name))
    for name, key, inner in (('keyboard-layout', 'keyboard', 'layout'), ('swap-size', 'swap', 'size'),
                             ('phone-home-url', 'phone_home', 'url')):
        assert str((document.get(key) or {}).get(inner, '')) == put.get(name, ''), (key, document.get(key))
    check_list(document.get('ntp') or {}, 'servers', put['ntp-servers'])
    check_list(document.get('ca_certs') or {}, 'trusted', put['ca-certificates'])
    assert [' '.join(fields) for fields in document.get('mounts', [])] == put['mounts'], document['mounts']
    check_lines(document, put)
    for name, key in (('default-user-ssh-keys', 'ssh_authorized_keys'), ('packages', 'packages'),
                      ('boot-commands', 'bootcmd'), ('run-commands', 'runcmd')):
        check_list(document, key, put[name])
    assert document.get('disable_root', True) is not put['root-login']
    assert document.get('package_update', False) is put['package-update']
    assert document.get('package_upgrade', False) is put['package-upgrade']
    assert document.get('growpart', {}).get('mode', 'auto') == (
        'auto' if put['grow-partition'] else 'off')
    assert document.get('power_state', {}).get('mode') == POWER[put['power-state']]
    check_users(document, put)
    check_files(document, put)


class Deprecations(logging.Handler):
    """cloud-init only logs them."""
    def __init__(self):
        super().__init__()
        self.found = []

    def emit(self, record):
        if re.search('deprecat', record.getMessage(), re.I):
            self.found.append(record.getMessage())


def main():
    generator, count, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    output = subprocess.run([generator, str(count), seed], check=True, stdout=subprocess.PIPE)
    lines = output.stdout.split(b'\n')[:-1]
    assert len(lines) == count, (len(lines), count)
    deprecations = Deprecations()
    logging.getLogger().addHandler(deprecations)
    known = schema.get_schema() if schema else None
    for number, line in enumerate(lines):
        put = json.loads(line)
        assert put['text'].startswith('#cloud-config\n')
        document = yaml.safe_load(put['text'])
        try:
            check_values(document, put)
            if schema:
                schema.validate_cloudconfig_schema(document, schema=known, strict=True)
        except Exception:
            print(f'document {number} of seed {seed}:\n{put["text"][:4000]}', file=sys.stderr)
            raise
    assert not deprecations.found, deprecations.found[:3]
    print(f'{count} documents read back equal by PyYAML,',
          'accepted by cloud-init schema' if schema else 'cloud-init is not installed: no schema')


main()
