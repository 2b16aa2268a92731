#!/bin/sh
# pkcsslotd once more over the token that opencryptoki.sh has made, after somebody killed the first one. That script still
# has the lock, and puts back what this one leaves when it is killed itself.
# revive-opencryptoki.sh FOLDER; how it is spoken with: ../start.sh
. "$(dirname "$0")/../start.sh"

conf=/etc/opencryptoki/opencryptoki.conf
kept=$conf.before-tests

cp -p "$conf" "$kept"
cat >"$conf" <<CONF
version opencryptoki-3.1
slot 0
{
stdll = libpkcs11_sw.so
tokname = tuf-ceremony
}
CONF
rm -f /run/pkcsslotd.socket
begin_daemon pkcsslotd pkcsslotd -f
wait_for test -S /run/pkcsslotd.socket
mv "$kept" "$conf"
hold
