#!/bin/sh
# tpm2-pkcs11 over a software TPM. The library speaks with tpm2-abrmd over a bus, for a TPM of which several programs want
# something has too little room: directly on swtpm, it is full after the first key. Both daemons and the bus are our own.
# How it is started and stopped: start.sh
. "$(dirname "$0")/start.sh"

library=$(find_library libtpm2_pkcs11.so.1)
mkdir "$folder/tpm" "$folder/store" "$folder/second"
bus=unix:path=$folder/bus

cat >"$folder/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>$bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
END

begin_daemon swtpm swtpm socket --tpm2 --flags not-need-init,startup-clear --tpmstate "dir=$folder/tpm" \
  --server "type=unixio,path=$folder/swtpm" --ctrl "type=unixio,path=$folder/swtpm.ctrl"
wait_for test -S "$folder/swtpm"
begin_daemon dbus dbus-daemon --nofork --nopidfile --config-file "$folder/bus.conf"
wait_for test -S "$folder/bus"
DBUS_SESSION_BUS_ADDRESS=$bus begin_daemon abrmd \
  tpm2-abrmd --session --allow-root --tcti "swtpm:path=$folder/swtpm"
wait_for dbus-send "--bus=$bus" --print-reply --dest=org.freedesktop.DBus / \
  org.freedesktop.DBus.GetNameOwner string:com.intel.tss2.Tabrmd

say "module $library"
say "env DBUS_SESSION_BUS_ADDRESS $bus"
say "env TPM2_PKCS11_TCTI tabrmd:bus_type=session"
say "env TPM2_PKCS11_STORE $folder/store"
say "second-env TPM2_PKCS11_STORE $folder/second"
hold
