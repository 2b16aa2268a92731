#!/bin/sh
# customize.sh ROOT KIT OUT: what makes a minimal Debian the image. ROOT is its folder, still without a start medium; the kit
# goes in; the kernel, its first file system, and the start programs come out into OUT. Run by mmdebstrap.
set -eu
root=$1 kit=$2 out=$3
here=$(dirname "$0")
export LC_ALL=C

install -d "$root/usr/lib/ceremony" "$root/ceremony" "$root/media" "$root/usr/local/bin" "$root/opt"
install -m 0755 "$here/root/init" "$root/usr/sbin/init"
install -m 0644 "$here/root/serve" "$here/root/shell.bash" "$here/root/help.txt" "$root/usr/lib/ceremony/"
install -m 0755 "$here/root/request" "$root/usr/local/bin/media"
ln -s media "$root/usr/local/bin/keyboard"
ln -s media "$root/usr/local/bin/poweroff"
install -m 0644 "$here/root/devices.rules" "$root/etc/udev/rules.d/70-ceremony.rules"
cp -R --no-preserve=ownership,timestamps "$kit" "$root/opt/tuf-ceremony"
chmod -R u=rwX,go=rX "$root/opt/tuf-ceremony"
ln -s /opt/tuf-ceremony/tuf-ceremony "$root/usr/local/bin/tuf-ceremony"
echo 'ceremony:x:1000:1000::/ceremony:/bin/bash' >>"$root/etc/passwd"
echo 'ceremony:x:1000:' >>"$root/etc/group"

# Modules: those that modules.txt names, and what they need.
version=$(ls "$root/usr/lib/modules")
modules=$root/usr/lib/modules/$version
sed -e '/^#/d' -e 's|^|kernel/|' "$here/modules.txt" >"$out/wanted"
awk '
  NR == FNR { wanted[++count] = $0; next }
  { sub(":", "", $1)
    for (i = 1; i <= count; i++) if (index($1, wanted[i]) == 1) {
      if ($0 !~ /\/(net|sound|bluetooth|media|infiniband)\//) for (field = 1; field <= NF; field++) keep[$field]
      break
    } }
  END { for (path in keep) print path }
' "$out/wanted" "$modules/modules.dep" | sort >"$out/kept"
(cd "$modules" && find kernel -name '*.ko*' | sort | comm -23 - "$out/kept" | xargs rm)
find "$modules/kernel" -type d -empty -delete
if grep -E '/(net|sound|bluetooth|wireless|media|infiniband|nfc|firewire|thunderbolt)/' "$out/kept" >&2; then
  echo "These modules are kept, and must not be." >&2
  exit 1
fi
rm "$out/wanted" "$out/kept"
chroot "$root" depmod "$version"
echo COMPRESS=gzip >"$root/etc/initramfs-tools/conf.d/compress"
chroot "$root" update-initramfs -c -k "$version" >/dev/null
mv "$root/boot/vmlinuz-$version" "$out/vmlinuz"
mv "$root/boot/initrd.img-$version" "$out/initrd.img"

# The start programs are Debian's, signed where they are, and no part of the running system.
(cd "$out" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download -qq shim-signed grub-efi-amd64-signed grub-pc-bin grub-common)
for package in "$out"/*.deb; do
  dpkg-deb --field "$package" Package Version | sed 's/^[A-Za-z]*: //' | paste -sd ' ' >>"$out/start-packages"
  dpkg-deb --extract "$package" "$out/programs"
  rm "$package"
done
dpkg-query --admindir="$root/var/lib/dpkg" --show --showformat '${Package} ${Version}\n' | sort - "$out/start-packages" >"$out/packages.txt"

# What differs from build to build, what nobody needs, and every way to become root.
rm -rf "$root"/boot/* "$root"/var/log/* "$root"/var/cache/* "$root"/var/lib/apt/lists/* "$root"/tmp/* "$root"/var/tmp/* \
  "$root"/usr/share/info/* "$root/etc/resolv.conf" \
  "$root/etc/hostname" "$root/initrd.img" "$root/initrd.img.old" "$root/vmlinuz" "$root/vmlinuz.old"
: >"$root/etc/machine-id"
find "$root" -xdev -type f -perm /6000 -exec chmod a-s {} +
