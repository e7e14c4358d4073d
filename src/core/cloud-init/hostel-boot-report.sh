#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tells the host how cloud-init gets on: a line for each change, over a virtio-serial port. Nothing
# here may fail or delay the boot, so all of it happens in the background. cloud-init runs this both
# as a boothook, early in each boot, and as a script at the end of the first; one of them reports.
#
# A line is "hostel1 INSTANCE-ID UPTIME WORD [JSON]". A write waits until somebody reads the port.

root=${HOSTEL_REPORT_ROOT-}
status_file=$root/run/cloud-init/status.json
result_file=$root/run/cloud-init/result.json
log_file=$root/var/log/cloud-init.log

# The udev link of that name may not be there yet, and busybox's mdev makes none.
find_port() {
  for file in "$root"/sys/class/virtio-ports/*/name; do
    read -r name 2>/dev/null <"$file" || continue
    if [ "$name" = hostel.report ]; then
      file=${file%/name}
      port=$root/dev/${file##*/}
      return 0
    fi
  done
  return 1
}

# A signal ends a write that waits for a reader; otherwise it first gets the last news out.
send() {
  read -r uptime rest <"$root/proc/uptime"
  trap - TERM
  printf 'hostel1 %s %s %s\n' "$instance" "$uptime" "$*" >&3
  trap last_news TERM
}

one_line() {
  tr '\n\r\t' '   ' <"$1"
}

# Where there is no result file, the last stage has an end, and that for a while. The keys of the file
# are sorted.
is_over() {
  final=${status##*'"modules-final": {'}
  [ "$final" != "$status" ] || return 1
  final=${final%%'"modules-init": {'*}
  case $final in
    *'"finished": '[0-9]*) rounds=$((rounds + 1)) ;;
  esac
  [ "$rounds" -gt 5 ]
}

# What cloud-init has logged in this boot.
this_boot() {
  first=$(grep -n "Cloud-init v.* running 'init-local'" "$log_file" | tail -n 1)
  first=${first%%:*}
  tail -n "+${first:-1}" "$log_file"
}

# Which script it was, how it ended, and its last line: what a script without "set -e" ends with.
tell_scripts() {
  this_boot |
  sed -n '/^Command: \[.\/.*\/scripts\/.*\]$/{s/^Command: \[.\(.*\).\]$/\1/;h;n;s/^Exit code: //;H;g;s/\n/ /;p;}' |
  tail -n 8 |
  while read -r script code; do
    line=$(grep '[^[:space:]]' "$script" | tail -n 1 | tr -d '\000-\037' | cut -c 1-200)
    send script "${script##*/} $code $line"
  done
}

# Before cloud-init 23.4 they are in no other file.
tell_warnings() {
  this_boot | grep -A 1 '\[WARNING\]: ' |
  grep -v '^--$\|\[DEBUG\]: \|\[INFO\]: \|^Traceback\|Running module .* failed$' | tail -n 16 | cut -c 1-300 |
  while read -r line; do
    send warning "$line"
  done
}

# Succeeds when there is nothing more to tell.
tell_news() {
  result=
  if [ -s "$result_file" ]; then
    result=$(one_line "$result_file")
  fi
  if [ -s "$status_file" ]; then
    status=$(one_line "$status_file")
    if [ "$status" != "$told" ]; then
      told=$status
      send status "$status"
    fi
  fi
  if [ -n "$result" ]; then
    if [ -s "$log_file" ]; then
      tell_scripts
      tell_warnings
    fi
    send result "$result"
  elif is_over; then
    send end
  else
    return 1
  fi
}

# The machine goes down, perhaps because user-data said so: a reader that is there hears the end.
# shellcheck disable=SC2317 # reached by the trap
last_news() {
  trap - TERM
  tell_news &
  sleep 1
  kill "$!"
  exit
}

# The port has one reader at a time: who comes after the first hears the end, too.
tell_again() {
  again=0
  while [ "$again" -lt 100 ]; do
    again=$((again + 1))
    sleep 2
    told=
    tell_news
  done
}

report() {
  echo "$$" >"$root/run/hostel-report/pid"
  tries=0
  until find_port; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || exit
    sleep 1
  done
  exec 3>"$port" || exit
  status=
  told=
  rounds=0
  beats=0
  send begin
  until tell_news; do
    sleep 1
    # What takes long is told from what is dead.
    beats=$((beats + 1))
    [ $((beats % 10)) -ne 0 ] || send alive
  done
  tell_again
}

# Processes come and go: that of this number must be one of ours.
is_reporting() {
  read -r pid 2>/dev/null <"$root/run/hostel-report/pid" || return 1
  arguments=$(tr '\000' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
  case "$arguments" in
    *" report $instance "*) return 0 ;;
  esac
  return 1
}

# systemd ends what a failed unit leaves behind, and one module that fails makes cloud-init's unit
# fail: where there is systemd, the reporter has a unit of its own, that lives on in emergency mode.
start_apart() {
  [ -z "$root" ] && [ -d /run/systemd/system ] &&
  systemd-run --quiet --no-block --unit=hostel-report --property=DefaultDependencies=no \
    --property=Conflicts=shutdown.target --property=Before=shutdown.target \
    --property=IgnoreOnIsolate=yes /bin/sh "$0" report "$instance"
}

if [ "${1-}" = report ]; then
  instance=$2
  report
  exit
fi

instance=${INSTANCE_ID-}
if [ -z "$instance" ]; then
  read -r instance 2>/dev/null <"$root/var/lib/cloud/data/instance-id" || instance=unknown
fi

mkdir "$root/run/hostel-report" 2>/dev/null || ! is_reporting || exit 0

# cloud-init waits until its pipes are closed. The shell of this script is the guest's /bin/sh.
exec </dev/null >/dev/null 2>&1
start_apart || ${HOSTEL_REPORT_SHELL-/bin/sh} "$0" report "$instance" &
exit 0
