#!/bin/sh
# tuf-ceremony, started from its kit: with the kit's own Node, no environment but what is named here, and no core dumps.
# Whatever a ceremony's keys have to do with is started only if every file of the kit is as it was built.
set -eu

refuse() {
  printf 'tuf-ceremony: refused [%s]\n  expected  %s\n  found     %s\n  remedy    %s\n' "$1" "$2" "$3" "$4" >&2
  exit 2
}

self=$0
[ ! -L "$self" ] || self=$(readlink -f -- "$self")
case $self in */*) kit=$(CDPATH='' cd -- "${self%/*}/" && pwd -P) ;; *) kit=$(pwd -P) ;; esac
machine=$(uname -s -m)
[ "$machine" = "Linux x86_64" ] ||
  refuse kit/machine "Linux x86_64" "$machine" "Use a machine of that kind, or build the kit for this one."
[ -f "$kit/runtime/node" ] || refuse kit/damaged "$kit/runtime/node" "nothing" "Unpack the archive again."
[ -x "$kit/runtime/node" ] ||
  refuse kit/noexec "a folder in which programs can run" "$kit, where they can't (mounted noexec?)" \
    "Copy the archive to the machine's disk or memory, verify it there, unpack it there, and run it there."

# Node lets the program have no network, no addons, no worker threads and no debugger; and where it only judges what lies
# there already, neither write nor start anything.
acts=
case ${1-} in
  '' | -* | help | check | verify | diff | audit) ;;
  *)
    acts=yes
    changed=$(cd "$kit" && LC_ALL=C sha256sum --check --strict --quiet SHA256SUMS 2>&1) ||
      refuse kit/damaged "the kit as it was built" "$(printf '%s' "$changed" | head -n 1)" \
        "Unpack the archive again, and compare its digest before."
    ;;
esac

ulimit -c 0
umask 077
exec env -i \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  TERM="${TERM:-dumb}" \
  ${NO_COLOR:+NO_COLOR=1} \
  ${SSH_CONNECTION:+SSH_CONNECTION="$SSH_CONNECTION"} \
  LD_LIBRARY_PATH="$kit/lib" \
  "$kit/runtime/node" \
  --permission '--allow-fs-read=*' ${acts:+'--allow-fs-write=*' --allow-child-process} \
  --frozen-intrinsics --disable-proto=delete --disallow-code-generation-from-strings \
  --disable-warning=ExperimentalWarning --disable-warning=SecurityWarning \
  "$kit/app/cli.js" "$@"
