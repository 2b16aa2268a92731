/** A pin under a name that nothing has pins nothing. */
import { DEVICES } from "../devices/index.ts";
import { nearest } from "../nearest.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

export function checkPins({ pins, keys, declared }: ScriptDraft, findings: Findings): void {
  const names = [...DEVICES.keys()];
  const allRead = keys.size === declared.keys.size;
  const used = new Set([...keys.values()].map((key) => (key.store === "hsm" ? key.device : null)));
  for (const device of pins.modules.keys()) {
    const path = `pins.modules.${device}`;
    if (!DEVICES.has(device)) {
      const meant = nearest(device, names);
      findings.at(path, "pins/device", {
        expected: `a device profile: ${names.join(", ")}`,
        found: `"${device}"`,
        ...(meant === null ? {} : { remedy: `Did you mean "${meant}"?` }),
      });
    } else if (allRead && !used.has(device)) {
      findings.at(path, "pins/unused", { found: `${device}, and no key in one` });
    }
  }
}
