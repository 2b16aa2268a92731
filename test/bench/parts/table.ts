/** All parts, in the order in which they are measured. */
import { audits } from "./audits.ts";
import { bins } from "./bins.ts";
import { chain } from "./chain.ts";
import { composing } from "./composing.ts";
import { growth } from "./growth.ts";
import { kit } from "./kit.ts";
import type { Part } from "./part.ts";
import { processes } from "./processes.ts";
import { published } from "./published.ts";
import { start } from "./start.ts";

export const PARTS: readonly Part[] = [
  start,
  kit,
  composing,
  audits,
  chain,
  processes,
  published,
  bins,
  growth,
];
