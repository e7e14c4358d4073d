#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools' own parts that can go wrong unseen: the package table of distributions that are not this
# one, and the count at the end of tools/test. Prints TAP.
# usage: check-tools.sh SOURCE_DIR
cd "$1" || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
status=0
echo 1..4

# usage: step NAME COMMAND...
step ()
{
  local name=$1
  shift
  number=$((number + 1))
  if "$@" > "$scratch/log" 2>&1
  then
    echo "ok $number $name"
  else
    echo "not ok $number $name"
    sed 's/^/# /' "$scratch/log"
    status=1
  fi
}

scripts_parse ()
{
  local script
  for script in tools/* .ci/run tests/guests/* tests/*.sh
  do
    case $(head -n 1 "$script") in
      *bash*) bash -n "$script" || return 1 ;;
      *python3) python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$script" || return 1 ;;
    esac
  done
}

table_is_whole ()
{
  awk -F'|' '/^ *(#|$)/ { next }
    NF != 6 { print "line " NR ": " NF " columns"; bad = 1 }
    { for (i = 1; i <= NF; i++) if ($i ~ /^ *$/) { print "line " NR ": column " i " is empty"; bad = 1 } }
    $1 !~ /^(build|run|screen|test|guests|bench) *$/ { print "line " NR ": no set " $1; bad = 1 }
    END { exit bad }' tools/packages.txt
}

# One program with cases, one that crashed after a case, one without cases, one that timed out.
count_is_true ()
{
  cat > "$scratch/log.json" <<'JSON'
{"name": "p:s / a", "result": "OK", "stdout": "1..3\nok 1 x\nok 2 y # SKIP no guest\nok 3 z\n"}
{"name": "p:s / b", "result": "ERROR", "stdout": "1..2\nok 1 x\n"}
{"name": "p:s / c", "result": "OK", "stdout": "all is well\n"}
{"name": "p:s / d", "result": "TIMEOUT", "stdout": ""}
{"name": "p:s / e", "result": "FAIL", "stdout": "not ok 1 - x # it broke\nok 2 - y\n"}
{"name": "p:s / f", "result": "SKIP", "stdout": ""}
JSON
  python3 tests/count-results.py "$scratch/log" > "$scratch/out" && return 1
  tail -n 1 "$scratch/out" | tee /dev/stderr | grep -qx '5 passed, 3 failed, 2 skipped'
}

nothing_is_a_failure ()
{
  : > "$scratch/none.json"
  ! python3 tests/count-results.py "$scratch/none" && ! python3 tests/count-results.py "$scratch/absent"
}

step scripts scripts_parse
step packages table_is_whole
step count count_is_true
step count-nothing nothing_is_a_failure
exit $status
