#!/bin/sh
# Installs what the tests and the demo use besides npm's packages, where that can be done: on a Debian with apt-get, as
# root. Elsewhere it says what to install, and the tests that need it are skipped with a line each (requires.ts).
# Installs nothing that is there already; always exits 0, unless apt-get itself fails.
set -eu

lacking=""

# need PACKAGE COMMAND...: where the command fails, the Debian package is lacking.
need() {
  package=$1
  shift
  if ! "$@" >/dev/null 2>&1; then
    lacking="$lacking $package"
  fi
}

# Node.js 26 needs it; /sbin is not on everybody's PATH.
find_libatomic() {
  PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep --quiet 'libatomic\.so\.1'
}

look() {
  lacking=""
  need libatomic1 find_libatomic
  need softhsm2 command -v softhsm2-util
  need age command -v age
  need opensc command -v pkcs11-tool
  need tmux command -v tmux
  need g++ command -v g++
  need openssl command -v openssl
  need openssh-client command -v ssh-keygen
  need python3-cryptography python3 -c "import cryptography"
}

look
if [ -z "$lacking" ]; then
  echo "setup: everything is there"
  exit 0
fi

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "setup: installing$lacking"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # one word for each package
  apt-get install --yes --quiet --no-install-recommends $lacking </dev/null >/dev/null 2>&1 ||
    { apt-get update --quiet </dev/null && apt-get install --yes --quiet --no-install-recommends $lacking </dev/null; }
  look
fi

if [ -n "$lacking" ]; then
  echo "setup: still lacking:$lacking"
  echo "setup: remedy: install these (the names are Debian's; as root: apt-get install$lacking)"
fi
if [ ! -e node_modules/pkcs11js/build/Release/pkcs11.node ] && command -v g++ >/dev/null 2>&1; then
  echo "setup: there is a compiler now, so the addons can be built"
  npm run --silent prepare
fi
