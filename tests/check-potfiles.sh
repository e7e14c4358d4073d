#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails where a file with translatable strings is not listed in po/POTFILES.in, where its strings
# would silently stay in English, or a listed one is gone.
# usage: check-potfiles.sh SOURCE_DIR
cd "$1" || exit 1
listed=$(mktemp)
found=$(mktemp)
trap 'rm -f "$listed" "$found"' EXIT

sed 's/#.*//; /^ *$/d' po/POTFILES.in | LC_ALL=C sort > "$listed"
{
  # _(), N_(), C_() and the plural forms, not gettext () in another language's quoting.
  grep -rlE '(^|[^A-Za-z0-9_])(N?C?_|ngettext|g_dngettext|g_dpgettext2) ?\(' src --include='*.c' --include='*.h'
  grep -rl 'translatable="yes"' ui --include='*.ui'
  ls data/*.desktop.in data/*.metainfo.xml.in
  grep -l 'gettext-domain' data/*.gschema.xml 2>/dev/null
} | LC_ALL=C sort -u > "$found"

status=0
for file in $(LC_ALL=C comm -13 "$listed" "$found")
do
  echo "not in po/POTFILES.in: $file" >&2
  status=1
done
while read -r file
do
  [ -e "$file" ] || { echo "in po/POTFILES.in and gone: $file" >&2; status=1; }
done < "$listed"

# gettext sees only the text before a macro: PRIu64 it knows, GLib's it does not.
cut=$(find src -name '*.c' -exec perl -0ne '
  print "$ARGV: $1\n" while /_ ?\(((?:\s*"(?:[^"\\]|\\.)*")+\s*G_[A-Z0-9]+_FORMAT)/g' {} +)
if [ -n "$cut" ]
then
  echo "translatable strings cut in two by a G_..._FORMAT, use PRIu64 and the like:" >&2
  echo "$cut" >&2
  status=1
fi
exit $status
