#!/bin/sh
# install-packages.sh PACKAGE...: installs Debian packages where that can be done, with apt-get and as root. Else, and
# where apt-get fails, it exits 1.
set -eu
export DEBIAN_FRONTEND=noninteractive

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  exit 1
fi

install() {
  apt-get install --yes --quiet --no-install-recommends "$@" </dev/null
}

echo "installing $*"
# The lists of packages may be missing or old.
install "$@" >/dev/null 2>&1 || { apt-get update --quiet </dev/null && install "$@"; }
