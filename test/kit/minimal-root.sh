#!/bin/sh
# minimal-root.sh ROOT: a minimal Debian 12 in a folder, with no Node, Python or compiler. As root, with debootstrap.
set -eu
root=$1
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || {
  tail -n 20 "$root.log" >&2
  exit 1
}
mkdir "$root/kit"
# Where CeremonyRoom's machine file expects it; the kit brings it along.
mkdir -p "$root/usr/lib/softhsm"
ln -s /kit/modules/softhsm/libsofthsm2.so "$root/usr/lib/softhsm/libsofthsm2.so"
for tool in node nodejs python3 gcc cc npm; do
  [ ! -e "$root/usr/bin/$tool" ] || {
    echo "$tool is in a minimal Debian" >&2
    exit 1
  }
done
