/** The peer that asks tuf-js. ../README.md says what it is asked and how it answers. */
import { constants, createHash, sign as cryptoSign, generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";

// Never from the folders above this one, whose packages are not the peer's: run.sh names the folder.
const require = createRequire(resolve(process.env.PEER_CACHE, "package.json"));
const { canonicalize } = require("@tufjs/canonical-json");
const { Key, Metadata, MetadataKind, Root, Signature, Targets } = require("@tufjs/models");
const { Updater } = require("tuf-js");
const { TrustedMetadataStore } = require("tuf-js/dist/store.js");

/** What came is no request that README.md knows: a mistake in the test. */
class BadRequest extends Error {}

/** Asks the library: what it made of something, or in its words why it refused. Every exception is its refusal. */
function judge(ask) {
  try {
    return { value: ask() };
  } catch (error) {
    return { refusal: describe(error) };
  }
}

/** An exception and what caused it, each led by its type, in one line of at most 300 characters. */
function describe(error) {
  const causes = [];
  for (let cause = error; cause !== undefined; cause = cause?.cause) {
    causes.push(cause instanceof Error ? `${cause.constructor.name}: ${cause.message}` : String(cause));
  }
  return causes.join("; caused by ").replaceAll(/\s+/g, " ").slice(0, 300);
}

/** A verdict in the shape in which it is answered. */
function toStep({ refusal }) {
  return refusal === undefined ? { accepted: true } : { accepted: false, error: refusal };
}

function about() {
  const versions = ["tuf-js", "@tufjs/models", "@tufjs/canonical-json"].map((name) => [
    name,
    require(`${name}/package.json`).version,
  ]);
  return { name: "tuf-js", versions: Object.fromEntries(versions) };
}

function canonical(documents) {
  const encoded = documents.map((bytes) => judge(() => Buffer.from(canonicalize(parse(bytes)))));
  return { results: encoded.map(({ value }) => value?.toString("base64") ?? null) };
}

/** Parses JSON as tuf-js does everywhere. */
function parse(bytes) {
  return JSON.parse(bytes.toString("utf8"));
}

function chain(roots) {
  return { steps: walk(roots).map(toStep) };
}

/** Loads the first root as trusted and tries each next one as the successor of the last accepted one. */
function walk(roots) {
  const [bootstrap, ...successors] = roots;
  const first = judge(() => new TrustedMetadataStore(bootstrap));
  if (first.refusal !== undefined) {
    return roots.map(() => first);
  }
  return [first, ...successors.map((bytes) => judge(() => first.value.updateRoot(bytes)))];
}

function delegated(root, documents) {
  return { steps: descend(parseRoot(root), documents).map(toStep) };
}

function parseRoot(bytes) {
  return judge(() => Metadata.fromJSON(MetadataKind.Root, parse(bytes)));
}

/** Verifies each document by its delegator. Where the delegator is refused, so is the document, for that reason. */
function descend(root, documents) {
  const verdicts = new Map([["root", root]]);
  return documents.map((document) => {
    const delegator = verdicts.get(document.delegator);
    const verdict =
      delegator.refusal === undefined ? judge(() => load(document, delegator.value)) : delegator;
    verdicts.set(document.name, verdict);
    return verdict;
  });
}

/** Parses a document and verifies it by its delegator, as TrustedMetadataStore does. */
function load({ name, delegator, bytes }, trusted) {
  const isRoleOfRoot = delegator === "root" && Object.values(MetadataKind).includes(name);
  const metadata = Metadata.fromJSON(isRoleOfRoot ? name : MetadataKind.Targets, parse(bytes));
  trusted.verifyDelegate(name, metadata);
  return metadata;
}

/** Runs the complete client in a new folder. */
async function refresh(bootstrap, metadataUrl, targetsUrl, target) {
  const folder = await mkdtemp(join(tmpdir(), "tuf-peer-"));
  try {
    return { accepted: true, rootVersion: await update(folder, bootstrap, metadataUrl, targetsUrl, target) };
  } catch (error) {
    return toStep({ refusal: describe(error) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Refreshes, downloads the target if there is one, and returns the version of the root that is trusted then. */
async function update(folder, bootstrap, metadataBaseUrl, targetBaseUrl, target) {
  const rootFile = join(folder, "root.json");
  await writeFile(rootFile, bootstrap);
  const targetDir = join(folder, "targets");
  await mkdir(targetDir);
  const updater = new Updater({ metadataDir: folder, metadataBaseUrl, targetDir, targetBaseUrl });
  await updater.refresh();
  if (target !== null) {
    const found = await updater.getTargetInfo(target);
    if (found === undefined) {
      throw new Error(`getTargetInfo returned undefined for ${target}`);
    }
    await updater.downloadTarget(found);
  }
  return parse(await readFile(rootFile)).signed.version;
}

/** For each scheme its type of key, what generates a pair of keys, and how Node.js signs with it. */
const schemes = {
  ed25519: { keyType: "ed25519", pair: ["ed25519"], digest: null },
  "ecdsa-sha2-nistp256": { keyType: "ecdsa", pair: ["ec", { namedCurve: "P-256" }], digest: "sha256" },
  "ecdsa-sha2-nistp384": { keyType: "ecdsa", pair: ["ec", { namedCurve: "P-384" }], digest: "sha384" },
  "rsassa-pss-sha256": {
    keyType: "rsa",
    pair: ["rsa", { modulusLength: 3072 }],
    digest: "sha256",
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  },
};

const lifetime = 3 * 365 * 24 * 60 * 60 * 1000;

/** Makes a chain of two roots, the second one with one key replaced, and targets that it delegates to. */
function sign(scheme) {
  if (!Object.hasOwn(schemes, scheme)) {
    return { unsupported: `this peer generates no keys for ${scheme}` };
  }
  const [kept, removed, added, online] = Array.from({ length: 4 }, () => newSigner(scheme));
  const expires = new Date(Date.now() + lifetime).toISOString().replace(/\.\d+/, "");
  const first = newRoot(1, expires, [kept, removed], online);
  const second = newRoot(2, expires, [kept, added], online);
  return {
    roots: [write(first, [kept, removed]), write(second, [kept, removed, added])],
    targets: write(new Targets({ version: 1, expires }), [online]),
  };
}

/** A fresh key as tuf-js describes it, and a function that signs with it. */
function newSigner(scheme) {
  const { keyType, pair, digest, padding } = schemes[scheme];
  const { publicKey, privateKey } = generateKeyPairSync(...pair);
  const keyVal = {
    public:
      keyType === "ed25519"
        ? Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url").toString("hex")
        : publicKey.export({ type: "spki", format: "pem" }),
  };
  const described = new Key({ keyID: "", keyType, scheme, keyVal }).toJSON();
  const keyID = createHash("sha256").update(canonicalize(described)).digest("hex");
  return {
    key: Key.fromJSON(keyID, described),
    sign: (bytes) => {
      const sig = cryptoSign(digest, bytes, { key: privateKey, ...padding }).toString("hex");
      return new Signature({ keyID, sig });
    },
  };
}

/** A root that all of these signers must sign, with one other key for the other roles. */
function newRoot(version, expires, signers, online) {
  const root = new Root({ version, expires });
  for (const { key } of signers) {
    root.addKey(key, MetadataKind.Root);
  }
  root.roles.root.threshold = signers.length;
  for (const role of [MetadataKind.Timestamp, MetadataKind.Snapshot, MetadataKind.Targets]) {
    root.addKey(online.key, role);
  }
  return root;
}

/** Signs and serializes a document. */
function write(signed, signers) {
  const metadata = new Metadata(signed);
  for (const signer of signers) {
    metadata.sign(signer.sign);
  }
  return Buffer.from(JSON.stringify(metadata.toJSON())).toString("base64");
}

function benchChain(roots, rounds) {
  return measure(() => walk(roots), rounds);
}

function benchDelegated(root, documents, rounds) {
  const trusted = parseRoot(root);
  return measure(() => descend(trusted, documents), rounds);
}

/** Repeats something and takes each time, provided that all of it is accepted. */
function measure(verify, rounds) {
  const milliseconds = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const verdicts = verify();
    milliseconds.push(performance.now() - start);
    const error = firstRefusal(verdicts);
    if (error !== undefined) {
      return { error };
    }
  }
  return { milliseconds };
}

/** The reason why not all of it was accepted. */
function firstRefusal(verdicts) {
  return verdicts.find(({ refusal }) => refusal !== undefined)?.refusal;
}

/** Throws what is wrong with a member of a request. */
function insist(condition, complaint) {
  if (!condition) {
    throw new BadRequest(complaint);
  }
}

function readText(value) {
  insist(typeof value === "string", "a string is expected");
  return value;
}

function readTextOrNull(value) {
  return value === null ? null : readText(value);
}

function readBytes(value) {
  const bytes = Buffer.from(readText(value), "base64");
  insist(bytes.toString("base64") === value, "base64 is expected");
  return bytes;
}

function readDocuments(value) {
  insist(Array.isArray(value), "an array is expected");
  return value.map(readBytes);
}

/** A chain is never empty. */
function readRoots(value) {
  const roots = readDocuments(value);
  insist(roots.length > 0, "a chain has one root at least");
  return roots;
}

/** Documents that come after their delegators. */
function readDelegated(value) {
  insist(Array.isArray(value), "an array is expected");
  const known = new Set(["root"]);
  return value.map((item) => {
    const name = readText(item?.name);
    const delegator = readText(item.delegator);
    insist(known.has(delegator), `${name} comes before its delegator ${delegator}`);
    known.add(name);
    return { name, delegator, bytes: readBytes(item.bytes) };
  });
}

/** The address of a server on this machine. */
function readLoopbackUrl(value) {
  const isLoopback = /^http:\/\/127\.0\.0\.1:\d+\/\S*$/.test(readText(value));
  insist(isLoopback, `${value} is no http address of 127.0.0.1`);
  return value;
}

function readRounds(value) {
  insist(Number.isInteger(value) && value > 0, "a number of rounds is expected");
  return value;
}

/** Each operation by its name, and readers for its members in the order of its parameters. */
const operations = new Map([
  ["about", [about, {}]],
  ["canonical", [canonical, { documents: readDocuments }]],
  ["chain", [chain, { roots: readRoots }]],
  ["delegated", [delegated, { root: readBytes, documents: readDelegated }]],
  [
    "refresh",
    [
      refresh,
      {
        bootstrap: readBytes,
        metadataUrl: readLoopbackUrl,
        targetsUrl: readLoopbackUrl,
        target: readTextOrNull,
      },
    ],
  ],
  ["sign", [sign, { scheme: readText }]],
  ["bench-chain", [benchChain, { roots: readRoots, rounds: readRounds }]],
  ["bench-delegated", [benchDelegated, { root: readBytes, documents: readDelegated, rounds: readRounds }]],
]);

/** Reads a request and has it carried out. */
function answer(line) {
  const { value: request, refusal } = judge(() => JSON.parse(line));
  insist(refusal === undefined, refusal);
  const [operation, readers] = operations.get(request?.op) ?? [];
  insist(operation !== undefined, `no operation: ${line.slice(0, 100)}`);
  return operation(...Object.entries(readers).map(([member, read]) => read(request[member])));
}

/** The lines of a stream of text; node:readline would also split at U+2028. */
async function* linesOf(stream) {
  let pieces = [];
  for await (const text of stream) {
    const [end, ...others] = text.split("\n");
    pieces.push(end);
    for (const beginning of others) {
      yield pieces.join("");
      pieces = [beginning];
    }
  }
  const last = pieces.join("");
  if (last !== "") {
    yield last;
  }
}

/** Answers each line of standard input by one of standard output. */
async function serve() {
  for await (const line of linesOf(process.stdin.setEncoding("utf8"))) {
    const text = `${JSON.stringify(await answer(line))}\n`;
    await new Promise((resolve) => process.stdout.write(text, resolve));
  }
  return 0;
}

/** Verifies a chain of files. */
async function verify(names) {
  const roots = [];
  for (const name of names) {
    roots.push(
      await readFile(name).catch((error) => {
        throw new BadRequest(describe(error));
      }),
    );
  }
  const refusal = firstRefusal(walk(roots));
  if (refusal !== undefined) {
    console.error(refusal);
  }
  return refusal === undefined ? 0 : 1;
}

/** Is a server, or a command where there are arguments. */
async function main([command, ...names]) {
  try {
    if (command === undefined) {
      return await serve();
    }
    insist(command === "verify" && names.length > 0, "the command is: verify FILE...");
    return await verify(names);
  } catch (error) {
    if (error instanceof BadRequest) {
      console.error(`peer.mjs: ${error.message}`);
      return 2;
    }
    throw error;
  }
}

// Downloads that tuf-js has given up stay open: they would keep the process alive.
process.exit(await main(process.argv.slice(2)));
