/**
 * The native addon: the part of pkcs11js that is used, by its own names, and where its file is found.
 *
 * The addon itself, not the package's wrapper: that sets `.code` on some errors and not on others. Every error of
 * the addon is an `Error` whose message begins `CKR_NAME:decimal` (codes.ts), or one of the dynamic linker.
 */
import type { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { locateFile } from "../../locate.ts";
import { TokenFailure } from "./situations.ts";

/** Slots, sessions and objects: 8 bytes, little-endian. */
export type Handle = Buffer;
export interface AttributeValue {
  readonly type: number;
  readonly value: number | boolean | string | Buffer;
}
export type Template = readonly AttributeValue[];
export interface MechanismCall {
  readonly mechanism: number;
  readonly parameter?:
    | { readonly type: number; readonly hashAlg: number; readonly mgf: number; readonly saltLen: number }
    | {
        readonly type: number;
        readonly hashAlg: number;
        readonly mgf: number;
        readonly source: number;
        readonly sourceData: Buffer;
      };
}
/** Strings are padded with blanks, or are whatever else the device put there. */
export interface RawTokenInfo {
  readonly label: string;
  readonly manufacturerID: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly flags: number;
  readonly minPinLen: number;
  readonly maxPinLen: number;
  readonly firmwareVersion: { readonly major: number; readonly minor: number };
}
export interface KeyPair {
  readonly publicKey: Handle;
  readonly privateKey: Handle;
}

/** A method named `…Callback` runs on another thread, so that the process can still be told to end. */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(options: { flags: number; libraryParameters?: string }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): RawTokenInfo;
  C_GetMechanismList(slot: Handle): number[];
  C_InitToken(slot: Handle, officerPin: string, label: string): void;
  C_InitPIN(session: Handle, pin: string): void;
  C_SetPIN(session: Handle, oldPin: string, newPin: string): void;
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_Logout(session: Handle): void;
  C_FindObjectsInit(session: Handle, template: Template): void;
  C_FindObjects(session: Handle, atMost: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, types: { type: number }[]): { value?: Buffer }[];
  C_SetAttributeValue(session: Handle, object: Handle, template: Template): void;
  C_CreateObject(session: Handle, template: Template): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_GenerateKey(session: Handle, mechanism: MechanismCall, template: Template): Handle;
  /** Writes to `wrapped` and says how many bytes. */
  C_WrapKey(session: Handle, mechanism: MechanismCall, by: Handle, key: Handle, wrapped: Buffer): number;
  C_UnwrapKey(
    session: Handle,
    mechanism: MechanismCall,
    by: Handle,
    wrapped: Buffer,
    template: Template,
  ): Handle;
  C_GenerateKeyPairCallback(
    session: Handle,
    mechanism: MechanismCall,
    publicTemplate: Template,
    privateTemplate: Template,
    done: (error: Error | null, pair: KeyPair | null) => void,
  ): void;
  C_SignInit(session: Handle, mechanism: MechanismCall, key: Handle): void;
  /** Writes to `signature` and says how many bytes. */
  C_SignCallback(
    session: Handle,
    data: Buffer,
    signature: Buffer,
    done: (error: Error | null, length: number | null) => void,
  ): void;
}

/** At the top of a bundle, else where `npm run prepare` builds it. */
export function loadAddon(): Cryptoki {
  const require = createRequire(import.meta.url);
  const bundled = locateFile("pkcs11.node");
  try {
    const path = existsSync(bundled) ? bundled : require.resolve("pkcs11js/build/Release/pkcs11.node");
    // The addon is part of this program, and its shape is written down above: there is nothing to parse.
    const addon = require(path) as { readonly PKCS11: new () => Cryptoki };
    return new addon.PKCS11();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    throw new TokenFailure({
      situation: "module/addon-missing",
      found: `none that can be loaded (${reason})`,
    });
  }
}
