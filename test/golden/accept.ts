/** Holds all golden ceremonies again, or those that are named, and takes what comes out as golden: node test/golden/accept.ts */
import { acceptGolden } from "./golden-files.ts";
import { GOLDENS, holdGolden } from "./hold-golden.ts";

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : GOLDENS) {
  acceptGolden(name, await holdGolden(name));
  process.stdout.write(`accepted ${name}\n`);
}
