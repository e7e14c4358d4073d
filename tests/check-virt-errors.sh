#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails where a call of libvirt stands among the arguments of hostel_virt_set_error(): each begins by
# forgetting the error that is to be told.
# usage: check-virt-errors.sh DIRECTORY
if grep --null-data --only-matching --perl-regexp \
  'hostel_virt_set_error \([^;{]*?\bvir[A-Z][A-Za-z]+ \([^;]*;' "$1"/*/*.c | tr '\0' '\n' | grep .
then
  echo "a call of libvirt forgets the error" >&2
  exit 1
fi
