/** Shares out the numbers among processes. One that dies or hangs is a problem of the case that it was at. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Block } from "./run-block.ts";
import { addTally, emptyTally, type Tally } from "./tally.ts";
import type { Message, Task } from "./worker.ts";

export interface Run extends Block {
  readonly processes: number;
  readonly peers: boolean;
  readonly tell: (text: string) => void;
}

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const BLOCK = 2000;
/** A block takes some seconds; whoever says nothing for so long hangs. */
const PATIENCE_MILLISECONDS = 120_000;

export async function runAll(run: Run): Promise<Tally> {
  const sum = emptyTally();
  const blocks = blocksOf(run);
  let done = 0;
  const work = async (): Promise<void> => {
    let worker: ChildProcess | null = null;
    for (let block = blocks.next(); !block.done; block = blocks.next()) {
      worker ??= startWorker();
      const tally = await runOne(worker, { ...block.value, trace: false, peers: run.peers });
      if (tally === null) {
        worker = null;
        addTally(sum, await findFatal(block.value));
      } else addTally(sum, tally);
      done += block.value.count;
      run.tell(`\r${done} of ${run.count}, ${sum.problems.length} problems `);
    }
    worker?.disconnect();
  };
  await Promise.all(Array.from({ length: run.processes }, work));
  run.tell("\n");
  return sum;
}

function* blocksOf({ seed, from, count, only }: Run): Generator<Block, undefined> {
  for (let at = 0; at < count; at += BLOCK) {
    yield { seed, only, from: from + at, count: Math.min(BLOCK, count - at) };
  }
}

function startWorker(): ChildProcess {
  return fork(WORKER, {
    execArgv: ["--max-old-space-size=160"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Null where the process died or had to be ended; then it is gone. */
function runOne(worker: ChildProcess, task: Task, at: (number: number) => void = () => undefined) {
  const { promise, resolve } = Promise.withResolvers<Tally | null>();
  let timer = setTimeout(end, PATIENCE_MILLISECONDS);
  function end(): void {
    worker.kill("SIGKILL");
  }
  function hear(message: Message): void {
    if (message.kind === "done") finish(message.tally);
    else {
      clearTimeout(timer);
      timer = setTimeout(end, PATIENCE_MILLISECONDS / 4);
      at(message.number);
    }
  }
  function die(): void {
    finish(null);
  }
  function finish(tally: Tally | null): void {
    clearTimeout(timer);
    worker.off("message", hear).off("exit", die);
    resolve(tally);
  }
  worker.on("message", hear).on("exit", die);
  worker.send(task);
  return promise;
}

/** Runs the block again, case by case, and past each case that ends the process. */
async function findFatal(block: Block): Promise<Tally> {
  const sum = emptyTally();
  const end = block.from + block.count;
  for (let from = block.from; from < end; ) {
    let last = from;
    const worker = startWorker();
    const task = { ...block, from, count: end - from, trace: true, peers: false };
    const tally = await runOne(worker, task, (number) => {
      last = number;
    });
    if (tally !== null) {
      addTally(sum, tally);
      worker.disconnect();
      break;
    }
    sum.problems.push({ number: last, text: "fatal: the process ended or hung" });
    from = last + 1;
  }
  return sum;
}
