/** What may stand on a screen. Said again here, in other words than src/terminal/escape.ts has. */
import { displayWidth } from "../../src/terminal/escape.ts";

/** Of 80 columns. */
const WIDTH = 80;
const SEVEN_BITS = /^[ -~]*$/;
const UNFIT =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|(?! )\p{Zs}/u;
/** More combining marks in a row than any language has. */
const PILE = /\p{M}{4}/u;

/** What is wrong with text in lines; empty where nothing is. */
export function findUnfit(shown: string): readonly string[] {
  return shown.split("\n").flatMap((line) => {
    if (SEVEN_BITS.test(line))
      return line.length > WIDTH ? [`a line of ${line.length} columns: ${line}`] : [];
    const unfit = UNFIT.exec(line)?.[0];
    return [
      ...(unfit === undefined
        ? []
        : [`U+${unfit.codePointAt(0)?.toString(16)} shown: ${JSON.stringify(line)}`]),
      ...(PILE.test(line) ? [`a pile of marks: ${JSON.stringify(line)}`] : []),
      ...(displayWidth(line) > WIDTH
        ? [`a line of ${displayWidth(line)} columns: ${JSON.stringify(line)}`]
        : []),
    ];
  });
}
