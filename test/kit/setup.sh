#!/bin/sh
# setup.sh: installs what npm run test:kit makes its minimal Debian with, on a Debian with apt-get, as root. Elsewhere the
# tests say what they lack.
set -eu
cd "$(dirname "$0")/../.."
PATH="$PATH:/usr/sbin:/sbin"
command -v debootstrap >/dev/null || sh src/install/install-packages.sh debootstrap || echo "no debootstrap: npm run test:kit will not run"
