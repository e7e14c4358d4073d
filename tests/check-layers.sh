#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails where a room's library, the command line or the helper uses what stands above it: libvirt.h and
# gtk.h are on the default include path, so the compiler does not notice.
# usage: check-layers.sh SOURCE_DIR CLI HELPER LIBRARY...
source=$1
cli=$2
helper=$3
shift 3
status=0

complain ()
{
  echo "$*" >&2
  status=1
}

# usage: deny FILE PATTERN
deny ()
{
  ! nm --undefined-only "$1" | grep -E " U ($2)" || complain "forbidden in $1"
}

toolkit='(gtk|gdk|gsk|adw|vte|gtk_source)_'
for library
do
  case $library in
    *libhostel-core-*) deny "$library" "$toolkit|vir[A-Z]|gvir_" ;;
    *libhostel-virt-*) deny "$library" "$toolkit" ;;
    *libhostel-ui-*) deny "$library" 'vir[A-Z]|gvir_' ;;
    *) complain "of no layer: $library" ;;
  esac
done
deny "$cli" "$toolkit"

# As root there is the C library alone, and what the sanitizers bring.
others=$(objdump --private-headers "$helper" |
  sed -n 's/^ *NEEDED *//p' | grep -Ev '^lib(c|asan|ubsan|m|dl|pthread|gcc_s|stdc\+\+)\.so')
[ -z "$others" ] || complain "forbidden in $helper: $others"

# A header called private is for its own room, and for the tests of that room.
cd "$source" || exit 1
grep --recursive --only-matching --extended-regexp '^#include "hostel-[a-z0-9-]+-private\.h"' \
  src tests tools --include='*.[ch]' |
{
  while IFS=: read -r file include
  do
    header=${include#*\"}
    header=${header%\"}
    room=$(dirname "$file")
    [ -e "src/${room#*/}/$header" ] || complain "$file includes another room's $header"
  done
  exit $status
} || status=1

# libvirt-glib is the way to libvirt; who goes past it says why.
for file in $(grep --recursive --files-with-matches --extended-regexp '\bvir[A-Z][A-Za-z]+ \(' src --include='*.c')
do
  grep --quiet '^/\* libvirt directly: ' "$file" || complain "$file calls libvirt and does not say why"
done

# What belongs to an object is a member of it, of a registry or of a handler's closure; what hangs on an object
# by a key has no owner that can be read.
! grep --recursive --line-number --extended-regexp \
  'g_(object|dataset|datalist)_(id_)?(set|get|steal|replace|dup)_q?data' src --include='*.[ch]' ||
  complain "hangs on an object by a key"

exit $status
