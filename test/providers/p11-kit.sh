#!/bin/sh
# p11-kit's remoting in front of SoftHSM: the module speaks through a socket to a server, in which SoftHSM runs. Without the
# server it behaves like a device that somebody pulled out.
# How it is started and stopped: start.sh
. "$(dirname "$0")/start.sh"

library=$(find_library pkcs11/p11-kit-client.so)
mkdir "$folder/tokens"
cat >"$folder/softhsm2.conf" <<END
directories.tokendir = $folder/tokens
objectstore.backend = file
log.level = ERROR
END
softhsm=$(find_library softhsm/libsofthsm2.so)
socket=$folder/socket

# `pkcs11:` matches every token, also those that have no label yet.
plug_in() {
  rm -f "$socket"
  SOFTHSM2_CONF=$folder/softhsm2.conf begin_daemon server \
    p11-kit server --foreground --name "$socket" --provider "$softhsm" "pkcs11:"
  wait_for test -S "$socket"
  server=$daemon
}
unplug() {
  end_daemon "$server"
}

plug_in
say "module $library"
say "env P11_KIT_SERVER_ADDRESS unix:path=$socket"
hold
