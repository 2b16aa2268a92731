/** Run by `npm run test:hsm`. */
import { holdContract } from "./contract.ts";

holdContract("opencryptoki");
