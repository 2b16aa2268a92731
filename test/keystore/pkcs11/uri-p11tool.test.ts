/** PKCS#11 URIs held against GnuTLS's p11tool, on SoftHSM tokens whose labels need escaping. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { listTokens } from "../../../src/keystore/pkcs11/token-store.ts";
import {
  formatPkcs11Uri,
  keyUri,
  matchToken,
  parsePkcs11Uri,
  tokenUri,
} from "../../../src/keystore/pkcs11/uri.ts";
import { p11tool, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { SoftTokens, USER_PIN } from "./soft-token.ts";

describe("held against p11tool", () => {
  const labels = [
    "a b  c",
    "100%;=&",
    `quo"te'd \``,
    "a/b?c:d@e!f$g",
    "(h)*+,[i]<j>{k}|l\\m^n#~_-.",
    "ünï 日本語 😀",
    "pkcs11:token=x;pin-value=1",
    "%41%zz%00",
  ];

  it(
    "a token's URI is the same, byte for byte, and names the token",
    requires(softhsm, pkcs11Addon, p11tool),
    async (test) => {
      const tokens = new SoftTokens(test);
      for (const label of labels) await (await tokens.provision(label)).close();
      const infos = (await listTokens(tokens.module)).filter((info) => info.initialised);
      assert.deepEqual(infos.map((info) => info.label).toSorted(), labels.toSorted());

      const listed = runP11tool(tokens, "--list-token-urls").trimEnd().split("\n");
      assert.deepEqual(infos.map(tokenUri).toSorted(), listed.toSorted());
      for (const uri of listed) {
        const meant = infos.filter((info) => matchToken(parsePkcs11Uri(uri), info));
        assert.deepEqual(meant.map(tokenUri), [uri]);
      }

      for (const info of infos) {
        assert.ok(isToken(tokens, tokenUri(info)), info.label);
        assert.ok(isToken(tokens, formatPkcs11Uri({ token: info.label })), info.label);
        assert.ok(!isToken(tokens, formatPkcs11Uri({ token: `${info.label.slice(0, 20)}x` })), info.label);
      }
    },
  );

  it("likewise a key's", requires(softhsm, pkcs11Addon, p11tool), async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.provision("Ada's 100%");
    const key = { label: "kéy;1 & 2", id: "00ff41" };
    const { info } = store;
    await store.close();
    const making = [
      "--generate-privkey=ecdsa",
      "--curve=secp256r1",
      `--label=${key.label}`,
      `--id=${key.id}`,
    ];
    runP11tool(tokens, "--login", ...making, tokenUri(info));
    const uri = keyUri(info, key);
    assert.deepEqual(urlsOf(runP11tool(tokens, "--list-all", "--login", uri)).toSorted(), [
      `${uri};type=private`,
      `${uri};type=public`,
    ]);
    assert.throws(() => runP11tool(tokens, "--list-all", "--login", `${uri}x`), { status: 2 });
    const { type, ...pair } = parsePkcs11Uri(`${uri};type=private`);
    assert.deepEqual([type, formatPkcs11Uri(pair)], ["private", uri]);
  });
});

function runP11tool(tokens: SoftTokens, ...args: readonly string[]): string {
  return execFileSync("p11tool", ["--provider", tokens.module.module, "--batch", ...args], {
    env: environmentOf(tokens),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Whether p11tool finds the token that the URI names: it has it make a random number. */
function isToken(tokens: SoftTokens, uri: string): boolean {
  const args = ["--provider", tokens.module.module, "--batch", "--generate-random=4", uri];
  return spawnSync("p11tool", args, { env: environmentOf(tokens) }).status === 0;
}

function environmentOf(tokens: SoftTokens): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...tokens.module.env, GNUTLS_PIN: USER_PIN };
}

function urlsOf(listing: string): readonly string[] {
  return [...listing.matchAll(/^\s*URL: (\S+)$/gm)].map((match) => match[1] ?? "");
}
