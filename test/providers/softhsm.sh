#!/bin/sh
# SoftHSM 2: a library over a folder of files. Blank tokens are there without end: one more after each that is initialised.
# How it is started and stopped: start.sh
. "$(dirname "$0")/start.sh"

library=$(find_library softhsm/libsofthsm2.so)
mkdir "$folder/tokens"
cat >"$folder/softhsm2.conf" <<END
directories.tokendir = $folder/tokens
objectstore.backend = file
log.level = ERROR
END

say "module $library"
say "env SOFTHSM2_CONF $folder/softhsm2.conf"
hold
