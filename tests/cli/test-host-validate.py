#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our verdict on each row of the real virt-host-validate, as root and as an ordinary user.

usage: test-host-validate.py HOSTEL_CLI
Prints TAP. A row that it passes must be good with us, and one that it does not pass must not be,
but for those of BETTER.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# A part of its line, the id of ours.
ROWS = (
    (r"hardware virtualization", "cpu-virtualization"),
    (r"/dev/kvm.? is accessible", "kvm-access"),
    (r"/dev/kvm.? exists", "kvm-device"),
    (r"/dev/vhost-net.? exists", "vhost-net"),
    (r"/dev/net/tun.? exists", "tun"),
    (r"cgroup '(\w+)'", "cgroup-%s"),
    (r"IOMMU support", "iommu"),
    (r"IOMMU appears to be enabled", "iommu-enabled"),
    (r"secure guest", "secure-guest"),
)

# Where we say another thing: the id, who is asking, its word, ours, and why ours is right.
BETTER = (
    ("cgroup-devices", "user", "WARN", ("good", "unknown"),
     "it asks the kernel for the device filter, which only root may, and takes refusal for lack"),
)


def validate(prefix):
    """The rows of virt-host-validate: our id and its word."""
    text = subprocess.run(prefix + ["virt-host-validate", "qemu"], capture_output=True, text=True,
                          check=False, env=os.environ | {"LC_ALL": "C"}).stdout
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    rows = {}
    for line in text.splitlines():
        match = re.match(r"\s*QEMU: Checking (.*?)\s*: (PASS|FAIL|WARN|NOTE)\b", line)
        if match is None:
            raise ValueError(f"what is {line!r}?")
        for pattern, check in ROWS:
            found = re.search(pattern, match[1])
            if found:
                rows[check % found.groups() if "%" in check else check] = match[2]
                break
        else:
            raise ValueError(f"no check of ours for {match[1]!r}")
    return rows


def check(prefix, program):
    """Our report: the checks by id."""
    result = subprocess.run(prefix + [program, "check", "--json"], capture_output=True, text=True,
                            check=False)
    if result.returncode not in (0, 3):
        raise ValueError(f"hostel-cli check: {result.returncode} {result.stderr}")
    return {row["id"]: row for row in json.loads(result.stdout)["checks"]}


def compare(who, prefix, program):
    """The differences that are not known to be better."""
    theirs = validate(prefix)
    ours = check(prefix, program)
    wrong = []
    for name, word in theirs.items():
        state = ours[name]["state"]
        print(f"# {who}: {name}: {word}, {state}")
        agrees = (word == "PASS") == (state == "good")
        better = any(row[0] == name and row[1] == who and row[2] == word and state in row[3]
                     for row in BETTER)
        if not agrees and not better:
            wrong.append(f"{name}: they say {word}, we say {state} ({ours[name]['evidence']})")
    if len(theirs) < 8:
        wrong.append(f"only {len(theirs)} rows")
    return wrong


def main():
    program = os.path.abspath(sys.argv[1])
    print("1..2")
    if shutil.which("virt-host-validate") is None:
        print("ok 1 # SKIP no virt-host-validate")
        print("ok 2 # SKIP no virt-host-validate")
        return 0

    status = 0
    me = "root" if os.geteuid() == 0 else "user"
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        copy = shutil.copy(program, scratch)
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        runs = [(me, [])]
        if me == "root":
            runs.append(("user", nobody))
        for number, (who, prefix) in enumerate(runs, 1):
            wrong = compare(who, prefix, copy)
            for line in wrong:
                print(f"# {line}")
            print(f"{'not ok' if wrong else 'ok'} {number} agrees with virt-host-validate as {who}")
            status |= bool(wrong)
        if len(runs) == 1:
            print("ok 2 # SKIP only root can be somebody else")
    return status


if __name__ == "__main__":
    sys.exit(main())
