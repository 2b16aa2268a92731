# Sourced by the script of each provider, which is started as `sh PROVIDER.sh FOLDER` and speaks one line at a time:
#
#   module PATH           what the machine file needs to know of it: the shared library,
#   init TEXT             C_Initialize's library parameters, where it wants some,
#   env NAME VALUE        and its environment
#   second-init TEXT      likewise of a second module with a token of its own, where one module has one token only;
#   second-env NAME VALUE what is not said again is as in the first
#   pid NAME NUMBER       a daemon that was started
#   ready                 from here on tokens can be listed
#
# It holds the provider until its standard input ends, which happens also when the one who started it is killed, or until
# a signal. Then it ends what it started and removes FOLDER, which must not have been there before.
# Of the lines that it is sent, `unplug` and `plug-in` are known where there is something to pull out; answer: `done`.
set -eu

folder=$1
running=""

# Daemons are in /usr/sbin, which is not on everybody's PATH.
PATH="$PATH:/usr/sbin:/sbin"

say() {
  printf '%s\n' "$*"
}

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# find_library NAME: prints where it is, of the folders where Debian has its libraries. For an assignment: only there does
# its failure end the script.
find_library() {
  for path in /usr/lib/*-linux-gnu/"$1" /usr/lib/"$1"; do
    if [ -e "$path" ]; then
      echo "$path"
      return
    fi
  done
  fail "no $1 here: sh test/providers/setup.sh"
}

# begin_daemon NAME COMMAND...: in the background, with a process group of its own, since some have children. The kernel
# ends it if this script is killed.
# It gets none of the script's own descriptors: whoever reads the lines shall see their end with the script's.
begin_daemon() {
  name=$1
  shift
  setpriv --pdeathsig KILL setsid "$@" </dev/null >"$folder/$name.log" 2>&1 9>&- &
  daemon=$!
  running="$daemon $running"
  say "pid $name $daemon"
}

# wait_for COMMAND...: until it succeeds; for as long as the daemon that was begun last lives, and ten seconds at most.
wait_for() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -s 0 "$daemon" 2>/dev/null; then
      cat "$folder/$name.log" >&2
      fail "$name did not start"
    fi
    sleep 0.05
  done
}

# signal NAME PID: to it and its children; to it alone, too, since it may not have its group yet.
signal() {
  kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null
}

# lives PID: it, or any of its children. Those that have ended and were not asked for their status yet do not count.
lives() {
  ps -o stat= -s "$1" | grep -q '^[^Z]'
}

# end_daemon PID: it and its children; asked first, and made to after two seconds.
end_daemon() {
  signal TERM "$1" || true
  tries=0
  while lives "$1" && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 40 ]; then
      signal KILL "$1" || true
    fi
    sleep 0.05
  done
  wait "$1" 2>/dev/null || true
  others=""
  for other in $running; do
    [ "$other" = "$1" ] || others="$others $other"
  done
  running=$others
}

# The last one first. A provider with something to put back besides has its own `put_back`.
put_back() {
  :
}
stop() {
  status=$?
  trap '' HUP INT TERM
  for pid in $running; do
    end_daemon "$pid"
  done
  put_back
  rm -rf "$folder"
  exit "$status"
}

unplug() {
  fail "nothing to unplug"
}
plug_in() {
  unplug
}

hold() {
  say ready
  while read -r word; do
    case $word in
      unplug) unplug ;;
      plug-in) plug_in ;;
      *) fail "unknown: $word" ;;
    esac
    say "done"
  done
}

umask 077
mkdir "$folder"
trap stop EXIT
trap 'exit 1' HUP INT TERM
