#!/bin/sh
# Tells the host how cloud-init gets on: a line for each change, over a virtio-serial port. Nothing
# here may fail or delay the boot, so all of it happens in the background. cloud-init runs this both
# as a boothook, early in each boot, and as a script at the end of the first; one of them reports.
#
# A line is "hostel1 INSTANCE-ID UPTIME WORD [JSON]". A write waits until somebody reads the port.

root=${HOSTEL_REPORT_ROOT-}
status_file=$root/run/cloud-init/status.json
result_file=$root/run/cloud-init/result.json

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

# cloud-init waits until its pipes are closed, and a redirection behind "report" itself would have the
# shell keep copies of them.
report() {
  exec </dev/null >/dev/null 2>&1
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
  send begin
  until tell_news; do
    sleep 1
  done
}

mkdir "$root/run/hostel-report" 2>/dev/null || exit 0

instance=${INSTANCE_ID-}
if [ -z "$instance" ]; then
  read -r instance 2>/dev/null <"$root/var/lib/cloud/data/instance-id" || instance=unknown
fi

report &
exit 0
