# SPDX-License-Identifier: GPL-3.0-or-later
# The disk is a copy of another machine's, and with it the machine-id, by which a DHCP server may know a
# machine. Once for each instance: at the first boot of a clone.
mark=/var/lib/cloud/instance/sem/hostel-machine-id
[ -e "$mark" ] && exit 0
mkdir -p "${mark%/*}" || exit 0

if [ -e /etc/machine-id ]; then
  tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
  if [ -f /var/lib/dbus/machine-id ] && [ ! -L /var/lib/dbus/machine-id ]; then
    cat /etc/machine-id >/var/lib/dbus/machine-id
  fi
  # It asked for its address by the old one.
  if command -v systemctl >/dev/null && systemctl is-active -q systemd-networkd; then
    systemctl --no-block restart systemd-networkd
  fi
fi
: >"$mark"
