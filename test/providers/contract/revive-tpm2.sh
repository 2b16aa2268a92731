#!/bin/sh
# tpm2-abrmd once more, beside a TPM and a bus that tpm2.sh has started, after somebody killed the first one.
# revive-tpm2.sh FOLDER BUS SOCKET; how it is spoken with: ../start.sh
. "$(dirname "$0")/../start.sh"

bus=$2
DBUS_SESSION_BUS_ADDRESS=$bus begin_daemon abrmd tpm2-abrmd --session --allow-root --tcti "swtpm:path=$3"
wait_for dbus-send "--bus=$bus" --print-reply --dest=org.freedesktop.DBus / \
  org.freedesktop.DBus.GetNameOwner string:com.intel.tss2.Tabrmd
hold
