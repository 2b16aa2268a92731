/** What `npm test` prints: Node's own report, its totals, and then one line for each thing that tests were lacking. */
import { Readable } from "node:stream";
import { spec } from "node:test/reporters";

/** The part of node:test's events that matters here. */
interface TestEvent {
  readonly type: string;
  readonly data: { readonly skip?: string | boolean };
}

// biome-ignore lint/style/noDefaultExport: `node --test-reporter` takes a module's default export.
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped = new Map<string, number>();

  async function* watch(): AsyncGenerator<TestEvent> {
    for await (const event of events) {
      const reason = event.type === "test:pass" ? event.data.skip : undefined;
      if (reason !== undefined && reason !== false) {
        const lacking = reason === true ? "for no stated reason" : reason;
        skipped.set(lacking, (skipped.get(lacking) ?? 0) + 1);
      }
      yield event;
    }
  }

  yield* Readable.from(watch()).compose(new spec()).setEncoding("utf8");
  for (const [reason, count] of skipped) {
    yield `skipped ${count} ${count === 1 ? "test" : "tests"}: ${reason}\n`;
  }
}
