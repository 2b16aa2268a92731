/** `tuf-ceremony enrol`: a holder elsewhere makes or picks a key and proves that they have it. */
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { isName } from "../ceremony/script-fields.ts";
import { type Enrolled, type EnrolmentOrder, type EnrolmentPlace, enrolKey } from "../exchange/enrol-key.ts";
import { HolderTerminal } from "../exchange/holder-terminal.ts";
import { hang } from "../report/lines.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import { digestLines } from "../terminal/panel.ts";
import { pgpWords } from "../terminal/words.ts";
import { isSha256Hex, SCHEMES, type Sha256Hex } from "../tuf/types.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { findHolderToken } from "./holder-token.ts";
import { quotedOption, wrongOption } from "./options.ts";

interface Options {
  readonly ceremony: string;
  readonly key: string;
  readonly holder: string;
  readonly scheme: string;
  readonly out: string;
  readonly media?: readonly string[];
  readonly existing?: string;
  readonly token?: string;
  readonly machine?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .requiredOption("--ceremony <id>", "the ceremony's name, as its script will have it")
    .requiredOption("--key <name>", "the key's name in the script")
    .requiredOption("--holder <id>", "your id in the script")
    .requiredOption("--scheme <scheme>", SCHEMES.join(", "))
    .requiredOption("--out <file>", "the enrolment file to write")
    .option("--media <folder>", "twice: folders on two media of yours, for the age file", collect)
    .option("--existing <file>", "instead: an age file that you have already, no new key")
    .option("--token <uri>", "instead: a PKCS#11 token, by its URI (tuf-ceremony token list)")
    .option("--machine <file>", "with --token: the machine file that has its module")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony enrol --ceremony pypi-2026-root --key root-linus --holder linus \\
      --scheme ed25519 --media /media/linus-1 --media /media/linus-2 --out linus.json
  $ tuf-ceremony enrol --ceremony pypi-2026-root --key root-linus --holder linus \\
      --scheme ecdsa-sha2-nistp256 --token "pkcs11:serial=0013200461" --machine machine.yaml --out linus.json

Exit status: 0 enrolled; 1 refused, also where the file is there already; 2 command line; 3 device, medium or folder; 4 you left.`),
    )
    .action(async (options: Options) => {
      const order = await readOrder(options);
      const terminal = new HolderTerminal(`Enrolling for ${order.ceremony}`, order.holder, context.json);
      try {
        finishEnrolled(order, await enrolKey(order, terminal), context);
      } finally {
        terminal.close();
      }
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function readOrder(options: Options): Promise<EnrolmentOrder> {
  const { ceremony, key, holder, scheme, out } = options;
  for (const [option, value] of [
    ["--ceremony", ceremony],
    ["--key", key],
    ["--holder", holder],
  ] as const) {
    if (!isName(value))
      throw quotedOption(`${option}: 1 to 64 lower-case letters, digits and hyphens`, value);
  }
  const known = SCHEMES.find((name) => name === scheme);
  if (known === undefined) throw quotedOption(`--scheme: ${SCHEMES.join(", ")}`, scheme);
  return { ceremony, key, holder, scheme: known, place: await readPlace(options), out: resolve(out) };
}

async function readPlace({ media = [], existing, token, machine }: Options): Promise<EnrolmentPlace> {
  const places = [media.length > 0, existing !== undefined, token !== undefined].filter(Boolean);
  if (places.length > 1) throw wrongOption("one of --media (twice), --existing and --token", "several");
  if (existing !== undefined) return { kind: "existing", path: existing };
  if (token !== undefined) return { kind: "token", token: (await findHolderToken(token, machine)).token };
  const [first, second] = media;
  if (first !== undefined && second !== undefined && media.length === 2) {
    return { kind: "media", media: [first, second] };
  }
  throw wrongOption("--media twice: folders on two media of yours", `${media.length} of them`);
}

function finishEnrolled(
  order: EnrolmentOrder,
  { path, sha256, keyid, attributes }: Enrolled,
  context: CliContext,
): void {
  const { key, holder } = order;
  const yaml = [
    `  ${key}:`,
    `    holder: ${holder}`,
    "    enrolled:",
    `      file: enrolment/${yamlName(path)}`,
    `      sha256: ${sha256}`,
  ];
  const onOneDevice = attributes["sameDevice"] === true;
  const lines = [
    `Enrolled ${key}.`,
    "",
    ...hang("  file  ", escapeForTerminal(path)),
    `  keyid ${keyid}`,
    "",
    "Read both of these to the administrator over the phone, who writes them down.",
    "",
    "The file's SHA-256, which the script pins:",
    ...digestLines(sha256),
    "",
    "The key's keyid, whose words are typed in the ceremony:",
    ...digestLines(asDigest(keyid)),
    "",
    "For the script, under `keys:`, with the file beside it:",
    ...yaml,
    "",
    ...(onOneDevice
      ? hang("", "WARNING: both copies lie on one medium. Copy one of them to another medium now.")
      : []),
    ...hang("", "Send the enrolment file; it holds nothing secret. The key itself never leaves you."),
    "",
  ];
  const document = {
    ...order,
    place: order.place.kind,
    out: path,
    sha256,
    words: pgpWords(sha256),
    keyid,
    keyidWords: pgpWords(asDigest(keyid)),
    attributes,
  };
  context.finish({ exit: "done", text: lines.join("\n"), document });
}

function asDigest(keyid: string): Sha256Hex {
  if (!isSha256Hex(keyid)) throw new TypeError("a keyid that we make is a SHA-256");
  return keyid;
}

/** A name that needs no quotes in YAML; any other is the holder's to adapt. */
function yamlName(path: string): string {
  const name = basename(path);
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : "FILE.json";
}
