#!/bin/sh
# NSS softokn: a library over a folder with a database, one token in each. The folder must be there; the library makes the
# files. A second token is the same library with another folder.
# How it is started and stopped: start.sh
. "$(dirname "$0")/start.sh"

library=$(find_library libsoftokn3.so)

# parameters FOLDER NAME: softokn wants them as one text.
parameters() {
  mkdir "$1"
  echo "configdir='sql:$1' certPrefix='' keyPrefix='' secmod='secmod.db' flags= dbTokenDescription='$2' minPWLen=6"
}

say "module $library"
say "init $(parameters "$folder/first" "first")"
say "second-init $(parameters "$folder/second" "second")"
hold
