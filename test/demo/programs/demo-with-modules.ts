/** The demonstration with other places where SoftHSM may be: `demo-with-modules.ts FOLDER [MODULE…]`. */
import { runDemo } from "../../../src/demo/run-demo.ts";

const [parent = "", ...softhsmModules] = process.argv.slice(2);
const isGood = await runDemo({ parent, softhsmModules, write: (text) => void process.stdout.write(text) });
process.exitCode = isGood ? 0 : 1;
