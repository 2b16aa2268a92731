#!/bin/sh
# sh run.sh CACHE_FOLDER [verify FILE...]
# Becomes the peer that install.sh has built into CACHE_FOLDER. Requests to this machine go through no proxy.
set -eu
cache=${1:?"the cache folder is missing"}
shift
export no_proxy=127.0.0.1
exec "$cache/target/release/peer" "$@"
