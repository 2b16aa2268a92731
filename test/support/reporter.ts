/** What `npm test` prints: Node's own report, its totals, and then one line for each thing that tests were lacking. */
import { Readable } from "node:stream";
import { spec } from "node:test/reporters";
import { SEPARATOR } from "./requires.ts";

/** The part of node:test's events that matters here. */
interface TestEvent {
  readonly type: string;
  readonly data: { readonly skip?: string | boolean; readonly details?: { readonly type?: string } };
}

interface Skipped {
  tests: number;
  /** Each a `describe`, whose tests Node doesn't look at once it is skipped. */
  groups: number;
}

// biome-ignore lint/style/noDefaultExport: `node --test-reporter` takes a module's default export.
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped = new Map<string, Skipped>();

  async function* watch(): AsyncGenerator<TestEvent> {
    for await (const event of events) {
      for (const lacking of lackingIn(event)) {
        const counts = skipped.get(lacking) ?? { tests: 0, groups: 0 };
        counts[event.data.details?.type === "suite" ? "groups" : "tests"] += 1;
        skipped.set(lacking, counts);
      }
      yield event;
    }
  }

  yield* Readable.from(watch()).compose(new spec()).setEncoding("utf8");
  for (const [lacking, { tests, groups }] of skipped) {
    const counted = [count(tests, "test"), count(groups, "group of tests", "groups of tests")];
    yield `skipped ${counted.filter((words) => words !== "").join(" and ")}: ${lacking}\n`;
  }
}

/** Everything for want of which this test was skipped. */
function lackingIn({ type, data }: TestEvent): readonly string[] {
  if (type !== "test:pass" || data.skip === undefined || data.skip === false) return [];
  return data.skip === true ? ["for no stated reason"] : data.skip.split(SEPARATOR);
}

function count(number: number, one: string, several = `${one}s`): string {
  return number === 0 ? "" : `${number} ${number === 1 ? one : several}`;
}
