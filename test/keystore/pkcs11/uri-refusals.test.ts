/** What no PKCS#11 URI may be, and that no refusal repeats a PIN. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { CeremonyError } from "../../../src/errors.ts";
import { formatPkcs11Uri, parsePkcs11Uri } from "../../../src/keystore/pkcs11/uri.ts";

describe("refused", () => {
  const table = [
    ["scheme", "", /begins otherwise/],
    ["scheme", "token=a", /begins otherwise/],
    ["scheme", " pkcs11:token=a", /begins otherwise/],
    ["scheme", "pkcs12:token=a", /begins otherwise/],
    ["too-long", `pkcs11:object=${"a".repeat(2048)}`, /^2062$/],
    ["syntax", "pkcs11:token", /another form/],
    ["syntax", "pkcs11:token=a;", /another form/],
    ["syntax", "pkcs11:;token=a", /another form/],
    ["syntax", "pkcs11:token=a?module-name=b&", /another form/],
    ["unknown-attribute", "pkcs11:x-token=a", /"x-token"/],
    ["unknown-attribute", "pkcs11:TOKEN=a", /"TOKEN"/],
    ["unknown-attribute", "pkcs11:%74oken=a", /no name/],
    ["unknown-attribute", "pkcs11:=a", /no name/],
    ["unknown-attribute", "pkcs11:constructor=a", /"constructor"/],
    ["unknown-attribute", "pkcs11:token=a;module-name=b", /"module-name"/],
    ["unknown-attribute", "pkcs11:token=a?serial=b", /"serial"/],
    ["escape", "pkcs11:token=a?module-name=b;serial=c", /";"/],
    ["unknown-attribute", "pkcs11:token=a?x-where=b", /"x-where"/],
    ["duplicate", "pkcs11:token=a;serial=b;token=a", /two of `token`/],
    ["duplicate", "pkcs11:?module-name=a&module-name=a", /two of `module-name`/],
    ["escape", "pkcs11:token=a%2", /`%` without them/],
    ["escape", "pkcs11:token=a%", /`%` without them/],
    ["escape", "pkcs11:token=a%zz", /`%` without them/],
    ["escape", "pkcs11:token=a b", /" " in the value of `token`/],
    ["escape", "pkcs11:token=a/b", /"\/"/],
    ["escape", "pkcs11:token=a#b", /"#"/],
    ["escape", 'pkcs11:token="a"', /"\\""/],
    ["escape", "pkcs11:token=ä", /\\u\{e4\}/],
    ["escape", "pkcs11:token=😀", /\\u\{1f600\}/],
    ["escape", "pkcs11:token=a\n", /\\u\{a\}/],
    ["escape", "pkcs11:id=\u{0130}", /\\u\{130\}/],
    ["escape", "pkcs11:slot-description=a?module-name=b|c d", /" "/],
    ["not-text", "pkcs11:token=lat%E4", /bytes that are none/],
    ["not-text", "pkcs11:object=%C0%80", /bytes that are none/],
    ["not-text", "pkcs11:token=%ED%A0%80", /bytes that are none/],
    ["not-text", "pkcs11:?module-path=/lib/a.so%00b", /bytes that are none/],
    ["value-too-long", `pkcs11:token=${"a".repeat(33)}`, /^33$/],
    ["value-too-long", `pkcs11:token=${"%C3%A4".repeat(17)}`, /^34$/],
    ["value-too-long", `pkcs11:manufacturer=${"a".repeat(33)}`, /^33$/],
    ["value-too-long", `pkcs11:serial=${"1".repeat(17)}`, /^17$/],
    ["value-too-long", `pkcs11:model=${"a".repeat(17)}`, /^17$/],
    ["value-too-long", `pkcs11:library-manufacturer=${"a".repeat(33)}`, /^33$/],
    ["value-too-long", `pkcs11:library-description=${"a".repeat(33)}`, /^33$/],
    ["value-too-long", `pkcs11:slot-manufacturer=${"a".repeat(33)}`, /^33$/],
    ["value-too-long", `pkcs11:slot-description=${"a".repeat(65)}`, /^65$/],
    ["number", "pkcs11:slot-id=", /something else/],
    ["number", "pkcs11:slot-id=-1", /something else/],
    ["number", "pkcs11:slot-id=0x1", /something else/],
    ["number", "pkcs11:slot-id=%31", /something else/],
    ["number", "pkcs11:slot-id=9007199254740992", /something else/],
    ["number", "pkcs11:library-version=", /something else/],
    ["number", "pkcs11:library-version=1.", /something else/],
    ["number", "pkcs11:library-version=.1", /something else/],
    ["number", "pkcs11:library-version=1.2.3", /something else/],
    ["number", "pkcs11:library-version=1.2.", /something else/],
    ["number", "pkcs11:library-version=255.0", /something else/],
    ["type", "pkcs11:type=", /something else/],
    ["type", "pkcs11:type=Private", /something else/],
    ["type", "pkcs11:type=secretkey", /something else/],
    ["module-path", "pkcs11:?module-path=lib.so", /another one/],
    ["module-path", "pkcs11:?module-path=", /another one/],
  ] as const;
  for (const [code, uri, found] of table) {
    it(`${inspect(uri.length > 60 ? `${uri.slice(0, 60)}…` : uri)}: uri/${code}`, () => {
      const error = refusalOf(uri);
      assert.equal(error.code, `uri/${code}`);
      assert.match(error.found, found);
    });
  }

  it("longest values and both forms of the scheme are taken", () => {
    const uri = `PKCS11:token=${"a".repeat(32)};serial=${"1".repeat(16)};slot-description=${"a".repeat(64)}`;
    assert.equal(formatPkcs11Uri(parsePkcs11Uri(uri)).length, uri.length);
    assert.deepEqual(parsePkcs11Uri("pkcs11:?"), {});
    assert.deepEqual(parsePkcs11Uri("pkcs11:token=~:[]@!$'()*+,=&?module-name=/?|="), {
      token: "~:[]@!$'()*+,=&",
      moduleName: "/?|=",
    });
  });
});

describe("a PIN in a URI", () => {
  const secret = "tr0ub4dor";
  const spellings = [
    `pkcs11:token=a?pin-value=${secret}`,
    `pkcs11:pin-value=${secret}`,
    `pkcs11:token=a;pin-value=${secret}`,
    `pkcs11:token=a?pin-source=x&pin-value=${secret}`,
    `pkcs11:token=a?PIN-Value=${secret}`,
    `pkcs11:token=a?pin%2Dvalue=${secret}`,
    `pkcs11:token=a?x-pin-value=${secret}`,
    `pkcs11:token=a?pin_value=${secret}`,
    `pkcs11:token=a?pinvalue=${secret}`,
    `pkcs11:token=a?pin=${secret}`,
    `pkcs11:token=a,pin-value=${secret}`,
    `pkcs11:token=a&pin-value=${secret}`,
    `pkcs11:token=a pin-value=${secret}`,
    `pkcs11:token=a?pin-value:${secret}`,
    `pkcs11:token=%zz?pin-value=${secret}`,
    `token=a?pin-value=${secret}`,
    `pkcs11:pin-value=12;${secret}=1`,
  ];
  for (const uri of spellings) {
    it(`is refused and not repeated: ${uri.replace(secret, "…")}`, () => {
      const error = refusalOf(uri);
      assert.equal(error.code, "uri/pin-value");
      assert.match(error.remedy, /it is typed/);
      assert.ok(!everythingOf(error).includes(secret));
    });
  }

  it("is not repeated whatever attribute it stands in", () => {
    const names = [
      "token",
      "serial",
      "slot-id",
      "library-version",
      "type",
      "id",
      "x-anything",
      "module-path",
    ];
    const wrongs = ["%zz", " ", "/", "%E4", "a".repeat(70), "?", ";", "&", "#"];
    for (const name of names) {
      for (const wrong of wrongs) {
        for (const value of [`${secret}${wrong}`, `${wrong}${secret}`]) {
          try {
            parsePkcs11Uri(`pkcs11:${name}=${value}`);
          } catch (error) {
            assert.ok(!everythingOf(error).includes(secret), `${name}=${value}`);
          }
        }
      }
    }
  });

  it("may be elsewhere: `pin-source` is told to the caller", () => {
    assert.equal(parsePkcs11Uri("pkcs11:?pin-source=|/usr/bin/ask").pinSource, "|/usr/bin/ask");
  });
});

function refusalOf(uri: string): CeremonyError {
  try {
    parsePkcs11Uri(uri);
  } catch (error) {
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.exit, "usage");
    return error;
  }
  return assert.fail(`taken: ${uri}`);
}

/** Own properties, hidden ones and the stack included, and the causes'. */
function everythingOf(error: unknown): string {
  assert.ok(error instanceof CeremonyError);
  return inspect(error, { depth: Infinity, showHidden: true, getters: true }) + JSON.stringify(error);
}
