/** `agenda:` of a script: words that stand for themselves, and entries with one field. */
import type { AgendaItem } from "./script.ts";
import { checkName, listOf, nameOf, type Read, textOf, wordOf } from "./script-fields.ts";

const WORDS = [
  "preflight",
  "attendance",
  "script",
  "clock",
  "beacon",
  "follow",
  "lint",
  "one-time",
  "verify",
  "outputs",
] as const;
const FIELDS = ["generate", "confirm", "sign", "instruct", "record"];
const EXPECTED = `a step: ${WORDS.join(", ")}; or generate: [keys], confirm: [keys], sign: { role: [keys] }, instruct: text`;

const keyNames = listOf("keys", nameOf("the name of a key"), 1, 64);
const bareWord = wordOf("a step", WORDS);
const instruction = textOf("an instruction", 1000);
const fieldNames = listOf("what is recorded", textOf("what is recorded", 60), 1, 20);

export const agendaItem: Read<AgendaItem> = (reader, node, path) => {
  if (node.kind === "list") return reader.wrong(node, EXPECTED);
  if (node.kind === "scalar") {
    const word = bareWord(reader, node, path);
    return word === null ? null : { do: word };
  }
  const fields = reader.fields(node, path, FIELDS, "a step");
  if (fields === null) return null;
  const named = ["generate", "confirm", "sign", "instruct"].filter((field) => fields.has(field));
  if (named.length !== 1) {
    return reader.wrong(node, "a step with exactly one of generate, confirm, sign, instruct");
  }
  if (!fields.has("instruct")) fields.forbid(["record"], "this step");
  switch (named[0]) {
    case "generate":
    case "confirm": {
      const keys = fields.required(named[0], keyNames);
      return keys === null ? null : { do: named[0], keys };
    }
    case "sign":
      return fields.required("sign", readSign);
    default: {
      const text = fields.required("instruct", instruction);
      const record = fields.optional("record", fieldNames, []);
      return text === null || record === null ? null : { do: "instruct", text, record };
    }
  }
};

const readSign: Read<AgendaItem> = (reader, node, path) => {
  const entry = node.kind === "map" && node.fields.length === 1 ? node.fields[0] : undefined;
  if (entry === undefined) return reader.wrong(node, "one role and its signers, as { targets: [a, b] }");
  const isRole = checkName(reader, entry.name, entry.place, "the name of a role");
  reader.settle(`${path}.${entry.name}`, entry.place);
  const keys = keyNames(reader, entry.value, `${path}.${entry.name}`);
  return keys === null || !isRole ? null : { do: "sign", role: entry.name, keys };
};
