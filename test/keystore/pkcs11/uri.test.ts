import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CeremonyError } from "../../../src/errors.ts";
import { readTokenInfo, type TokenInfo } from "../../../src/keystore/pkcs11/token-info.ts";
import {
  attributesBeyondToken,
  formatPkcs11Uri,
  matchToken,
  type Pkcs11Uri,
  parsePkcs11Uri,
  tokenUri,
} from "../../../src/keystore/pkcs11/uri.ts";

const SEEDED = { seed: 7512, numRuns: 500 } as const;

describe("RFC 7512's own examples (§3)", () => {
  const examples: readonly (readonly [string, Pkcs11Uri])[] = [
    ["pkcs11:", {}],
    ["pkcs11:object=my-pubkey;type=public", { object: "my-pubkey", type: "public" }],
    [
      "pkcs11:object=my-key;type=private?pin-source=file:/etc/token",
      { object: "my-key", type: "private", pinSource: "file:/etc/token" },
    ],
    [
      "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin",
      {
        token: "The Software PKCS#11 Softtoken",
        manufacturer: "Snake Oil, Inc.",
        model: "1.0",
        object: "my-certificate",
        type: "cert",
        id: bytes("69953e5cf4bdec91"),
        serial: "",
        pinSource: "file:/etc/token_pin",
      },
    ],
    [
      "pkcs11:object=my-sign-key;type=private?module-name=mypkcs11",
      { object: "my-sign-key", type: "private", moduleName: "mypkcs11" },
    ],
    [
      "pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1",
      { object: "my-sign-key", type: "private", modulePath: "/mnt/libmypkcs11.so.1" },
    ],
    ["pkcs11:slot-description=Sun%20Metaslot", { slotDescription: "Sun Metaslot" }],
    [
      "pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;library-version=1.23",
      {
        libraryManufacturer: "Snake Oil, Inc.",
        libraryDescription: "Soft Token Library",
        libraryVersion: "1.23",
      },
    ],
    [
      "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3;id=%01%02%03%Ba%dd%Ca%fe%04%05%06",
      {
        token: "My token% created by Joe",
        libraryVersion: "3.0",
        id: bytes("010203baddcafe040506"),
      },
    ],
    [
      "pkcs11:token=A%20name%20with%20a%20substring%20%25%3B;object=my-certificate;type=cert",
      { token: "A name with a substring %;", object: "my-certificate", type: "cert" },
    ],
    [
      "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1;object=my-certificate;type=cert",
      { token: "Name with a small A with acute: á", object: "my-certificate", type: "cert" },
    ],
  ];
  for (const [uri, meaning] of examples) {
    it(uri, () => {
      // 33 bytes, one more than a label has: the RFC sets no limit and leaves it to whoever reads.
      if (uri.includes("acute")) {
        assert.throws(() => parsePkcs11Uri(uri), { code: "uri/value-too-long" });
        return;
      }
      assert.deepEqual(parsePkcs11Uri(uri), meaning);
      assert.deepEqual(parsePkcs11Uri(formatPkcs11Uri(meaning)), meaning);
    });
  }

  it("with a PIN, or with a vendor's attributes: refused", () => {
    const withPin =
      "pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.?pin-value=the-pin";
    assert.throws(() => parsePkcs11Uri(withPin), { code: "uri/pin-value" });
    const vendors =
      "pkcs11:token=my-token;object=my-certificate;type=cert;vendor-aaa=value-a?pin-source=file:/etc/token_pin&vendor-bbb=value-b";
    assert.throws(() => parsePkcs11Uri(vendors), { code: "uri/unknown-attribute" });
  });
});

describe("any text", () => {
  it("is a URI or a refusal", () => {
    const pieces = fc.constantFrom(
      ...[
        "pkcs11:",
        "token=",
        "id=",
        "type=",
        "slot-id=",
        "library-version=",
        "pin-",
        "value",
        "module-path=",
      ],
      ...[";", "&", "?", "=", "%", "%41", "%C3", "%00", "/", " ", "1", ".", "private", "a", "ä", "\ud800"],
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.array(pieces, { maxLength: 20 }).map((some) => some.join("")),
      fc.array(pieces, { maxLength: 20 }).map((some) => `pkcs11:${some.join("")}`),
    );
    let taken = 0;
    const check = (uri: string) => {
      try {
        const meaning = parsePkcs11Uri(uri);
        const canonical = formatPkcs11Uri(meaning);
        assert.deepEqual(parsePkcs11Uri(canonical), meaning);
        assert.equal(formatPkcs11Uri(parsePkcs11Uri(canonical)), canonical);
        taken += 1;
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        assert.match(error.code, /^uri\/[a-z-]+$/);
        assert.match(error.message, /^[\n -~§…]*$/);
      }
    };
    fc.assert(fc.property(texts, check), { ...SEEDED, numRuns: 3000 });
    assert.ok(taken > 50, `${taken}`);
  });

  it("comes back as the value that it was", () => {
    const field = (longest: number) =>
      fc
        .string({ unit: "grapheme", maxLength: longest })
        .filter((text) => Buffer.byteLength(text) <= longest);
    const paths = field(40).map((text) => `/${text.replaceAll("\0", "")}`);
    const uris: fc.Arbitrary<Pkcs11Uri> = fc.record(
      {
        token: field(32),
        manufacturer: field(32),
        serial: field(16),
        model: field(16),
        libraryManufacturer: field(32),
        libraryDescription: field(32),
        libraryVersion: fc.tuple(fc.nat(254), fc.nat(254)).map(([major, minor]) => `${major}.${minor}`),
        slotManufacturer: field(32),
        slotDescription: field(64),
        slotId: fc.maxSafeNat(),
        object: field(60),
        type: fc.constantFrom("public", "private", "cert", "secret-key", "data"),
        id: fc.uint8Array({ maxLength: 40 }),
        pinSource: paths,
        moduleName: paths,
        modulePath: paths,
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(uris, (uri) => {
        const text = formatPkcs11Uri(uri);
        assert.match(text, /^pkcs11:[\w.%;=-]*(?:\?[\w.%&=-]+)?$/);
        assert.deepEqual(parsePkcs11Uri(text), uri);
      }),
      SEEDED,
    );
  });
});

describe("matchToken", () => {
  const info = tokenInfo({ label: "Ada's", manufacturerID: "Maker", model: "M 1", serialNumber: "0013" });
  const table = [
    ["pkcs11:", true],
    ["pkcs11:serial=0013", true],
    ["pkcs11:serial=13", false],
    ["pkcs11:serial=", false],
    ["pkcs11:token=Ada%27s;model=M%201;manufacturer=Maker;serial=0013", true],
    ["pkcs11:token=Ada%27s;model=M%202;manufacturer=Maker;serial=0013", false],
    ["pkcs11:token=ada%27s", false],
    ["pkcs11:token=Ada%27", false],
    ["pkcs11:token=Ada%27s%20%20", true],
    ["pkcs11:serial=0013%00%00", true],
    ["pkcs11:manufacturer=Other", false],
    ["pkcs11:serial=0013;object=key;id=%01;type=private?module-name=m&pin-source=p", true],
    ["pkcs11:serial=0013;slot-id=1", false],
    ["pkcs11:serial=0013;library-version=2", false],
  ] as const;
  for (const [uri, matches] of table) {
    it(`${uri}: ${matches}`, () => assert.equal(matchToken(parsePkcs11Uri(uri), info), matches));
  }

  it("a blank token has an empty serial and label", () => {
    const blank = tokenInfo({});
    assert.ok(matchToken(parsePkcs11Uri("pkcs11:token=;serial="), blank));
    assert.ok(!matchToken(parsePkcs11Uri("pkcs11:token=a"), blank));
  });

  it("bytes that were no text are neither written nor matched", () => {
    const latin = tokenInfo({ label: "lat\ufffd", serialNumber: "1" });
    assert.equal(tokenUri(latin), "pkcs11:model=;manufacturer=;serial=1");
    assert.ok(matchToken(parsePkcs11Uri(tokenUri(latin)), latin));
    assert.ok(!matchToken(parsePkcs11Uri("pkcs11:token=lat%EF%BF%BD"), latin));
  });

  it("a label may look like a PIN in a URI", () => {
    const info = tokenInfo({ label: "a;pin-value=1", model: "pin" });
    assert.equal(tokenUri(info), "pkcs11:model=pin;manufacturer=;serial=;token=a%3Bpin-value%3D1");
    assert.ok(matchToken(parsePkcs11Uri(tokenUri(info)), info));
  });

  it("says what it can't judge", () => {
    const uri = parsePkcs11Uri("pkcs11:slot-id=1;library-version=2;serial=1?module-name=m");
    assert.deepEqual(attributesBeyondToken(uri), ["library-version", "slot-id"]);
    assert.deepEqual(attributesBeyondToken(parsePkcs11Uri("pkcs11:serial=1;object=k;id=%01")), []);
  });
});

function tokenInfo(raw: Partial<Parameters<typeof readTokenInfo>[0]>): TokenInfo {
  return readTokenInfo({
    ...{ label: "", manufacturerID: "", model: "", serialNumber: "" },
    ...{ flags: 0, minPinLen: 4, maxPinLen: 64, firmwareVersion: { major: 1, minor: 0 } },
    ...raw,
  });
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
