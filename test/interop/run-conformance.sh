#!/bin/sh
# run-conformance.sh [CHECKOUT]: the root-only tests of tuf-conformance itself against our client.
#
# CHECKOUT is a clone of https://github.com/theupdateframework/tuf-conformance; without it, pip is to get it from there.
# Needs Python 3.10 or newer with venv, and faketime. Everything is installed into a temporary folder. Exits with
# pytest's status; 2 where the suite can't be had. `npm test` needs none of it: conformance.test.ts asks the same.
set -eu

suite=https://github.com/theupdateframework/tuf-conformance
checkout=${1:-}
project=$(cd "$(dirname "$0")/../.." && pwd)
client=$project/test/interop/conformance-client/main.ts

give_up() {
  echo "run-conformance: $1" >&2
  exit 2
}

case $client in
  *" "*) give_up "the suite takes the words of a command apart at blanks: put the project on a path without any" ;;
esac
command -v faketime >/dev/null || give_up "lacking: faketime (apt-get install faketime)"
if [ -n "$checkout" ]; then
  [ -d "$checkout/tuf_conformance" ] || give_up "no checkout of tuf-conformance: $checkout"
  checkout=$(cd "$checkout" && pwd)
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || give_up "lacking: Python 3 with venv (apt-get install python3-venv)"
if [ -n "$checkout" ]; then
  "$folder/venv/bin/pip" install --quiet --editable "$checkout" || give_up "pip could not install $checkout"
  tests=$checkout/tuf_conformance
else
  "$folder/venv/bin/pip" install --quiet "git+$suite" ||
    give_up "pip could not get the suite: give the path of a checkout of $suite"
  tests=$(cd "$folder" && venv/bin/python -c 'import os, tuf_conformance; print(os.path.dirname(tuf_conformance.__file__))')
fi

# The client says by its first line that it wants `node`: the project's own, since others may be too old.
PATH=$project/node_modules/.bin:$PATH
export PATH PYTHONDONTWRITEBYTECODE=1
"$folder/venv/bin/pytest" -v -p no:cacheprovider --entrypoint "$client" \
  "$tests/test_updater_key_rotations.py::test_root_rotation" \
  "$tests/test_keys.py::test_keytype_and_scheme" \
  "$tests/test_keys.py::test_duplicate_keys" \
  "$tests/test_basic.py::test_invalid_initial_root" \
  "$tests/test_basic.py::test_unsigned_initial_root" \
  "$tests/test_basic.py::test_unsigned_metadata[root]" \
  "$tests/test_basic.py::test_url_and_metadata_version_mismatch[root]" \
  "$tests/test_basic.py::test_custom_fields" \
  "$tests/test_basic.py::test_faketime" \
  "$tests/test_expiration.py::test_expired_local_root"
