#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test as an ordinary user made for it, so that qemu:///session is a daemon of that user's
# own. Root's session is the system's daemon; without root nobody can be made, and the test runs as
# who it is called by.
# usage: as-user.sh PROGRAM [ARGUMENT]...
program=$1
shift
if [ "$(id -u)" -ne 0 ] || ! command -v useradd setpriv >/dev/null
then
  exec "$program" "$@"
fi

# Short: a socket's path has 108 bytes.
home=$(mktemp -d /var/tmp/huXXXXXX)
user=hostel-$(basename "$home" | tr '[:upper:]' '[:lower:]')
useradd --home-dir "$home" --no-create-home --shell /bin/sh "$user" || exit 1
uid=$(id -u "$user")
gid=$(id -g "$user")

finish ()
{
  # The session's daemons wait for half a minute before they end.
  for signal in TERM KILL
  do
    pids=$(ps -o pid= -u "$uid")
    # shellcheck disable=SC2086 # one number each
    [ -z "$pids" ] || kill -$signal $pids 2>/dev/null
    for _ in $(seq 50)
    do
      [ -n "$(ps -o pid= -u "$uid")" ] || break
      sleep 0.1
    done
  done
  userdel --force "$user" 2>/dev/null
  rm -rf "$home"
}
trap finish EXIT

# The build may lie where only root may go: programs among the arguments come along.
mkdir -m 700 "$home/run" "$home/tmp"
cp "$program" "$home/test"
arguments=()
for argument in "$@"
do
  if [ -f "$argument" ] && [ -x "$argument" ]
  then
    cp "$argument" "$home/${argument##*/}"
    argument=$home/${argument##*/}
  fi
  arguments+=("$argument")
done
chown -R "$uid:$gid" "$home"
chmod 755 "$home"
cd "$home" || exit 1
env -u DBUS_SESSION_BUS_ADDRESS -u DISPLAY \
  HOME="$home" USER="$user" LOGNAME="$user" TMPDIR="$home/tmp" XDG_RUNTIME_DIR="$home/run" \
  XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" XDG_DATA_HOME="$home/.local/share" \
  XDG_STATE_HOME="$home/.local/state" \
  setpriv --reuid "$uid" --regid "$gid" --clear-groups "$home/test" "${arguments[@]}"
