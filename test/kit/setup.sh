#!/bin/sh
# setup.sh: installs what npm run test:kit and test:image make their machines with, on a Debian with apt-get, as root.
# Elsewhere the tests say what they lack.
set -eu
cd "$(dirname "$0")/../.."
PATH="$PATH:/usr/sbin:/sbin"
command -v debootstrap >/dev/null || sh src/install/install-packages.sh debootstrap || echo "no debootstrap: npm run test:kit will not run"
missing=
for tool in mmdebstrap mksquashfs:squashfs-tools xorriso mcopy:mtools mkfs.exfat:exfatprogs qemu-system-x86_64:qemu-system-x86; do
  command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
[ -e /usr/share/OVMF/OVMF_CODE_4M.ms.fd ] || missing="$missing ovmf"
# shellcheck disable=SC2086 # words
[ -z "$missing" ] || sh src/install/install-packages.sh $missing || echo "no$missing: npm run test:image will not run"
