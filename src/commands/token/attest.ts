/** `tuf-ceremony token attest`: what a device and its maker say of a key, judged outside of a ceremony. */
import type { Command } from "commander";
import { SHIPPED_ROOTS } from "../../ceremony/attestation/roots.ts";
import { type AttestationRequirement, PIN_POLICIES, TOUCH_POLICIES } from "../../ceremony/script.ts";
import { systemClock } from "../../live/performer.ts";
import { tellParts } from "../../report/attestation-text.ts";
import { isUtcSecond, type UtcSecond } from "../../tuf/types.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { quotedOption, requireOption } from "../options.ts";
import { readDigest } from "../read-digest.ts";

interface Options {
  readonly verify: readonly string[];
  readonly device: string;
  readonly serial: string;
  readonly key: string;
  readonly root?: readonly string[];
  readonly firmware?: string;
  readonly domains?: string;
  readonly pin?: string;
  readonly touch?: string;
  readonly at?: string;
}

const again = (value: string, before: readonly string[] = []) => [...before, value];

export function define(command: Command, context: CliContext): void {
  const roots = SHIPPED_ROOTS.map(({ name, sha256, devices }) => `  ${sha256}\n    ${name}: ${devices}`);
  command
    .requiredOption("--verify <files...>", "certificates: of the key, of its device, of their authorities")
    .requiredOption("--key <file>", "the public key, in PEM")
    .requiredOption("--device <name>", "yubihsm2 or yubikey")
    .requiredOption("--serial <number>", "as printed on the device")
    .option("--root <sha256>", "a maker's root that is trusted; again for each further one", again)
    .option(
      "--firmware <version>",
      "the oldest that will do, as 5.7.0 (without it: the oldest without a known flaw)",
    )
    .option("--domains <numbers>", "YubiHSM: exactly these, as 1,3")
    .option("--pin <policy>", `YubiKey: at least ${PIN_POLICIES.join(", ")}`)
    .option("--touch <policy>", `YubiKey: at least ${TOUCH_POLICIES.join(", ")}`)
    .option("--at <time>", "the time at which the certificates must be valid, as 2026-12-04T15:00:00Z (now)")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony token attest --verify key.pem device.pem --key root-ada.pem --device yubihsm2 --serial 0013200461 \\
      --root 094a3ac493c2bdcd65a54bdf40190f52bb03f7156397a3fc69d8aa9a392fb724

Every part is shown with its evidence; all must hold. The files can come in any order. These roots come with this program,
and are trusted only where you name them:
${roots.join("\n")}`),
    )
    .action(async (options: Options) => {
      const { judgeCertificateFiles } = await import("../../tokens/judge-certificates.ts");
      const { verify, key, device, serial } = options;
      const judgement = judgeCertificateFiles({
        certificates: verify,
        keyFile: key,
        device,
        serial,
        requirement: requirementOf(options),
        at: timeOf(options.at),
      });
      const { holds, parts, chain } = judgement;
      const verdict = holds ? "Every part holds." : "NOT ATTESTED: not every part holds.";
      context.finish({
        exit: holds ? "done" : "refused",
        text: `${[...tellParts(parts), "", verdict].join("\n")}\n`,
        document: { holds, parts, chain: chain.map(({ subject, sha256 }) => ({ subject, sha256 })) },
      });
    });
}

function requirementOf({ root, firmware, domains, pin, touch }: Options): AttestationRequirement {
  requireOption(
    "--root",
    root?.[0],
    "the SHA-256 of a maker's root that you trust (those of this program: --help)",
  );
  return {
    roots: (root ?? []).map((text) => readDigest("--root", text)),
    firmware: firmware === undefined ? null : checked(firmware, isVersion, "--firmware: as 5.7.0"),
    domains: domains === undefined ? null : domains.split(",").map(domainOf),
    pin: pin === undefined ? null : wordOf("--pin", pin, PIN_POLICIES),
    touch: touch === undefined ? null : wordOf("--touch", touch, TOUCH_POLICIES),
  };
}

function checked<Checked extends string>(
  text: string,
  isGood: (text: string) => text is Checked,
  expected: string,
): Checked {
  if (isGood(text)) return text;
  throw quotedOption(expected, text);
}

function isVersion(text: string): text is string {
  return /^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(text);
}

function domainOf(text: string): number {
  const number = Number(text);
  if (/^\d{1,2}$/.test(text) && number >= 1 && number <= 16) return number;
  throw quotedOption("--domains: numbers from 1 to 16 with commas between", text);
}

function wordOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw quotedOption(`${name}: one of ${words.join(", ")}`, text);
}

function timeOf(text: string | undefined): UtcSecond {
  if (text === undefined) return systemClock();
  return checked(text, isUtcSecond, "--at: a time as 2026-12-04T15:00:00Z");
}
