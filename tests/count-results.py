#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count test cases in meson's logs and print 'N passed, N failed, N skipped'.

usage: count-results.py LOGBASE...   each meson-logs/NAME, without .json

A test that speaks TAP counts with its cases, any other test as one. A test program that crashed, ran
into its time limit or broke its plan counts as a failure beside the cases that it had reported. Of
what failed the last words are printed: meson leaves them in its log where a test speaks TAP.
Exit status: 0 where something passed and nothing failed.
"""

import glob
import json
import re
import sys

TAP_LINE = re.compile(r'^(not )?ok\b[^#\n]*(?:#\s*(skip|todo))?', re.IGNORECASE | re.MULTILINE)
# Which of passed, failed, skipped the verdict on a whole test program is; all others are failures.
VERDICTS = {'OK': 0, 'EXPECTEDFAIL': 0, 'SKIP': 2}

LAST_LINES = 100
LONGEST_LINE = 300


def cases_of(test):
    """Return [passed, failed, skipped] of one line of the log."""
    counts = [0, 0, 0]
    for bad, directive in TAP_LINE.findall(test.get('stdout', '')):
        if directive.lower() == 'skip':
            counts[2] += 1
        elif bad and directive.lower() != 'todo':
            counts[1] += 1
        else:
            counts[0] += 1
    if sum(counts) == 0:
        counts[VERDICTS.get(test['result'], 1)] = 1
    elif test['result'] not in VERDICTS and counts[1] == 0:
        counts[1] = 1
    return counts


def last_words(test):
    """Return what TEST said of its failures, as far as a reader of the results wants it."""
    lines = test.get('stdout', '').splitlines()
    told = []
    for number, line in enumerate(lines):
        if line.startswith('not ok') or line.startswith('Bail out!'):
            end = number + 1
            while end < len(lines) and lines[end].startswith('#'):
                end += 1
            told += lines[number:end]
    told = (told or lines)[-LAST_LINES:] + test.get('stderr', '').splitlines()[-LAST_LINES:]
    return ''.join('  %s\n' % line[:LONGEST_LINE] for line in told)


def main():
    totals = [0, 0, 0]
    for logbase in sys.argv[1:]:
        logs = glob.glob(logbase + '*.json')
        if not logs:
            print('failed: no results in ' + logbase)
            totals[1] += 1
        for log in logs:
            with open(log, encoding='utf-8', errors='replace') as lines:
                for test in map(json.loads, lines):
                    counts = cases_of(test)
                    totals = [a + b for a, b in zip(totals, counts)]
                    if counts[1]:
                        print('failed: %s (%s)\n%s' % (test['name'], test['result'], last_words(test)), end='')
    print('%d passed, %d failed, %d skipped' % tuple(totals))
    return 0 if totals[1] == 0 and totals[0] > 0 else 1


if __name__ == '__main__':
    sys.exit(main())
