/** What stands below a command's options in its help: examples and prose, as wide as a terminal of 80 columns takes them. */

const WIDTH = 80;

/** For commander's `addHelpText`, which calls it when somebody wants to see it. */
export function helpText(text: string): () => string {
  return () => {
    const out: string[] = [];
    const prose: string[] = [];
    const endParagraph = () => out.push(...wrapWords(prose.splice(0).join(" ").split(" "), ""));
    for (const line of text.replaceAll(/ \\\n +/g, " ").split("\n")) {
      if (line !== "" && !line.startsWith(" ")) prose.push(line);
      else {
        if (prose.length > 0) endParagraph();
        out.push(...(line.length > WIDTH ? wrapIndented(line) : [line]));
      }
    }
    if (prose.length > 0) endParagraph();
    return out.join("\n");
  };
}

/** A command to be typed goes on behind a backslash, as the shell wants it. */
function wrapIndented(line: string): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const words = line.slice(indent.length).split(" ");
  if (words[0] !== "$") return wrapWords(words, indent);
  const lines = wrapWords(joinOptions(words), indent, " \\".length, "      ");
  return lines.map((each, index) => (index < lines.length - 1 ? `${each} \\` : each));
}

/** An option stays with its value. */
function joinOptions(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1) ?? "";
    const isValue = /^--\S+$/.test(last) && !word.startsWith("--");
    if (isValue || last === "$") joined[joined.length - 1] = `${last} ${word}`;
    else joined.push(word);
  }
  return joined;
}

function wrapWords(
  words: readonly string[],
  indent: string,
  reserved = 0,
  further = indent,
): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > WIDTH - reserved) {
      lines.push(line);
      line = `${further}${word}`;
    } else line = isFirst ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
