#!/bin/sh
# setup.sh: installs the PKCS#11 providers that the tests in this folder start, where that can be done: on a Debian with
# apt-get, as root. Elsewhere it says what to install, and the tests are skipped with a line each (resources.ts).
# Installs nothing that is there already. Exits 0 also where nothing can be installed.
#
# setup.sh lacking PROVIDER...: prints the packages that they lack, and installs nothing.
set -eu
cd "$(dirname "$0")/../.."

# Daemons are in /usr/sbin, which is not on everybody's PATH.
PATH="$PATH:/usr/sbin:/sbin"
lacking=""

# need PACKAGE COMMAND...: where the command fails, the Debian package is lacking.
need() {
  package=$1
  shift
  if ! "$@" >/dev/null 2>&1; then
    lacking="$lacking $package"
  fi
}

# has_library NAME: a file of that name in one of the folders where Debian has its libraries.
has_library() {
  for file in /usr/lib/*-linux-gnu/"$1" /usr/lib/"$1"; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}

look_for() {
  case $1 in
    softhsm)
      need softhsm2 has_library softhsm/libsofthsm2.so
      ;;
    nss)
      need libnss3 has_library libsoftokn3.so
      ;;
    tpm2)
      need libtpm2-pkcs11-1 has_library libtpm2_pkcs11.so.1
      need swtpm command -v swtpm
      need tpm2-abrmd command -v tpm2-abrmd
      need libtss2-tcti-tabrmd0 has_library libtss2-tcti-tabrmd.so.0
      need dbus-daemon command -v dbus-daemon
      need dbus-bin command -v dbus-send
      need procps command -v ps
      ;;
    opencryptoki)
      need opencryptoki command -v pkcsslotd
      need procps command -v ps
      ;;
    p11-kit)
      need p11-kit command -v p11-kit
      need procps command -v ps
      need p11-kit-modules has_library pkcs11/p11-kit-client.so
      need softhsm2 has_library softhsm/libsofthsm2.so
      ;;
    *)
      echo "setup: no provider $1" >&2
      exit 1
      ;;
  esac
}

look() {
  lacking=""
  for provider in "$@"; do
    look_for "$provider"
  done
}

if [ "${1:-}" = lacking ]; then
  shift
  look "$@"
  echo "$lacking"
  exit
fi

look softhsm nss tpm2 opencryptoki p11-kit
if [ -n "$lacking" ]; then
  # shellcheck disable=SC2086 # one word for each package
  sh src/install/install-packages.sh $lacking || true
  look softhsm nss tpm2 opencryptoki p11-kit
fi
if [ -n "$lacking" ]; then
  echo "setup: lacking, and not installed here:$lacking"
  echo "setup: remedy: install these (the names are Debian's; as root: apt-get install$lacking)"
else
  echo "setup: every PKCS#11 provider is there"
fi
