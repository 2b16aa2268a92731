#!/bin/sh
# sh run.sh CACHE_FOLDER [verify FILE...]
# Becomes the peer, by the node on the PATH and with what install.sh has put into CACHE_FOLDER.
set -eu
export PEER_CACHE="${1:?"the cache folder is missing"}"
shift
exec node "$(dirname "$0")/peer.mjs" "$@"
