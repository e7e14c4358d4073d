#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails where a source does not begin with its licence.
# usage: check-licences.sh SOURCE_DIR
cd "$1" || exit 1
missing=$(find src tests tools ui .ci -type f \
  \( -name '*.[ch]' -o -name '*.ui' -o -name '*.py' -o -name '*.sh' -o -path 'tools/*' -perm -u+x \) \
  ! -path 'tests/corpus/*' ! -path 'tests/fixtures/*' -exec sh -c '
    for file
    do
      head -n 3 "$file" | grep -q "SPDX-License-Identifier: GPL-3.0-or-later" || echo "$file"
    done' sh {} +)
[ -z "$missing" ] || { echo "no licence line in:" >&2; echo "$missing" >&2; exit 1; }
