/** What a window shows in which no frame fits: short lines, and in a still smaller one shorter ones. */
import { wrapLines } from "./panel.ts";
import { COLUMNS, ROWS } from "./screen.ts";

/** `paused`: Ctrl-C was pressed there, and the hold screen has no room either. */
export type TooSmall = "waiting" | "paused";

/** The longest text that fits without a broken word; what still does not fit is cut. */
export function renderTooSmall(columns: number, rows: number, what: TooSmall): readonly string[] {
  const texts = what === "paused" ? PAUSED : [spellSizes(columns, rows), ...WAITING];
  const fitting = texts
    .filter((text) => text.every((line) => line.split(" ").every((word) => word.length <= columns)))
    .map((text) => text.flatMap((line) => wrapLines(line, columns)))
    .find((lines) => lines.length <= rows);
  return fitting ?? (texts.at(-1) ?? []).slice(0, Math.max(1, rows)).map((line) => line.slice(0, columns));
}

function spellSizes(columns: number, rows: number): readonly string[] {
  return [
    "This window is too small.",
    `It must be ${COLUMNS} by ${ROWS};`,
    `it is ${columns} by ${rows}.`,
    "Make it larger.",
    "Ctrl-C pauses.",
  ];
}

/** From the longest to the shortest. */
type Texts = readonly (readonly string[])[];

const WAITING: Texts = [
  [`Too small: make it ${COLUMNS} by ${ROWS}. Ctrl-C pauses.`],
  [`Need ${COLUMNS}x${ROWS}`, "^C pauses"],
  [`${COLUMNS}x${ROWS}`],
];

const PAUSED: Texts = [
  [
    "The ceremony is paused.",
    "This window is too small to go on.",
    `Make it ${COLUMNS} by ${ROWS},`,
    "or leave: press Ctrl-C again.",
  ],
  [`Paused. Make it ${COLUMNS} by ${ROWS}, or leave with Ctrl-C.`],
  ["Paused.", `Need ${COLUMNS}x${ROWS}`, "^C leaves"],
  ["^C leaves"],
];
