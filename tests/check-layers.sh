#!/bin/sh
# Fails where a layer's library uses a symbol of a layer above it: libvirt.h and gtk.h are on the
# default include path, so the compiler does not notice.
# usage: check-layers.sh CORE_LIB VIRT_LIB UI_LIB
status=0

deny ()
{
  if nm -u "$1" | grep -E " U ($2)"
  then
    echo "forbidden in $1" >&2
    status=1
  fi
}

deny "$1" '(gtk|gdk|gsk|adw|vte)_|vir[A-Z]|gvir_'
deny "$2" '(gtk|gdk|gsk|adw|vte)_'
deny "$3" 'vir[A-Z]|gvir_'

exit $status
