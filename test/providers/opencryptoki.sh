#!/bin/sh
# openCryptoki's software token. The library finds its daemon, pkcsslotd, at a place that nobody can choose, and the daemon
# its tokens: so there is one for the whole system, one test at a time has it, and the others wait. The token has a name of
# our own, so that none that was there before is touched. One only: two blank ones are the same in everything that they say.
# How it is started and stopped: start.sh
. "$(dirname "$0")/start.sh"

conf=/etc/opencryptoki/opencryptoki.conf
kept=$conf.before-tests
pid_file=/run/pkcsslotd.pid
token=tuf-ceremony

library=$(find_library opencryptoki/libopencryptoki.so.0)

# The lock is on a folder that is always there. Daemons don't get it: it ends with this script.
exec 9</var/lib/opencryptoki
until flock --nonblock 9; do
  kill -s 0 "$PPID" 2>/dev/null || fail "nobody is waiting any more"
  sleep 0.1
done
if [ -s "$pid_file" ]; then
  case $(readlink "/proc/$(cat "$pid_file")/exe") in
    */pkcsslotd) fail "a pkcsslotd is running on this machine, and it is not ours" ;;
  esac
fi

# While a process has the library loaded, pkcsslotd does not end when it is asked to, and made to it leaves its memory.
remove_shared_memory() {
  while read -r _ segment _ _ creator _; do
    if [ "$creator" = "$1" ]; then
      ipcrm -m "$segment"
    fi
  done </proc/sysvipc/shm
}

# Also what a run left behind that was killed with all its processes: whoever has the lock has put_back to do it.
put_back() {
  if [ -e "$kept" ]; then
    mv "$kept" "$conf"
  fi
  rm -rf "/var/lib/opencryptoki/$token" "/run/lock/opencryptoki/$token" "/dev/shm/var.lib.opencryptoki.$token"
  if [ -s "$pid_file" ]; then
    remove_shared_memory "$(cat "$pid_file")"
  fi
  rm -f "$pid_file" /run/pkcsslotd.socket /run/lock/opencryptoki/LCK..APIlock
}
put_back

cp -p "$conf" "$kept"
cat >"$conf" <<END
version opencryptoki-3.1
slot 0
{
stdll = libpkcs11_sw.so
tokname = $token
}
END
begin_daemon pkcsslotd pkcsslotd -f
wait_for test -S /run/pkcsslotd.socket
# It is read once.
mv "$kept" "$conf"

say "module $library"
hold
