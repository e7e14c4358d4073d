# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: where things are, guests, and what libvirt and the disk hold."""

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
import xml.etree.ElementTree as ElementTree

import libvirt
from tap import TAPTestRunner

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('HOSTEL_BUILD', os.path.join(SOURCE, '_build-test'))
HOSTEL = os.path.join(BUILD, 'src/ui/hostel')
CLI = os.path.join(BUILD, 'src/cli/hostel-cli')
SYSTEM = 'qemu:///system'
# As tests/support/long.h has it.
LONG = os.environ.get('HOSTEL_TEST_LONG') == '1'
# What the program needs to run from the build directory.
PROGRAM = {'GSETTINGS_SCHEMA_DIR': os.path.join(BUILD, 'data')}
# For a program that meets leaks of libraries below GLib, by which tests/lsan.supp knows them.
WHOLE_STACKS = {'ASAN_OPTIONS': os.environ['ASAN_OPTIONS'] + ':fast_unwind_on_malloc=0:malloc_context_size=10'} \
    if 'ASAN_OPTIONS' in os.environ else {}

# That of the tiny guest: its name, and where its kernel is.
TINY_DOMAIN = """
<domain type='qemu'>
  <name>%s</name><memory unit='MiB'>192</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>
    <kernel>%s/vmlinuz</kernel><initrd>%s/initrd.gz</initrd><cmdline>console=ttyS0 quiet</cmdline>
  </os>
  <features><acpi/></features><on_reboot>restart</on_reboot>
  <devices>
    <serial type='pty'/><console type='pty'><target type='serial'/></console>
    <console type='pty'><target type='virtio'/></console>
    <controller type='usb' model='none'/><memballoon model='none'/>
  </devices>
</domain>
"""

# A guest of ours is told from everybody else's by its name.
PREFIX = 'hostel-e2e-'


def main():
    """Run the test cases of the calling file and print TAP."""
    runner = TAPTestRunner()
    runner.set_stream(True)
    unittest.main(testRunner=runner, module='__main__', argv=sys.argv[:1])


def unique_name():
    return PREFIX + uuid.uuid4().hex[:8]


def environment(home, **more):
    """An environment whose files all lie below HOME, so that a test sees what was written."""
    os.makedirs(home, mode=0o700, exist_ok=True)
    result = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home + '/.config', LC_ALL='C.UTF-8',
                  XDG_CACHE_HOME=home + '/.cache', XDG_DATA_HOME=home + '/.local/share',
                  XDG_STATE_HOME=home + '/.local/state', GSETTINGS_BACKEND='memory',
                  GSETTINGS_SCHEMA_DIR=os.path.join(BUILD, 'data'), **more)
    result.pop('G_DEBUG', None)
    return result


def run(arguments, env=None, stdin=None, timeout=60, check=False, **options):
    if stdin is None:
        options['stdin'] = subprocess.DEVNULL
    else:
        options['input'] = stdin
    result = subprocess.run(arguments, env=env, timeout=timeout, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)
    result.stdout = result.stdout.decode(errors='replace')
    result.stderr = result.stderr.decode(errors='replace')
    if check and result.returncode != 0:
        raise AssertionError('%s: %d: %s' % (' '.join(arguments), result.returncode, result.stderr))
    return result


def virsh(*arguments, uri=SYSTEM, check=True, timeout=60):
    return run(['virsh', '--quiet', '--connect', uri, *arguments], check=check, timeout=timeout).stdout


def only_long(test):
    """For a test that the usual run has no time for."""
    return unittest.skipUnless(LONG, 'only with HOSTEL_TEST_LONG=1')(test)


def need_system():
    """Skip where the system's libvirt does not answer this user."""
    if run(['virsh', '--quiet', '--connect', SYSTEM, 'version']).returncode != 0:
        raise unittest.SkipTest('qemu:///system does not answer')


def guest(kind):
    """Return the path of the cloud image, or of the tiny guest's directory; build it once."""
    result = subprocess.run([os.path.join(SOURCE, 'tests/guests/get'), kind], stdout=subprocess.PIPE,
                            timeout=900)
    if result.returncode == 77:
        raise unittest.SkipTest('the %s guest cannot be built here' % kind)
    assert result.returncode == 0
    return result.stdout.decode().strip()


def files_below(folder):
    found = set()
    for where, _, names in os.walk(folder):
        found.update(os.path.relpath(os.path.join(where, name), folder) for name in names)
    return found


def holdings(uri=SYSTEM):
    """Return what a create could leave behind at URI: machines and volumes by pool."""
    connection = libvirt.open(uri)
    found = {'machines': {domain.name() for domain in connection.listAllDomains()}}
    for pool in connection.listAllStoragePools(libvirt.VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE):
        try:
            found['volumes in ' + pool.name()] = {volume.name() for volume in pool.listAllVolumes()}
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_STORAGE_POOL:
                raise
    connection.close()
    return found


def new_of_ours(before, after, *marks):
    """Return what is in AFTER and not in BEFORE and has one of MARKS: others use the same libvirt."""
    return ['%s: %s' % (kind, thing) for kind, things in after.items()
            for thing in things - before.get(kind, set()) if any(mark in thing for mark in marks)]


def start_network(name='default'):
    """Start the system's network where it is off; return whether it had to be."""
    if name in virsh('net-list', '--name').split():
        return False
    if name not in virsh('net-list', '--all', '--name').split():
        run(['virsh', '--quiet', '--connect', SYSTEM, 'net-define', '/etc/libvirt/qemu/networks/default.xml'])
    # Another test may have done it in this moment.
    started = run(['virsh', '--quiet', '--connect', SYSTEM, 'net-start', name]).returncode == 0
    if name not in virsh('net-list', '--name').split():
        raise AssertionError('the network %s does not start' % name)
    return started


@contextlib.contextmanager
def network(name='default'):
    """Have the system's network on. Of tests that run at once the last one turns it off, if one turned it on."""
    with open('/var/tmp/%snetwork-%s' % (PREFIX, name), 'a+', encoding='utf-8') as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if start_network(name):
            users.write('started\n')
            users.flush()
        try:
            yield
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                users.seek(0)
                if users.read():
                    virsh('net-destroy', name)
                    users.truncate(0)


def domain_xml(name, uri=SYSTEM):
    return ElementTree.fromstring(virsh('dumpxml', name, uri=uri))


def serial_tail(name, lines=40):
    """Return the end of what the guest wrote to its serial console, for a failure's message."""
    with scratch() as folder:
        path = os.path.join(folder, 'serial.log')
        identifier = virsh('domuuid', name, check=False).strip()
        for pool in virsh('pool-list', '--name').split():
            volume = '%s-%s-serial.log' % (name, identifier)
            if run(['virsh', '--quiet', '--connect', SYSTEM, 'vol-download', volume, path, '--pool',
                    pool]).returncode == 0:
                with open(path, encoding='utf-8', errors='replace') as file:
                    return ''.join(file.readlines()[-lines:])
    return '(no serial log)'


def lease_address(name, timeout=60):
    """Return the guest's address as the network's DHCP service gave it."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        for line in virsh('domifaddr', name, '--source', 'lease', check=False).splitlines():
            fields = line.split()
            if len(fields) >= 4 and fields[2] == 'ipv4':
                return fields[3].partition('/')[0]
        time.sleep(1)
    raise AssertionError('no address for %s within %d s' % (name, timeout))


def ssh(key, user, address, command, timeout=60, port=22):
    """Run COMMAND in the guest and return what it wrote."""
    return run(['ssh', '-i', key, '-p', str(port), '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes',
                '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null',
                '-o', 'LogLevel=ERROR', '-o', 'ConnectTimeout=20', '%s@%s' % (user, address), command],
               check=True, timeout=timeout).stdout


def make_key(folder):
    """Make an SSH key pair; return the private key's path."""
    path = os.path.join(folder, 'id_ed25519')
    run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'e2e@hostel', '-f', path], check=True)
    return path


def forget(name, uri=SYSTEM):
    """Remove a machine and its volumes by libvirt alone, for the end of a failed test."""
    identifier = virsh('domuuid', name, uri=uri, check=False).strip()
    virsh('destroy', name, uri=uri, check=False)
    virsh('undefine', name, '--nvram', '--managed-save', '--snapshots-metadata', uri=uri, check=False)
    if not identifier:
        return
    for pool in virsh('pool-list', '--name', uri=uri).split():
        # A pool of another test may have gone.
        for line in virsh('vol-list', pool, uri=uri, check=False).splitlines():
            if identifier in line:
                virsh('vol-delete', line.split()[0], '--pool', pool, uri=uri, check=False)


def tiny_machine(test):
    """Start the tiny guest paused, until TEST ends; return its name and a folder of its own."""
    source = guest('tiny')
    name = unique_name()
    # Where another user's QEMU can read it.
    folder = '/var/tmp/' + name
    shutil.copytree(source, folder)
    test.addCleanup(shutil.rmtree, folder)
    os.chmod(folder, 0o755)
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)
    path = folder + '/domain.xml'
    with open(path, 'w', encoding='utf-8') as file:
        file.write(TINY_DOMAIN % (name, folder, folder))
    virsh('create', '--paused', path)
    test.addCleanup(lambda: virsh('destroy', name, check=False))
    return name, folder


@contextlib.contextmanager
def scratch():
    folder = tempfile.mkdtemp(prefix='hostel-e2e-')
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class OrdinaryUser:
    """A user without any rights, with a libvirt of its own that starts when it is called.

    Its home may be a small file system, to run out of space for real.
    """

    def __init__(self, home_size=None):
        if os.geteuid() != 0:
            raise unittest.SkipTest('needs root, to make an ordinary user')
        self.name = 'hostel-' + uuid.uuid4().hex[:8]
        # Not below /tmp/…: libvirt's sockets have 108 bytes for their path.
        self.home = tempfile.mkdtemp(prefix='hu', dir='/var/tmp')
        self.mounted = False
        if home_size:
            run(['mount', '-t', 'tmpfs', '-o', 'size=%s' % home_size, 'tmpfs', self.home], check=True)
            self.mounted = True
        run(['useradd', '--home-dir', self.home, '--no-create-home', '--shell', '/bin/sh', self.name],
            check=True)
        self.account = pwd.getpwnam(self.name)
        os.chown(self.home, self.account.pw_uid, self.account.pw_gid)
        os.chmod(self.home, 0o755)
        self.runtime = os.path.join(self.home, 'run')
        os.mkdir(self.runtime, 0o700)
        os.chown(self.runtime, self.account.pw_uid, self.account.pw_gid)

    def run(self, arguments, path=None, **options):
        env = environment(self.home, XDG_RUNTIME_DIR=self.runtime, USER=self.name, LOGNAME=self.name)
        for name in ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_SESSION_ID'):
            env.pop(name, None)
        # The build may lie where only root may go: it is opened for this user by an open descriptor.
        if path is not None:
            env['PATH'] = path
        options.setdefault('cwd', self.home)
        return run(['/usr/bin/setpriv', '--reuid', str(self.account.pw_uid), '--regid',
                    str(self.account.pw_gid), '--clear-groups', *arguments], env=env, **options)

    def adopt(self, path, name=None):
        """Copy a file into the home and give it to the user."""
        target = os.path.join(self.home, name or os.path.basename(path))
        shutil.copyfile(path, target)
        shutil.copymode(path, target)
        os.chown(target, self.account.pw_uid, self.account.pw_gid)
        return target

    def processes(self):
        found = []
        for entry in os.listdir('/proc'):
            if entry.isdigit():
                try:
                    if os.stat('/proc/' + entry).st_uid == self.account.pw_uid:
                        found.append(int(entry))
                except FileNotFoundError:
                    pass
        return found

    def close(self):
        for number in (15, 9):
            for process in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)
            for _ in range(50):
                if not self.processes():
                    break
                time.sleep(0.1)
        run(['userdel', '--force', self.name])
        if self.mounted:
            run(['umount', '--lazy', self.home])
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def listed(uri=SYSTEM, env=None):
    """Return {name: entry} of `hostel-cli list --json`."""
    result = run([CLI, '--connect', uri, 'list', '--json'], env=env, check=True)
    return {entry['name']: entry for entry in json.loads(result.stdout)}


class Daemon:
    """An unprivileged libvirtd of a test's own, for its test driver or for QEMU.

    Only such a one may be stopped: the system's serves everybody else too.
    """

    def __init__(self, driver='test', path='default'):
        # libvirt's sockets have 108 bytes for their path.
        self.home = tempfile.mkdtemp(prefix='hd', dir='/var/tmp')
        self.uri = '%s+unix:///%s?socket=%s/libvirt-sock' % (driver, path, self.home)
        self.env = dict(os.environ, HOME=self.home, XDG_RUNTIME_DIR=self.home, XDG_CONFIG_HOME=self.home,
                        XDG_CACHE_HOME=self.home, XDG_DATA_HOME=self.home)
        with open(os.path.join(self.home, 'libvirtd.conf'), 'w', encoding='utf-8') as file:
            file.write('unix_sock_dir = "%s"\nauth_unix_rw = "none"\n' % self.home)
        # As root it would be the system's daemon: run as nobody.
        self.account = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam('nobody')
            self.account = ['setpriv', '--reuid', str(nobody.pw_uid), '--regid', str(nobody.pw_gid),
                            '--clear-groups']
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.account, 'libvirtd', '--config',
                                         self.home + '/libvirtd.conf', '--pid-file', self.home + '/pid'],
                                        env=self.env, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if run(['virsh', '--quiet', '--connect', self.uri, 'version']).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError('the daemon did not start')

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def define(self, name):
        path = os.path.join(self.home, name + '.xml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('<domain type="test"><name>%s</name><memory>262144</memory>'
                       '<os><type>hvm</type></os></domain>' % name)
        virsh('define', path, uri=self.uri)

    def close(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
