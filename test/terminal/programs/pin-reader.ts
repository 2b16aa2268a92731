/** Stands for a token's process: reads a PIN from the terminal it was lent, and writes only its length to the file. */
import { appendFileSync } from "node:fs";
import { readSecret } from "../../../src/keystore/secret-entry.ts";

const read = await readSecret(
  { input: process.stdin, output: process.stdout },
  { prompt: "PIN of the token: ", maxBytes: 64 },
);
const length = read.kind === "entered" ? read.secret.length : null;
appendFileSync(process.argv[2] ?? "", `${JSON.stringify({ pin: read.kind, length })}\n`);
