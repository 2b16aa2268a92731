/** Performs every action but `ask`: looks at the machine, calls the key stores, writes into the folder, tries clients. */

import type { Action, AnyAction, Effects, Kind, Outcome } from "../ceremony/effects.ts";
import { possessionMessage } from "../ceremony/possession.ts";
import { CeremonyError } from "../errors.ts";
import { secondsOf, type UtcSecond } from "../tuf/types.ts";
import type { CeremonyFolder } from "./ceremony-folder.ts";
import { failureOf, type Performer } from "./ceremony-host.ts";
import { tryClients } from "./clients.ts";
import { lintWithThrowAwayKeys } from "./lint.ts";
import type { People, Situation } from "./people.ts";
import type { Stores } from "./stores.ts";
import { namesOfFolder, withoutPaths } from "./without-paths.ts";

/** A signature file that was handed to this session: by the holder's role and key. */
export interface Incoming {
  /** The text of the newest file for this document and key; null: none has come. */
  find(request: Effects["receive"]["request"]): Promise<string | null>;
}

export interface PerformerOptions {
  readonly folder: CeremonyFolder;
  readonly people: People;
  readonly stores: Stores;
  readonly incoming: Incoming;
  readonly clock: () => UtcSecond;
  readonly preflight: () => Promise<Effects["preflight"]["value"]>;
}

export class LivePerformer implements Performer {
  readonly #options: PerformerOptions;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  async perform(action: AnyAction, situation: Situation, resumed: boolean): Promise<Outcome> {
    try {
      return { ok: true, value: await this.#do(action, situation, resumed) };
    } catch (error) {
      return failureOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#options.stores.close();
  }

  async #do(action: AnyAction, situation: Situation, resumed: boolean): Promise<Effects[Kind]["value"]> {
    const { people, stores, folder, incoming, clock, preflight } = this.#options;
    const during = <Result>(work: () => Promise<Result>): Promise<Result> =>
      people.during(action.kind, situation, work);
    switch (action.kind) {
      case "preflight":
        return await during(preflight);
      case "clock":
        return { time: clock() };
      case "find-token":
        return await during(() => stores.findToken(action.request, situation));
      case "provision":
        return await stores.provision(action.request, situation);
      case "generate": {
        const message = possessionMessage(situation.state.plan.script.ceremony, action.request.key);
        const unfinished = situation.state.leftOver.has(action.request.key);
        return await stores.generate(action.request, message, situation, unfinished);
      }
      case "read-certificates":
        return await during(() => stores.readCertificates(action.request, situation));
      case "sign":
        return await stores.sign(action.request, attachment(action, action.request.role), situation);
      case "end-key":
        await stores.endKey(action.request);
        return { ended: true };
      case "write": {
        const { path } = action.request;
        const write = () => folder.write(path, attachment(action, path), { replacing: resumed });
        await during(() => withoutPaths(namesOfFolder(folder.root), write));
        return { written: true };
      }
      case "receive": {
        const text = await incoming.find(action.request);
        if (text === null) throw nothingYet(action.request);
        return { text };
      }
      case "lint":
        return await during(() => lintWithThrowAwayKeys(situation.state.plan));
      case "try-clients":
        return { clients: await during(() => tryClients(action.attachments)) };
      case "ask":
        throw new TypeError("people are asked by the host");
      default:
        return action satisfies never;
    }
  }
}

function attachment(action: Action, name: string): Uint8Array {
  const bytes = action.attachments.get(name);
  if (bytes === undefined) throw new TypeError(`${action.id} carries no ${name}`);
  return bytes;
}

function nothingYet(request: Effects["receive"]["request"]): CeremonyError {
  return new CeremonyError({
    code: "exchange/nothing-yet",
    exit: "waiting",
    expected: `a signature file of ${request.key} for ${request.role}`,
    found: "none",
    remedy: "Send the request to the holder; take the answer in with `tuf-ceremony collect`.",
  });
}

/** The system clock in whole seconds. */
export function systemClock(): UtcSecond {
  return `${new Date().toISOString().slice(0, 19)}Z` as UtcSecond; // an ISO string cut to seconds
}

/** A clock that starts at a given time and runs on with the system's. */
export function clockFrom(start: UtcSecond): () => UtcSecond {
  const offset = secondsOf(start) * 1000 - Date.now();
  return () => `${new Date(Date.now() + offset).toISOString().slice(0, 19)}Z` as UtcSecond; // as above
}
