/** Ceremonies on SoftHSM tokens of the test's own: scripts, a machine file, PINs that a test decides about. */
import type { TestContext } from "node:test";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import type { MachineFile, MachineModule } from "../../src/live/machine-file.ts";
import type { LoadedScript } from "../../src/live/open-ceremony.ts";
import { realStores } from "../../src/live/real-stores.ts";
import type { Stores } from "../../src/live/stores.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { FakeTokens, SoftTokens } from "../keystore/pkcs11/soft-token.ts";
import { ExceptionalCeremony } from "./exceptional-ceremony.ts";

export class SoftCeremony extends ExceptionalCeremony {
  readonly tokens: SoftTokens;
  /** The machine file's modules; a test may change its mind about them. */
  readonly modules: Map<string, MachineModule>;

  private constructor(script: LoadedScript, tokens: SoftTokens, module: MachineModule) {
    super(script);
    this.tokens = tokens;
    this.modules = new Map([["softhsm", module]]);
    this.stores = this.#open({ modules: this.modules, media: new Map() });
  }

  /** @param tokens of an earlier ceremony, else none that is initialised */
  static onTokens(test: TestContext, script: LoadedScript, tokens = new SoftTokens(test)): SoftCeremony {
    const { module, env = {} } = tokens instanceof FakeTokens ? tokens.fake : tokens.module;
    return new SoftCeremony(script, tokens, { module, env, initString: undefined });
  }

  #open(machine: MachineFile): () => Stores {
    return () =>
      realStores({
        folder: new CeremonyFolder(this.folder),
        machine,
        people: unattendedPeople(),
        secrets: {
          kind: "scripted",
          pin: (request) => {
            this.tokens.pins.asked.push(request);
            const isUser = request.purpose === "user" || request.purpose === "new-user";
            return isUser ? this.tokens.pins.user : this.tokens.pins.officer;
          },
          passphrase: "not used",
          workFactor: 2,
        },
      });
  }
}
