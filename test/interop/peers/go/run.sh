#!/bin/sh
# sh run.sh CACHE_FOLDER [verify FILE...]
# Becomes the peer that install.sh has built into CACHE_FOLDER.
set -eu
cache=${1:?"the cache folder is missing"}
shift
exec "$cache/peer" "$@"
