/**
 * Somebody else's text, made fit for a message: in double quotes, printable ASCII only, everything else as `\u{…}`,
 * and cut after `longest` characters with `…` behind the closing quote.
 */
export function quote(text: string, longest = 80): string {
  const kept = Array.from(text.slice(0, longest * 2)).slice(0, longest);
  const shown = kept.map(escapeCharacter).join("");
  return kept.join("").length < text.length ? `"${shown}"…` : `"${shown}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (/^[ -~]$/.test(character)) return character;
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
