#!/bin/sh
# sh run.sh CACHE_FOLDER [verify FILE...]
# Becomes the peer, with what install.sh has put into CACHE_FOLDER. Requests to this machine go through no proxy.
set -eu
cache=${1:?"the cache folder is missing"}
shift
export no_proxy=127.0.0.1

python=$cache/venv/bin/python
if [ ! -x "$python" ]; then
  python=python3
  export PYTHONPATH="$cache/packages"
fi
exec "$python" "$(dirname "$0")/peer.py" "$@"
