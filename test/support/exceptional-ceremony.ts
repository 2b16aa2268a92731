/** A ceremony held over as many sessions as it takes, by people who open exceptions where a test says so. */
import assert from "node:assert/strict";
import { auditFolder, type Verdict } from "../../src/audit/audit-folder.ts";
import type {
  AskRequest,
  CheckResult,
  Disposition,
  Exception,
  PromptId,
} from "../../src/ceremony/effects.ts";
import type { PersonId } from "../../src/ceremony/script.ts";
import type { HeldSession } from "../../src/live/hold-session.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import type { Asked, Situation } from "../../src/live/people.ts";
import type { Stores } from "../../src/live/stores.ts";
import { type Interject, opened, unattendedPeople } from "../../src/live/unattended-people.ts";
import { type Disk, realDisk } from "../../src/machine/disk.ts";
import { secondsOf, type UtcSecond } from "../../src/tuf/types.ts";
import { loadScript, newFolder, runOnce, START } from "../live/ceremony-harness.ts";
import { Devices } from "./devices.ts";

/** One thing that somebody does at a prompt instead of going on. Each is done once, in whatever order they come up. */
export interface Deed {
  readonly step: string;
  readonly prompt: PromptId;
  readonly does: Disposition | { readonly chooses: string } | "leaves";
  readonly happened?: string;
  readonly by?: readonly [PersonId, PersonId];
  /** Looks at what was asked, and sets the stage for what comes. */
  readonly before?: (request: AskRequest, situation: Situation) => void;
}

export class ExceptionalCeremony {
  readonly folder = newFolder();
  readonly devices = new Devices();
  /** What a session finds; devices outlive it. */
  stores: () => Stores = () => this.devices;
  loaded: LoadedScript;
  /** Sees every prompt before anybody answers. */
  sees: (request: AskRequest, situation: Situation) => void = () => {};
  /** What people do where no deed says so. */
  otherwise: Interject = () => null;
  /** Every prompt that came up: `sign/root/root-ada sign-document`. */
  readonly prompts: string[] = [];
  /** Seconds that pass with each look at the clock; a test may turn the clock back. */
  now: number = secondsOf(START);
  disk: Disk = realDisk;
  /** What is found of the machine; null: nothing is wrong with it. */
  preflight: readonly CheckResult[] | null = null;
  last: HeldSession | null = null;

  constructor(script: LoadedScript) {
    this.loaded = script;
  }

  /** One session; every deed must have had its turn when it ends. */
  async session(deeds: readonly Deed[] = [], script: LoadedScript = this.loaded): Promise<HeldSession> {
    const left = [...deeds];
    this.last = await runOnce({
      folder: this.folder,
      loaded: script,
      stores: this.stores(),
      disk: this.disk,
      clock: () => this.#tick(),
      preflight: () => this.preflight ?? [{ id: "swap", verdict: "pass", found: "none" }],
      people: unattendedPeople((request, situation) => {
        this.prompts.push(`${situation.step.ref} ${request.prompt}`);
        this.sees(request, situation);
        const index = left.findIndex(
          ({ step, prompt }) => step === situation.step.ref && prompt === request.prompt,
        );
        const [deed] = index === -1 ? [] : left.splice(index, 1);
        return deed === undefined ? this.otherwise(request, situation) : act(deed, request, situation);
      }),
    });
    assert.deepEqual(left, [], "every deed had its turn");
    return this.last;
  }

  /** A session with an amended script, which goes by from then on. */
  async amended(script: LoadedScript, deeds: readonly Deed[] = []): Promise<HeldSession> {
    const end = await this.session(deeds, script);
    this.loaded = script;
    return end;
  }

  /** The audit of the folder as it is; it must be consistent, and anchored by the head that was read aloud. */
  async audit(): Promise<Verdict> {
    const verdict = await auditFolder(this.folder, this.last?.head ?? null);
    assert.deepEqual(verdict.problems, []);
    assert.equal(verdict.isConsistent, true);
    return verdict;
  }

  /** The audit of a finished ceremony: the exceptions that it lists, `sign/root/root-ada token/gone: spare`. */
  async finished(): Promise<readonly string[]> {
    assert.equal(this.last?.reason, "finished");
    const verdict = await this.audit();
    assert.equal(verdict.end, "finished");
    assert.equal(verdict.isAnchored, true);
    assert.deepEqual(
      verdict.clients.map(({ accepted }) => accepted),
      [true],
    );
    return listExceptions(verdict);
  }

  #tick(): UtcSecond {
    this.now += 1;
    return `${new Date(this.now * 1000).toISOString().slice(0, 19)}Z` as UtcSecond; // an ISO string cut to seconds
  }
}

export function listExceptions(verdict: Verdict): readonly string[] {
  return verdict.exceptions.map(({ step, code, exception }) => `${step} ${code}: ${exception.disposition}`);
}

/** A script of ceremony-scripts/ in the place of which another text stands, with the files it pins. */
export function scriptOf(text: string): LoadedScript {
  return loadScript("minimal.yaml", () => text);
}

function act(deed: Deed, request: AskRequest, situation: Situation): Asked {
  deed.before?.(request, situation);
  if (deed.does === "leaves") return { paused: true };
  if (typeof deed.does === "object") {
    return { ok: true, value: { form: "choice", chosen: deed.does.chooses } };
  }
  const exception: Exception = {
    happened: deed.happened ?? "it was so",
    disposition: deed.does,
    confirmedBy: deed.by ?? ["admin", "witness-1"],
  };
  return request.accept.form === "exception"
    ? { ok: true, value: { form: "exception", exception } }
    : opened(exception);
}
