import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { sitThrough } from "../support/typist.ts";
import { newFolder, papersOfMinimal } from "./ceremony-harness.ts";

const guided = fileURLToPath(new URL("programs/guided.ts", import.meta.url));

test(
  "people get through a whole guided rehearsal by doing what the screens say",
  requires(pseudoTerminal),
  async (context) => {
    const session = await TerminalSession.start([process.execPath, guided, "minimal.yaml", newFolder()]);
    context.after(() => session.kill());

    const seen = await sitThrough(session, papersOfMinimal(), ({ screen }) =>
      screen.includes("The session is over") ? null : undefined,
    );
    session.type("ok\r");
    await session.next("ended finished");
    assert.equal(await session.exit, 0);

    const titles = seen.map(({ screen }) => screen.split("\n")[3] ?? "");
    assert.ok(titles.includes("The key root-ada is made. This is its keyid."));
    assert.equal(titles.filter((title) => title === "You are about to sign root, version 1.").length, 9);
    for (const { screen } of seen.slice(0, -1)) assert.ok(screen.includes("REHEARSAL"));
  },
);
