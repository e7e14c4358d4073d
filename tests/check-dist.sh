#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# From a clean clone: `meson dist` packs an archive, the archive builds without the repository, and
# what it installs is whole. Prints TAP.
# usage: check-dist.sh SOURCE_DIR
source=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
number=0
status=0
echo 1..5

# usage: step NAME COMMAND...
step ()
{
  name=$1
  shift
  number=$((number + 1))
  if [ $status = 0 ] && "$@" > log 2>&1
  then
    echo "ok $number $name"
  else
    echo "not ok $number $name"
    sed 's/^/# /' log | tail -n 40
    status=1
  fi
}

pack ()
{
  git clone -q "$source" clone && meson setup clone-build clone && meson dist -C clone-build --no-tests
}

unpack ()
{
  mkdir unpacked && tar -xf clone-build/meson-dist/*.tar.xz -C unpacked --strip-components=1 &&
  test -z "$(find unpacked -name '.git' -o -name '_build*')"
}

compile ()
{
  meson setup build unpacked --prefix=/usr --werror -Dtests=false && ninja -C build
}

install_tree ()
{
  DESTDIR=$scratch/root meson install -C build --no-rebuild
}

whole ()
{
  for file in bin/hostel bin/hostel-cli share/applications/io.github.hostel.Hostel.desktop \
    share/metainfo/io.github.hostel.Hostel.metainfo.xml \
    share/glib-2.0/schemas/io.github.hostel.Hostel.gschema.xml \
    share/icons/hicolor/scalable/apps/io.github.hostel.Hostel.svg \
    share/icons/hicolor/symbolic/apps/io.github.hostel.Hostel-symbolic.svg
  do
    test -s "root/usr/$file" || { echo "missing: $file"; return 1; }
  done
  # Nothing of the tests is installed.
  extra=$(find root/usr -type f | grep -i test)
  test -z "$extra" || { echo "$extra"; return 1; }
  # The menu starts a program that is there.
  program=$(sed -n 's/^Exec=\([^ ]*\).*/\1/p' root/usr/share/applications/*.desktop)
  test -x "root/usr/bin/$program"
}

step pack pack
step unpack unpack
step compile compile
step install install_tree
step whole whole
exit $status
