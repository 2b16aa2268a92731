/** `npm run demo`: a whole ceremony in a temporary folder, held by a program, then audited and verified. */
import { tmpdir } from "node:os";
import { describeFailure } from "../commands/failure.ts";
import { runDemo } from "./run-demo.ts";
import { SOFTHSM_MODULES } from "./soft-tokens.ts";

try {
  const isGood = await runDemo({
    parent: tmpdir(),
    softhsmModules: SOFTHSM_MODULES,
    write: (text) => void process.stdout.write(text),
  });
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  const { text, status } = describeFailure(error);
  process.stderr.write(`\n${text}`);
  process.exitCode = status;
}
