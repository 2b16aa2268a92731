/** A script that uses every field there is. Readable; its files don't exist, so that it can't be planned. */
const digest = (digit: string) => `${digit}f`.repeat(32);
const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

export const FULL_SCRIPT = `ceremony: full-2026
title: A script with every field — für alle, עם כולם, とともに
profile: tuf
previous:
  root: { file: previous/1.root.json, sha256: ${digest("a")} }
  targets: { file: previous/1.targets.json, sha256: ${digest("b")} }
window:
  from: 2026-12-04T15:00:00Z
  to: 2026-12-04T23:00:00Z
people:
  - id: admin
    name: Margaret Hamilton
    duty: administrator
  - { id: ada, name: Ada Lovelace, duty: holder }
  - { id: grace, name: Grace Hopper, duty: holder }
  - { id: linus, name: Linus, duty: holder }
  - { id: zoe, name: "Zo\\u00eb \\"Z\\" 王", duty: holder }
  - { id: witness-1, name: Katherine Johnson, duty: witness, signs_with: ${SSH_KEY} w }
keys:
  root-ada:
    holder: ada
    scheme: ecdsa-sha2-nistp256
    store: hsm
    device: yubihsm2
    serial: "0013200461"
    spares: ["0013200462", "0013200463"]
    attestation: waived
  root-grace: { holder: grace, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }
  root-linus: { holder: linus, enrolled: { file: enrolment/linus.json, sha256: ${digest("c")} } }
  root-zoe: { holder: zoe, store: elsewhere, keyid: ${digest("d")} }
  old-admin: { holder: admin, store: file, scheme: ed25519, keyid: ${digest("e")} }
  targets-a: { scheme: ed25519, store: one-time }
  claims-a: { holder: ada, scheme: ed25519, store: file }
  old-bins: { scheme: ed25519, store: one-time, keyid: ${digest("1")} }
  online: { public: keys/online.pem, sha256: ${digest("f")}, scheme: rsassa-pss-sha256 }
roles:
  root: { keys: [root-ada, root-grace, root-linus, root-zoe], threshold: 3, expires: 2027-12-04T00:00:00Z }
  targets:
    keys: [targets-a]
    threshold: 1
    expires: 2027-12-04T00:00:00Z
    delegates: [claims, bins]
  claims:
    keys: [claims-a]
    threshold: 1
    expires: 2027-12-04T00:00:00Z
    paths: ["claims/*", "claims/*/*"]
    terminating: true
  bins:
    keys: [old-bins]
    threshold: 1
    hash_bins:
      count: 256
      name: bin
      keys: [online]
      threshold: 1
      succinct: true
  snapshot: { keys: [online], threshold: 1 }
  timestamp: { keys: [online], threshold: 1 }
agenda:
  - preflight
  - attendance
  - script
  - clock
  - beacon
  - follow
  - instruct: Hold the sealed bag up to the camera.
    record: [bag number, seal number]
  - generate: [root-ada, root-grace]
  - generate: [claims-a]
  - confirm: [online, root-linus]
  - lint
  - one-time
  - sign: { claims: [claims-a] }
  - sign: { root: [root-ada, root-grace, old-admin] }
  - verify
  - outputs
pins:
  kit: ${digest("2")}
  modules: { yubihsm2: ${digest("3")} }
follow: true
`;
