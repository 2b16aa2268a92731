#!/bin/sh
# Installs what the tests and the demo use besides npm's packages, where that can be done: on a Debian with apt-get, as
# root. Elsewhere it says what to install, and the tests that need it are skipped with a line each (requires.ts).
# Installs nothing that is there already. Exits 0 also where nothing can be installed: the tests pass without.
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
  case $(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p) in
    *libatomic.so.1*) ;;
    *) return 1 ;;
  esac
}

look() {
  lacking=""
  need libatomic1 find_libatomic
  need softhsm2 command -v softhsm2-util
  need age command -v age
  need opensc command -v pkcs11-tool
  need gnutls-bin command -v p11tool
  need g++ command -v g++
  need openssl command -v openssl
  need openssh-client command -v ssh-keygen
  need bsdutils command -v script
  need faketime command -v faketime
  need python3-venv python3 -c "import ensurepip, venv"
  need python3-cryptography python3 -c "import cryptography"
  need python3-yaml python3 -c "import yaml"
}

look
if [ -n "$lacking" ]; then
  # shellcheck disable=SC2086 # one word for each package
  sh src/install/install-packages.sh $lacking || true
  look
fi
if [ -n "$lacking" ]; then
  echo "setup: lacking, and not installed here:$lacking"
  echo "setup: remedy: install these (the names are Debian's; as root: apt-get install$lacking)"
else
  echo "setup: everything is there"
fi

# They could not be built where the compiler came after `npm ci`.
for addon in pkcs11js/build/Release/pkcs11.node node-pty/build/Release/pty.node; do
  if [ -d "node_modules/${addon%%/*}" ] && [ ! -e "node_modules/$addon" ] && command -v g++ >/dev/null 2>&1; then
    npm run --silent prepare
  fi
done
