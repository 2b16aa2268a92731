#!/bin/sh
# offline.sh ROOT KIT SHARED COMMAND...: COMMAND, where there is nothing but a minimal Debian: ROOT, read-only, with KIT at
# /kit, and SHARED at its own path to write in. No network, no HOME, nobody's rights, processes of its own. As root.
set -eu
if [ "${OFFLINE-}" != inside ]; then
  chown -R 65534:65534 "$3"
  OFFLINE=inside exec unshare --mount --net --pid --ipc --uts --fork --kill-child sh "$0" "$@"
fi

root=$1
kit=$2
shared=$3
shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root$shared"
chmod 755 "$root$(dirname "$shared")"
mount --bind "$shared" "$root$shared"
mount --bind "$kit" "$root/kit"
mount -o remount,bind,ro "$root/kit"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" ${NO_COLOR:+NO_COLOR=1} chroot "$root" \
  setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$@"
