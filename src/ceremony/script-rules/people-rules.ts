/** Who takes part, and who may hold a key. */
import { nearest } from "../nearest.ts";
import type { Person, PersonId } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

export function checkPeople({ people, keys, declared }: ScriptDraft, findings: Findings): void {
  const allRead = people.size === declared.people.size;
  const administrators = [...people.values()].filter(({ duty }) => duty === "administrator");
  if (allRead && administrators.length !== 1) {
    const [, second] = administrators;
    findings.at(second === undefined ? "people" : `people.${second.id}`, "people/administrator", {
      found: second === undefined ? "none" : `${administrators.length} of them`,
      ...(second === undefined
        ? {}
        : { remedy: "Leave it to one of them, and give the others another duty." }),
    });
  }
  if (declared.people.size < 2) findings.at("people", "people/two", { found: `${declared.people.size}` });
  if (allRead && ![...people.values()].some(({ duty }) => duty === "witness")) {
    findings.at("people", "people/witness", { found: "none" });
  }
  checkNames([...people.values()], findings);
  const holding = new Set([...keys.values()].map((key) => ("holder" in key ? key.holder : null)));
  for (const { id, duty } of people.values()) {
    if (duty !== "holder" || holding.has(id) || keys.size !== declared.keys.size) continue;
    findings.at(`people.${id}`, "people/keyless-holder", { found: `no key of ${id}` });
  }
  for (const key of keys.values()) {
    if (!("holder" in key)) continue;
    const path = `keys.${key.name}.holder`;
    if (!declared.people.has(key.holder)) {
      const meant = nearest(key.holder, [...declared.people]);
      findings.at(path, "people/reference", {
        found: `"${key.holder}"`,
        ...(meant === null ? {} : { remedy: `Did you mean "${meant}"?` }),
      });
    } else if (people.get(key.holder)?.duty === "witness") {
      findings.at(path, "people/witness-holds-no-key", { found: `the witness ${key.holder}` });
    }
  }
}

function checkNames(people: readonly Person[], findings: Findings): void {
  const seen = new Map<string, PersonId>();
  for (const { id, name } of people) {
    const alike = name.normalize("NFKC").toLowerCase();
    const other = seen.get(alike);
    if (other === undefined) seen.set(alike, id);
    else findings.at(`people.${id}`, "people/same-name", { found: `the name of ${other} and of ${id}` });
  }
}
