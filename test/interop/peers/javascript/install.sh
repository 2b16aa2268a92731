#!/bin/sh
# sh install.sh CACHE_FOLDER
# Installs what package-lock.json names into CACHE_FOLDER, running no package's scripts. Does nothing where that is done
# already.
set -eu
cache=${1:?"the cache folder is missing"}
sources=$(dirname "$0")
sum=$(sha256sum <"$sources/package-lock.json")

if [ "$(cat "$cache/stamp" 2>/dev/null)" = "$sum" ]; then
  exit
fi
rm -f "$cache/stamp"
mkdir -p "$cache"
cp "$sources/package.json" "$sources/package-lock.json" "$cache"
npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
echo "$sum" >"$cache/stamp"
