/** One session of a ceremony from opening its folder to its seal: what `run`, `rehearse`, `collect` and the demo share. */

import { sha256Hex } from "../ceremony/composer.ts";
import type { Effects } from "../ceremony/effects.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import type { Disk } from "../machine/disk.ts";
import type { AppendHook } from "../transcript/writer.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { CeremonyFolder } from "./ceremony-folder.ts";
import { runSession, type SessionEnd } from "./ceremony-host.ts";
import { amendFolder, type LoadedScript, openCeremony } from "./open-ceremony.ts";
import type { People } from "./people.ts";
import { type Incoming, LivePerformer } from "./performer.ts";
import type { Stores } from "./stores.ts";

export interface SessionOptions {
  readonly root: string;
  /** The script that was named; null: the one that the folder goes by. Another one is taken as the amendment, if one is awaited. */
  readonly script: LoadedScript | null;
  readonly rehearsal: boolean;
  /** `tuf-ceremony 0.1.0`. */
  readonly tool: string;
  readonly kit: Sha256Hex | null;
  readonly people: People;
  readonly stores: (folder: CeremonyFolder) => Stores;
  readonly incoming: Incoming;
  readonly clock: () => UtcSecond;
  readonly preflight: () => Promise<Effects["preflight"]["value"]>;
  /** The real one, but for tests of crashes. */
  readonly disk?: Disk;
  readonly hook?: AppendHook;
}

export interface HeldSession extends SessionEnd {
  readonly state: CeremonyState;
}

export const NOTHING_INCOMING: Incoming = { find: async () => null };

export async function holdSession(options: SessionOptions): Promise<HeldSession> {
  const { script, people, clock } = options;
  const opened = await openCeremony(options.root, script, clock(), options.disk, options.hook);
  try {
    const { execution, folder, writer } = opened;
    const isAmendment = script !== null && sha256Hex(script.bytes) !== opened.script.sha256;
    const end = await runSession({
      execution,
      writer,
      people,
      clock,
      performer: new LivePerformer({
        folder,
        people,
        stores: options.stores(folder),
        incoming: options.incoming,
        clock,
        preflight: options.preflight,
      }),
      session: {
        rehearsal: execution.state?.rehearsal ?? options.rehearsal,
        tool: options.tool,
        kit: options.kit,
        script: opened.script,
        inputs: opened.inputs,
        cut: opened.cut,
      },
      amend: isAmendment ? amendFolder(folder, script, execution.files) : null,
    });
    if (execution.state === null) throw new TypeError("a session has a state");
    return { ...end, state: execution.state };
  } finally {
    opened.close();
  }
}
