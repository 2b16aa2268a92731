/** The script of a ceremony in which much can go wrong and still end well: five root holders, three must sign, each on a device with a spare. */
export const HOLDERS = ["ada", "barbara", "grace", "frances", "radia"] as const;
export type Holder = (typeof HOLDERS)[number];

const NAMES: Readonly<Record<Holder, string>> = {
  ada: "Ada Lovelace",
  barbara: "Barbara Liskov",
  grace: "Grace Hopper",
  frances: "Frances Allen",
  radia: "Radia Perlman",
};

/** The serial numbers of a holder's device and of its spare. */
export function serialsOf(holder: Holder): readonly [string, string] {
  const number = HOLDERS.indexOf(holder) + 1;
  return [`00${number}0`, `00${number}1`];
}

const people = HOLDERS.map((id) => `  - { id: ${id}, name: ${NAMES[id]}, duty: holder }\n`).join("");

const keys = HOLDERS.map((id) => {
  const [serial, spare] = serialsOf(id);
  // Of two vendors, so that the devices of one can't reach the threshold alone.
  const device =
    id === "ada" || id === "grace" ? "luna7" : id === "radia" ? "smartcard-hsm" : "nitrokey-hsm2";
  return `  root-${id}:
    { holder: ${id}, scheme: ecdsa-sha2-nistp256, store: hsm, device: ${device}, serial: "${serial}", spares: ["${spare}"], attestation: waived }
`;
}).join("");

export const THREE_OF_FIVE = `ceremony: three-of-five
title: A root of five holders, of whom three must sign
profile: tuf
previous: none
window: { from: 2026-12-04T15:00:00Z, to: 2026-12-04T23:00:00Z }
people:
  - { id: admin, name: Margaret Hamilton, duty: administrator }
${people}  - id: witness-1
    name: Katherine Johnson
    duty: witness
    signs_with: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP/y20KnEzXa0pL+6CxImt2nPhIk29OipGf6WWjUMJYM
keys:
${keys}  targets-1: { scheme: ed25519, store: one-time }
  bins-1: { scheme: ed25519, store: one-time }
  online:
    public: keys/online.pem
    sha256: 719a99104b1f6bc5561ef17422e40f5607206d3d255f81bada53494f6aa50bf7
    scheme: ecdsa-sha2-nistp256
roles:
  root:
    keys: [root-ada, root-barbara, root-grace, root-frances, root-radia]
    threshold: 3
    expires: 2027-12-04T00:00:00Z
  targets: { keys: [targets-1], threshold: 1, expires: 2027-12-04T00:00:00Z, delegates: [bins] }
  bins:
    keys: [bins-1]
    threshold: 1
    expires: 2027-12-03T00:00:00Z
    hash_bins: { count: 16, name: bin, keys: [online], threshold: 1 }
  snapshot: { keys: [online], threshold: 1 }
  timestamp: { keys: [online], threshold: 1 }
`;
