import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { judgeOwnRoot } from "../../src/exchange/judge-by-root.ts";
import { type Anchors, judgeRequest } from "../../src/exchange/judge-request.ts";
import { MAX_REQUEST_BYTES, readRequest } from "../../src/exchange/read-request.ts";
import { forbidsSigning, REQUEST_RULES } from "../../src/exchange/request-rules.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot } from "../../src/tuf/compose.ts";
import { parseJson } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { type RootDocument, readDocument } from "../../src/tuf/metadata.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import { isUtcSecond, type PublicKey, type UtcSecond } from "../../src/tuf/types.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { goodRequest, makeExample, otherKey } from "./plans.ts";

const AT = utc("2026-12-05T00:00:00Z");
const example = makeExample();
const byScript: Anchors = { plan: example.plan, root: null };

/** JSON as the tests edit it. */
type Json = { [member: string]: unknown };
type Edit = (request: Json & { signed: Signed; publicKey: Json }) => void;
interface Signed extends Json {
  keys: Record<string, Json>;
  roles: Record<string, { keyids: string[]; threshold: number }>;
}

/** Rules that forbid to sign, each once, in the order in which they were found. */
function errorsOf(bytes: Uint8Array, anchors: Anchors): readonly string[] {
  const { request, findings } = readRequest(bytes);
  const judged = request === null ? [] : judgeRequest(request, anchors, AT);
  const errors = [...findings, ...judged].filter(({ severity }) => severity === "error");
  assert.equal(forbidsSigning([...findings, ...judged]), errors.length > 0);
  for (const { expected, found, remedy } of errors) {
    assert.ok(expected !== "" && found !== "" && remedy !== "");
    assert.match(`${expected}${found}${remedy}`, /^\P{C}*$/u, "other people's text is quoted");
  }
  return [...new Set(errors.map(({ rule }) => rule))];
}

/** Whoever alters a document also corrects the digest beside it, if they have any sense. */
function edited(bytes: Uint8Array, edit: Edit, { corrected = true } = {}): Uint8Array {
  const request = JSON.parse(new TextDecoder().decode(bytes));
  edit(request);
  if (corrected) {
    const signed = parseJson(new TextEncoder().encode(JSON.stringify(request.signed)));
    request.sha256 = createHash("sha256").update(canonicalBytes(signed)).digest("hex");
  }
  return new TextEncoder().encode(JSON.stringify(request));
}

function keyidOf(key: PublicKey): string {
  return keyIdOf(keyObject(key));
}

function wire({ keytype, scheme, public: encoded }: PublicKey): Json {
  return { keytype, scheme, keyval: { public: encoded } };
}

function known(name: string): PublicKey {
  const key = example.keys.get(name);
  assert.ok(key !== undefined);
  return key;
}

/** Puts another key in the place of one, everywhere in the document. */
function replaceKey(signed: Signed, name: string, by: PublicKey): void {
  const old = keyidOf(known(name));
  delete signed.keys[old];
  signed.keys[keyidOf(by)] = wire(by);
  for (const role of Object.values(signed.roles)) {
    role.keyids = role.keyids.map((keyid) => (keyid === old ? keyidOf(by) : keyid));
  }
}

function roleOf(signed: Signed, name: string): { keyids: string[]; threshold: number } {
  const role = signed.roles[name];
  assert.ok(role !== undefined);
  return role;
}

const good = goodRequest(example);

test("a request that the script makes is good", () => {
  assert.deepEqual(errorsOf(good, byScript), []);
});

test("a rehearsal's request is refused: no key of a holder elsewhere signs in a rehearsal", () => {
  const rehearsal = goodRequest(example, "root", true);
  assert.deepEqual(errorsOf(rehearsal, byScript), ["request/document", "anchor/content"]);
});

const mutations: readonly (readonly [name: string, rules: readonly string[], edit: Edit])[] = [
  ["another type of file", ["request/type"], (request) => (request["type"] = "tuf-ceremony signature v1")],
  [
    "a later version of the format",
    ["request/type"],
    (request) => (request["type"] = "tuf-ceremony signing request v2"),
  ],
  ["no type", ["request/type"], (request) => delete request["type"]],
  ["no holder", ["request/members"], (request) => delete request["holder"]],
  ["a root that comes along", ["request/members"], (request) => (request["root"] = {})],
  ["an escape sequence as a member", ["request/members"], (request) => (request["\u001b[2J"] = 1)],
  ["an escape sequence in a name", ["request/form"], (request) => (request["key"] = "root-linus\u001b[2J")],
  ["a bidirectional control in a name", ["request/form"], (request) => (request["holder"] = "linus\u202e")],
  ["a path as a role", ["request/form"], (request) => (request["role"] = "../root")],
  ["a name of 200 characters", ["request/form"], (request) => (request["holder"] = "l".repeat(200))],
  ["a number as a name", ["request/form"], (request) => (request["ceremony"] = 1)],
  [
    "an upper-case digest of the script",
    ["request/form"],
    (request) => (request["script"] = "AB".repeat(32)),
  ],
  ["a document that is none", ["request/form"], (request) => ((request as Json)["signed"] = "root")],
  ["another ceremony", ["anchor/ceremony"], (request) => (request["ceremony"] = "example-2027-root")],
  ["another script", ["anchor/script"], (request) => (request["script"] = "ab".repeat(32))],
  ["a document the script doesn't make", ["anchor/document"], (request) => (request["role"] = "mirrors")],
  [
    "root under the name of targets",
    ["anchor/signer", "anchor/document"],
    (request) => (request["role"] = "targets"),
  ],
  ["the name of a key in the room", ["anchor/signer"], (request) => (request["key"] = "root-ada")],
  ["the name of no key", ["anchor/signer"], (request) => (request["key"] = "root-nobody")],
  ["somebody else's name", ["anchor/signer"], (request) => (request["holder"] = "ada")],
  [
    "a key object with a comment",
    ["request/key"],
    (request) => (request.publicKey["comment"] = "\u001b]0;evil\u0007"),
  ],
  ["a keyid that is another hash", ["request/key"], (request) => (request["keyid"] = "cd".repeat(32))],
  [
    "another key of this name",
    ["anchor/own-key", "request/signer"],
    (request) => {
      const other = otherKey("ed25519");
      request.publicKey = wire(other);
      request["keyid"] = keyidOf(other);
    },
  ],
  [
    "the key of somebody else in the role",
    ["anchor/own-key", "request/signer"],
    (request) => {
      request.publicKey = wire(known("root-ada"));
      request["keyid"] = keyidOf(known("root-ada"));
    },
  ],
  ["version 2", ["anchor/version"], ({ signed }) => (signed["version"] = 2)],
  ["version 0", ["request/document", "anchor/version"], ({ signed }) => (signed["version"] = 0)],
  ["a later expiry", ["anchor/expires"], ({ signed }) => (signed["expires"] = "2037-12-04T00:00:00Z")],
  [
    "an expiry that has passed",
    ["request/expired", "anchor/expires"],
    ({ signed }) => (signed["expires"] = "2026-12-04T00:00:00Z"),
  ],
  ["no expiry", ["request/document", "anchor/expires"], ({ signed }) => delete signed["expires"]],
  ["another specification", ["anchor/content"], ({ signed }) => (signed["spec_version"] = "1.0.30")],
  [
    "no consistent snapshot",
    ["request/document", "anchor/content"],
    ({ signed }) => (signed["consistent_snapshot"] = false),
  ],
  [
    "an extra field",
    ["request/document", "anchor/content"],
    ({ signed }) => (signed["comment"] = "\u202egood"),
  ],
  ["an unknown type of document", ["request/document"], ({ signed }) => (signed["_type"] = "Root")],
  [
    "a type of rehearsals",
    ["request/document", "anchor/content"],
    ({ signed }) => (signed["_type"] = "rehearsal-root"),
  ],
  [
    "a root threshold of 1",
    ["request/document", "anchor/threshold"],
    ({ signed }) => (roleOf(signed, "root").threshold = 1),
  ],
  [
    "a root threshold of 3",
    ["request/document", "anchor/threshold"],
    ({ signed }) => (roleOf(signed, "root").threshold = 3),
  ],
  [
    "one root key more",
    ["anchor/key-count"],
    ({ signed }) => {
      const more = otherKey("ed25519");
      signed.keys[keyidOf(more)] = wire(more);
      roleOf(signed, "root").keyids.push(keyidOf(more));
    },
  ],
  [
    "one root key less",
    ["request/document", "anchor/key-count"],
    ({ signed }) => {
      const gone = roleOf(signed, "root").keyids.pop();
      delete signed.keys[gone ?? ""];
    },
  ],
  [
    "one signer twice",
    ["request/document", "anchor/key-count"],
    ({ signed }) => roleOf(signed, "root").keyids.push(keyidOf(known("root-linus"))),
  ],
  [
    "the holder's own key replaced",
    ["anchor/known-key"],
    ({ signed }) => replaceKey(signed, "root-linus", otherKey("ed25519")),
  ],
  [
    "the online key replaced",
    ["anchor/known-key"],
    ({ signed }) => replaceKey(signed, "online", otherKey("ecdsa-sha2-nistp256")),
  ],
  [
    "the online key replaced for timestamp alone",
    ["anchor/known-key"],
    ({ signed }) => {
      const other = otherKey("ecdsa-sha2-nistp256");
      signed.keys[keyidOf(other)] = wire(other);
      roleOf(signed, "timestamp").keyids = [keyidOf(other)];
    },
  ],
  [
    "a new key of another scheme",
    ["anchor/new-key"],
    ({ signed }) => replaceKey(signed, "root-ada", otherKey("ecdsa-sha2-nistp256")),
  ],
  [
    "the online key in the place of a new one",
    ["anchor/new-key"],
    ({ signed }) => replaceKey(signed, "root-grace", known("online")),
  ],
  [
    "one new key in two places",
    ["anchor/new-key"],
    ({ signed }) => replaceKey(signed, "targets-1", known("root-ada")),
  ],
  [
    "no key object for a new key",
    ["request/document", "anchor/new-key"],
    ({ signed }) => delete signed.keys[keyidOf(known("root-ada"))],
  ],
  [
    "a comment in a new key",
    ["request/document", "anchor/new-key"],
    ({ signed }) => {
      const key = signed.keys[keyidOf(known("root-ada"))];
      if (key !== undefined) key["comment"] = "good";
    },
  ],
  [
    "a key that no role uses",
    ["request/document", "anchor/content"],
    ({ signed }) => {
      const more = otherKey("ed25519");
      signed.keys[keyidOf(more)] = wire(more);
    },
  ],
  [
    "no role timestamp",
    ["request/document", "anchor/role"],
    ({ signed }) => delete signed.roles["timestamp"],
  ],
  [
    "roles in another order of keys",
    ["anchor/new-key", "anchor/known-key"],
    ({ signed }) => roleOf(signed, "root").keyids.reverse(),
  ],
];

for (const [name, rules, edit] of mutations) {
  test(`refused: ${name}`, () => assert.deepEqual(errorsOf(edited(good, edit), byScript), rules));
}

test("every field of the document is covered by its digest", () => {
  const bytes = edited(good, ({ signed }) => (signed["version"] = 2), { corrected: false });
  assert.deepEqual(errorsOf(bytes, byScript), ["request/digest", "anchor/version"]);
});

test("everything that is wrong is said at once", () => {
  const bytes = edited(good, (request) => {
    request["ceremony"] = "other";
    request["holder"] = "ada";
    request["keyid"] = "cd".repeat(32);
    request.signed["version"] = 7;
    roleOf(request.signed, "targets").threshold = 2;
  });
  assert.deepEqual(errorsOf(bytes, byScript), [
    "request/key",
    "request/document",
    "anchor/ceremony",
    "anchor/signer",
    "anchor/version",
    "anchor/threshold",
  ]);
});

const others: readonly (readonly [string, (script: string) => string, readonly string[]])[] = [
  ["a comment", (script) => `${script}# agreed\n`, ["anchor/script"]],
  [
    "another date",
    (script) => script.replace("threshold: 2, expires: 2027-12-04", "threshold: 2, expires: 2027-11-04"),
    ["anchor/script"],
  ],
  [
    "another holder's key in root",
    (script) =>
      script
        .replace(
          "  targets-1:",
          "  root-extra: { holder: admin, scheme: ed25519, store: file }\n  targets-1:",
        )
        .replace("root-grace, root-linus]", "root-grace, root-extra, root-linus]"),
    ["anchor/script"],
  ],
];
for (const [name, edit, rules] of others) {
  test(`a request from a script that differs by ${name} is refused`, () => {
    assert.deepEqual(errorsOf(goodRequest(makeExample(edit)), byScript), rules);
  });
}

const withBins = makeExample((script) =>
  script.replace("keys: [bins-1]\n    threshold: 1", "keys: [bins-1, root-linus]\n    threshold: 2"),
);
const binsAnchor: Anchors = { plan: withBins.plan, root: null };
const bins = goodRequest(withBins, "bins");
interface Bin {
  keyids: string[];
  name: string;
}
interface Delegations {
  keys: Record<string, Json>;
  roles: Bin[];
}
const binMutations: readonly (readonly [string, readonly string[], (delegations: Delegations) => void])[] = [
  [
    "one bin renamed",
    ["anchor/content"],
    ({ roles }) => roles.splice(3, 1, { ...roles[3], name: "evil" } as Bin),
  ],
  ["one bin less", ["request/document", "anchor/content"], ({ roles }) => roles.pop()],
  [
    "another key for one bin",
    ["anchor/content"],
    ({ keys, roles }) => {
      const other = otherKey("ed25519");
      keys[keyidOf(other)] = wire(other);
      if (roles[9]) roles[9].keyids = [keyidOf(other)];
    },
  ],
  [
    "another key for all bins",
    ["anchor/known-key"],
    ({ keys, roles }) => {
      const other = otherKey("ed25519");
      for (const keyid of Object.keys(keys)) delete keys[keyid];
      keys[keyidOf(other)] = wire(other);
      for (const role of roles) role.keyids = [keyidOf(other)];
    },
  ],
];

test("a request for bins that the script makes is good", () =>
  assert.deepEqual(errorsOf(bins, binsAnchor), []));
for (const [name, rules, edit] of binMutations) {
  test(`refused in bins: ${name}`, () => {
    const bytes = edited(bins, ({ signed }) => edit((signed as Json)["delegations"] as Delegations));
    assert.deepEqual(errorsOf(bytes, binsAnchor), rules);
  });
}

/** A root by these keys, signed by those. */
function signedRoot(version: number, holders: readonly ReturnType<typeof makeTestKey>[], online: PublicKey) {
  const role = (keys: readonly PublicKey[], threshold: number) => ({
    keyids: keys.map((key) => keyIdOf(keyObject(key))),
    threshold,
  });
  const keys = holders.map(({ publicKey }) => publicKey);
  const signed = composeRoot({
    version,
    expires: utc("2026-12-31T00:00:00Z"),
    rehearsal: false,
    keys: [...keys, online],
    roles: {
      root: role(keys, 2),
      targets: role([online], 1),
      snapshot: role([online], 1),
      timestamp: role([online], 1),
    },
  });
  const payload = canonicalBytes(signed);
  const signatures = holders.map((key) => ({
    keyid: keyIdOf(keyObject(key.publicKey)),
    sig: key.sign(payload),
  }));
  return { signed, signatures };
}

const trio = [example.linus, makeTestKey("ed25519"), makeTestKey("ed25519")];
const rootZero = signedRoot(1, trio, known("online"));
const trusted = ownRoot(rootZero);

function ownRoot({ signed, signatures }: ReturnType<typeof signedRoot>): RootDocument {
  const { root } = judgeOwnRoot(readDocument(serializeDocument(signed, signatures, "indented")));
  assert.ok(root !== null);
  return root;
}

const successor = edited(good, ({ signed }) => (signed["version"] = 2));
const byRoot: Anchors = { plan: null, root: trusted };

test("the successor of the holder's own root is good", () =>
  assert.deepEqual(errorsOf(successor, byRoot), []));

test("a holder who leaves may sign the root that ends their duty", () => {
  const leaving = edited(successor, ({ signed }) => replaceKey(signed, "root-linus", otherKey("ed25519")));
  assert.deepEqual(errorsOf(leaving, byRoot), []);
});

test("against another root, the same request is refused", () => {
  const stranger = ownRoot(
    signedRoot(4, [makeTestKey("ed25519"), makeTestKey("ed25519"), makeTestKey("ed25519")], known("online")),
  );
  assert.deepEqual(errorsOf(successor, { plan: null, root: stranger }), ["root/version"]);
  const unrelated = edited(successor, ({ signed }) => replaceKey(signed, "root-linus", otherKey("ed25519")));
  assert.deepEqual(errorsOf(unrelated, { plan: null, root: stranger }), ["root/version", "request/signer"]);
});

test("a root that is merely old is to be brought up to date, and nobody is accused", () => {
  const remedies = [1, 3].map((version) => {
    const { request } = readRequest(edited(good, ({ signed }) => (signed["version"] = version)));
    assert.ok(request !== null);
    return judgeRequest(request, byRoot, AT).find(({ rule }) => rule === "root/version")?.remedy ?? "";
  });
  assert.match(remedies[0] ?? "", /tell the other holders: somebody asks/);
  assert.match(remedies[1] ?? "", /^Your root is probably old: .*verify --from/);
});

for (const version of [1, 3]) {
  test(`version ${version} is no successor of version 1`, () => {
    const bytes = edited(good, ({ signed }) => (signed["version"] = version));
    assert.deepEqual(errorsOf(bytes, byRoot), ["root/version"]);
  });
}

test("nothing but a root can be judged by a root alone", () => {
  assert.deepEqual(errorsOf(bins, byRoot), ["root/type"]);
});

test("with script and root, both are asked", () => {
  assert.deepEqual(errorsOf(good, { plan: example.plan, root: trusted }), ["root/version"]);
});

const badRoots: readonly (readonly [string, Uint8Array])[] = [
  [
    "without enough signatures",
    serializeDocument(rootZero.signed, rootZero.signatures.slice(0, 1), "indented"),
  ],
  [
    "with one signer's signature twice",
    serializeDocument(
      rootZero.signed,
      [0, 0].flatMap((index) => rootZero.signatures[index] ?? []),
      "indented",
    ),
  ],
  ["that is no metadata", new TextEncoder().encode("{}")],
  ["that is no JSON", new TextEncoder().encode("root")],
];
for (const [name, bytes] of badRoots) {
  test(`an own root ${name} is no anchor`, () => {
    const { root, findings } = judgeOwnRoot(readDocument(bytes));
    assert.equal(root, null);
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ["root/own"]);
  });
}

const malformed: readonly (readonly [string, Uint8Array])[] = [
  ["nothing", new Uint8Array()],
  ["no JSON", new TextEncoder().encode("\u001b[2J")],
  ["a list", new TextEncoder().encode("[]")],
  ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d)],
  ["a member twice", new TextEncoder().encode('{"type":"a","type":"b"}')],
  ["a float", new TextEncoder().encode('{"type":1.5}')],
  ["more than 16 MiB", new Uint8Array(MAX_REQUEST_BYTES + 1).fill(0x20)],
  ["too deep a list", new TextEncoder().encode(`{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`)],
];
for (const [name, bytes] of malformed) {
  test(`${name} is no request`, () => assert.deepEqual(errorsOf(bytes, byScript), ["request/file"]));
}

test("no byte of a request can be changed unnoticed, or by making the tool fail", () => {
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      const same = readRequest(bytes).request;
      // White space between the members means nothing.
      if (same !== null && isSameRequest(bytes)) return;
      assert.notDeepEqual(errorsOf(bytes, byScript), []);
    }),
    { numRuns: 300 },
  );
});

function isSameRequest(bytes: Uint8Array): boolean {
  const text = (given: Uint8Array) => JSON.stringify(JSON.parse(new TextDecoder().decode(given)));
  return text(bytes) === text(good);
}

test("rules have ids of their own", () => {
  const ids = REQUEST_RULES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

function utc(text: string): UtcSecond {
  assert.ok(isUtcSecond(text));
  return text;
}
