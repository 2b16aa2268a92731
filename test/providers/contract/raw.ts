/**
 * A process of its own that makes the calls which it is told on standard input, whatever comes of them: what other programs
 * do to a token. Answers with return values, not with anybody's opinion of them.
 */
import { Buffer } from "node:buffer";
import { text } from "node:stream/consumers";
import type { DeviceProfile } from "../../../src/ceremony/devices/profile.ts";
import type { Template } from "../../../src/keystore/pkcs11/addon.ts";
import { codeOf } from "../../../src/keystore/pkcs11/codes.ts";
import { Attribute, KeyType, ObjectClass } from "../../../src/keystore/pkcs11/cryptoki.ts";
import { curveSpellingsOf, makeTemplates, RSA_EXPONENT } from "../../../src/keystore/pkcs11/mechanisms.ts";
import { loadModule } from "../../../src/keystore/pkcs11/module.ts";
import { findObjects, readAttribute, type Session } from "../../../src/keystore/pkcs11/objects.ts";
import { generatePair } from "../../../src/keystore/pkcs11/operations.ts";
import type { ModuleConfig } from "../../../src/keystore/pkcs11/protocol.ts";
import { logIn, openSession } from "../../../src/keystore/pkcs11/session.ts";
import { findToken } from "../../../src/keystore/pkcs11/token.ts";
import type { Scheme } from "../../../src/tuf/types.ts";

export type Half = "public" | "private";
export type RawAction =
  | { readonly do: "list" }
  | { readonly do: "destroy-half"; readonly key: string; readonly half: Half }
  | { readonly do: "wrong-pins"; readonly pin: string; readonly times: number }
  /** A public key with every id of one byte that is not among these. */
  | { readonly do: "occupy-ids"; readonly except: readonly string[] }
  | {
      readonly do: "generate-with-id";
      readonly key: string;
      readonly id: string;
      readonly scheme: Scheme;
      readonly profile: DeviceProfile;
    };

export interface RawObject {
  readonly half: Half;
  readonly label: string;
  readonly id: string;
}
export interface RawAnswer {
  /** Return values of the calls that were asked for; 0: it worked. */
  readonly codes: readonly number[];
  readonly objects: readonly RawObject[];
}
interface RawRequest {
  readonly module: ModuleConfig;
  readonly serial: string;
  readonly label: string;
  readonly pin: string;
  readonly action: RawAction;
}

const HALVES = { public: ObjectClass.publicKey, private: ObjectClass.privateKey } as const;

async function perform({ module, serial, label, pin, action }: RawRequest): Promise<RawAnswer> {
  const { cryptoki } = loadModule(module);
  const { slot } = findToken(cryptoki, { serial, label, blank: false });
  const handle = openSession(cryptoki, slot);
  const session: Session = { cryptoki, handle };
  const codes: number[] = [];
  const tryCall = (call: () => void) => {
    try {
      call();
      codes.push(0);
    } catch (error) {
      codes.push(codeThrown(error));
    }
  };
  if (action.do === "wrong-pins") {
    for (let time = 0; time < action.times; time += 1) tryCall(() => cryptoki.C_Login(handle, 1, action.pin));
    return { codes, objects: [] };
  }
  logIn(cryptoki, handle, "user", Buffer.from(pin));
  switch (action.do) {
    case "list":
      break;
    case "destroy-half": {
      const objects = findObjects(session, [
        { type: Attribute.class, value: HALVES[action.half] },
        { type: Attribute.label, value: action.key },
      ]);
      for (const object of objects) tryCall(() => cryptoki.C_DestroyObject(handle, object));
      break;
    }
    case "occupy-ids":
      for (let byte = 1; byte < 0xff; byte += 1) {
        const id = Buffer.from([byte]);
        if (!action.except.includes(id.toString("hex")))
          tryCall(() => cryptoki.C_CreateObject(handle, publicKeyOf(id)));
      }
      return { codes, objects: [] };
    case "generate-with-id": {
      const { scheme, profile, id } = action;
      const [curveSpelling = "oid"] = curveSpellingsOf(scheme, profile);
      const { mechanism, publicTemplate, privateTemplate } = makeTemplates({
        scheme,
        profile,
        curveSpelling,
        label: action.key,
        id: Buffer.from(id, "hex"),
        rsaBits: 2048,
        wrappable: false,
      });
      try {
        await generatePair(session, mechanism, publicTemplate, privateTemplate);
        codes.push(0);
      } catch (error) {
        codes.push(codeThrown(error));
      }
      break;
    }
    default:
      action satisfies never;
  }
  const objects = listObjects(session);
  cryptoki.C_Finalize();
  return { codes, objects };
}

/** Any numbers: it verifies nothing. */
function publicKeyOf(id: Buffer): Template {
  return [
    { type: Attribute.class, value: ObjectClass.publicKey },
    { type: Attribute.keyType, value: KeyType.rsa },
    { type: Attribute.token, value: true },
    { type: Attribute.label, value: `occupies ${id.toString("hex")}` },
    { type: Attribute.id, value: id },
    { type: Attribute.verify, value: true },
    // Each a key of its own: NSS takes the second of two equal ones for the first.
    { type: Attribute.modulus, value: Buffer.concat([Buffer.alloc(255, 0xc5), id]) },
    { type: Attribute.publicExponent, value: RSA_EXPONENT },
  ];
}

function codeThrown(error: unknown): number {
  const code =
    codeOf(error) ?? (error instanceof Error && "failure" in error ? failureCode(error.failure) : null);
  if (code === null) throw error;
  return code;
}

function failureCode(failure: unknown): number | null {
  return typeof failure === "object" && failure !== null && "code" in failure ? Number(failure.code) : null;
}

function listObjects(session: Session): readonly RawObject[] {
  return (["public", "private"] as const).flatMap((half) =>
    findObjects(session, [{ type: Attribute.class, value: HALVES[half] }]).map((object) => ({
      half,
      label: readAttribute(session, object, Attribute.label)?.toString("utf8") ?? "",
      id: readAttribute(session, object, Attribute.id)?.toString("hex") ?? "",
    })),
  );
}

process.stdout.write(JSON.stringify(await perform(JSON.parse(await text(process.stdin)))));
