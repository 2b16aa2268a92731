/** A whole guided rehearsal of a script of ceremony-scripts/ at the terminal, into the folder that is the second argument. */
import { clockFrom } from "../../../src/live/performer.ts";
import { TerminalPeople } from "../../../src/live/terminal-people.ts";
import { CeremonyTerminal } from "../../../src/terminal/terminal.ts";
import { loadScript, planOf, runOnce } from "../ceremony-harness.ts";

const [name = "", folder = ""] = process.argv.slice(2);
const loaded = loadScript(name);
const clock = clockFrom(planOf(loaded).script.window.from);
const { stdin: input, stdout: output, env: environment } = process;
const people = new TerminalPeople(new CeremonyTerminal({ input, output, environment }));
const end = await runOnce({ folder, loaded, people, rehearsal: true, clock });
await people.tell([`The session is over: ${end.reason}.`, `The head is ${end.head}.`]);
people.close();
process.stdout.write(`\nended ${end.reason}\n`);
