/** How this process was started: foreign code in it, a connection from elsewhere, the terminal, the space. */
import { type Check, check, fail, pass, readText, unknown } from "./view.ts";

const MIN_COLUMNS = 80;
const MIN_ROWS = 24;
const MIN_FREE_BYTES = 100_000_000n;

const preload = check(
  "process/preload",
  "required",
  (view) => {
    const variables = ["LD_PRELOAD", "LD_AUDIT"].filter((name) => view.environment[name]);
    const systemWide =
      (readText(view, "etc/ld.so.preload") ?? "").trim() === "" ? [] : ["/etc/ld.so.preload"];
    const found = [...variables, ...systemWide];
    return found.length === 0
      ? pass("no preloaded libraries")
      : fail(`libraries are preloaded by ${found.join(", ")}`);
  },
  "Unset the variables, empty the file, and start again.",
);

const NODE_VARIABLES = [
  "NODE_OPTIONS",
  "NODE_PATH",
  "NODE_REPL_EXTERNAL_MODULE",
  "NODE_V8_COVERAGE",
  "NODE_DEBUG",
  "OPENSSL_CONF",
];
const NODE_FLAGS =
  /^(--inspect|--require|-r$|--import|--loader|--experimental-loader|--cpu-prof|--heap|--prof|--report)/;

const nodeOptions = check(
  "process/node-options",
  "required",
  (view) => {
    const variables = NODE_VARIABLES.filter((name) => view.environment[name]);
    const flags = view.nodeOptions
      .filter((option) => NODE_FLAGS.test(option))
      .map((option) => option.replace(/=.*/s, ""));
    const found = [...variables, ...flags];
    return found.length === 0 ? pass("Node runs with nothing added") : fail(`set: ${found.join(", ")}`);
  },
  "Unset the variables and start without these options.",
);

const ssh = check(
  "session/local",
  "required",
  (view) => {
    const found = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].filter((name) => view.environment[name]);
    return found.length === 0
      ? pass("no remote login is known")
      : fail(`a remote login: ${found.join(", ")} is set`);
  },
  "Sit down at the machine itself.",
);

const terminal = check(
  "session/terminal",
  "required",
  (view) => (view.terminal.isTerminal ? pass("a terminal") : fail("input or output is not a terminal")),
  "Start the tool in a terminal, without pipes.",
);

const size = check(
  "session/size",
  "required",
  ({ terminal: { isTerminal, columns, rows } }) => {
    if (!isTerminal) return unknown("no terminal");
    const found = `${columns} columns, ${rows} rows`;
    return columns >= MIN_COLUMNS && rows >= MIN_ROWS ? pass(found) : fail(found);
  },
  `Make the window larger, at least ${MIN_COLUMNS} columns and ${MIN_ROWS} rows.`,
);

/** Solid and half blocks, a line, a middle dot, a root sign: what screens and squares of pictures are drawn with. */
const SAMPLE = "\u2588\u2580\u2584 \u2500\u2500\u2500 \u00b7 \u221a";

const characters = check(
  "session/characters",
  "advised",
  (view) => {
    if (!view.terminal.isTerminal) return unknown("no terminal");
    const onConsole = view.environment["TERM"] === "linux";
    const isUtf8 = onConsole ? readText(view, "sys/module/vt/parameters/default_utf8")?.trim() : undefined;
    if (isUtf8 === undefined) return unknown(`blocks, line, dot, root? ${SAMPLE}`);
    return isUtf8 === "1" ? pass(`a console in UTF-8: ${SAMPLE}`) : fail("a console that is not in UTF-8");
  },
  "Look whether all of them are shown: three blocks, a line. If not, use another font, and UTF-8.",
);

const space = check(
  "folder/space",
  "required",
  (view) => {
    if (view.freeBytes === null) return unknown("the free space can't be read");
    const found = `${view.freeBytes / 1_000_000n} MB free`;
    return view.freeBytes >= MIN_FREE_BYTES ? pass(found) : fail(found);
  },
  `Free some space: ${MIN_FREE_BYTES / 1_000_000n} MB are plenty for a ceremony.`,
);

const lasting = check(
  "folder/lasting",
  "advised",
  ({ isInMemory }) => {
    if (isInMemory === null) return unknown("the file system can't be told");
    return isInMemory ? fail("in the machine's memory: gone when it is off") : pass("not only in memory");
  },
  "Hold the ceremony in a folder on a disk or a stick: a power cut then costs nothing.",
);

export const sessionChecks: readonly Check[] = [
  preload,
  nodeOptions,
  ssh,
  terminal,
  size,
  characters,
  space,
  lasting,
];
