/** `people:` of a script. */
import type { Duty, Person, PersonId } from "./script.ts";
import { nameOf, type Read, type ScriptReader, textOf, wordOf } from "./script-fields.ts";
import type { YamlNode } from "./script-yaml.ts";
import { sshKeyProblem } from "./ssh-key-line.ts";

const DUTIES: readonly Duty[] = ["administrator", "holder", "witness"];
const FIELDS = ["id", "name", "duty", "signs_with"];

/** Long enough for every name that people have; screens shorten it. */
export const MAX_NAME_CHARACTERS = 200;

export interface PeopleRead {
  readonly people: ReadonlyMap<PersonId, Person>;
  /** Also those with a mistake in another field: who refers to them is not wrong. */
  readonly declared: ReadonlySet<PersonId>;
}

export function readPeople(reader: ScriptReader, node: YamlNode, path: string): PeopleRead | null {
  if (node.kind !== "list") return reader.wrong(node, "people: a list, each as { id, name, duty }");
  const people = new Map<PersonId, Person>();
  const declared = new Set<PersonId>();
  const witnessKeys = new Set<string>();
  for (const [index, item] of node.items.entries()) {
    const place = `${path}.${index}`;
    reader.settle(place, item.place);
    const fields = reader.fields(item, place, FIELDS, "a person");
    if (fields === null) continue;
    const id = fields.required("id", nameOf("an id"));
    const name = fields.required("name", textOf("a name", MAX_NAME_CHARACTERS));
    const duty = fields.required("duty", wordOf("a duty", DUTIES));
    const signsWith = fields.optional("signs_with", sshKeyLine, undefined);
    const witnessKey = signsWith?.split(" ")[1];
    if (witnessKey !== undefined && witnessKeys.has(witnessKey)) {
      reader.findings.at(`${place}.signs_with`, "people/same-ssh-key", {
        found: "a key that another person has",
      });
    }
    if (witnessKey !== undefined) witnessKeys.add(witnessKey);
    if (id === null) continue;
    if (declared.has(id)) reader.findings.at(`${place}.id`, "people/same-person", { found: `${id} again` });
    declared.add(id);
    if (people.has(id) || name === null || duty === null || signsWith === null) continue;
    people.set(id, { id, name, duty, ...(signsWith === undefined ? {} : { signsWith }) });
    reader.settle(`people.${id}`, item.place);
  }
  return { people, declared };
}

const sshKeyLine: Read<string> = (reader, node, path) => {
  const line = textOf("an OpenSSH public key line", 4000)(reader, node, path);
  if (line === null) return null;
  const problem = sshKeyProblem(line);
  if (problem === null) return line;
  reader.findings.add(node.place, "people/ssh-key", { found: problem });
  return null;
};
