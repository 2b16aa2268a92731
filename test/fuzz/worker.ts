/** A process of its own that judges blocks of cases, for as long as it is given any. */
import { PeerPanel } from "./peer-panel.ts";
import { type Block, runBlock } from "./run-block.ts";
import type { Tally } from "./tally.ts";

export interface Task extends Block {
  /** Names each case before it is judged: which was the last is known then, whatever happens. */
  readonly trace: boolean;
  /** Asks the peers about what was accepted. */
  readonly peers: boolean;
}

export type Message =
  | { readonly kind: "at"; readonly number: number }
  | { readonly kind: "done"; readonly tally: Tally };

let panel: PeerPanel | null = null;

process.on("message", async (task: Task) => {
  if (task.peers) panel ??= new PeerPanel();
  const tally = await runBlock(
    task,
    task.trace ? (number) => send({ kind: "at", number }) : undefined,
    panel,
  );
  send({ kind: "done", tally });
});
process.on("disconnect", () => panel?.close());

function send(message: Message): void {
  process.send?.(message);
}
