#!/bin/sh
# sh install.sh CACHE_FOLDER
# Installs what requirements.txt names into CACHE_FOLDER, prebuilt and checked by hash: into a virtual environment, or
# into a plain folder where python3 has pip only. Does nothing where that is done already.
set -eu
cache=${1:?"the cache folder is missing"}
requirements=$(dirname "$0")/requirements.txt
sum=$(sha256sum <"$requirements")

if [ "$(cat "$cache/stamp" 2>/dev/null)" = "$sum" ]; then
  exit
fi
rm -rf "$cache/stamp" "$cache/venv" "$cache/packages"
if python3 -c "import ensurepip, venv" 2>/dev/null; then
  python3 -m venv "$cache/venv"
  set -- "$cache/venv/bin/python" -m pip install
elif python3 -m pip --version >/dev/null 2>&1; then
  set -- python3 -m pip install --target "$cache/packages"
else
  echo "install.sh: python3 has neither venv nor pip here; install python3-venv" >&2
  exit 1
fi
"$@" -qq --no-input --require-hashes --only-binary :all: --requirement "$requirements"
echo "$sum" >"$cache/stamp"
