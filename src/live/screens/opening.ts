/** Screens before any key is made: the machine, the people, the script, the time. */
import type { Accept } from "../../ceremony/effects.ts";
import { hang } from "../../report/lines.ts";
import { clipForTerminal, escapeForTerminal } from "../../terminal/escape.ts";
import { hexLines, pairLines, wrapLines } from "../../terminal/panel.ts";
import { wordList } from "../../terminal/words-entry.ts";
import type { Content, Screen, ScreenContext } from "./screen-context.ts";
import { askedName, digestAt, listAt, nameOf, shownAt, textAt } from "./screen-context.ts";
import { stepTitle } from "./step-title.ts";

const VERDICTS = ["fail", "unknown", "pass"];

export const preflightResult: Screen = ({ request }) => {
  const results = listAt(request.data, "results");
  const lacking = listAt(request.data, "lacking").map(String);
  const failed = results.filter((check) => textAt(check, "verdict") === "fail").length;
  const sorted = results.toSorted(
    (a, b) => VERDICTS.indexOf(textAt(a, "verdict")) - VERDICTS.indexOf(textAt(b, "verdict")),
  );
  // Verdict and id together, one block for each verdict: what failed comes first and stays together.
  const blocks = VERDICTS.map((verdict) =>
    sorted
      .filter((check) => textAt(check, "verdict") === verdict)
      .flatMap((check) =>
        hang(`  ${verdict.padEnd(8)}${shownAt(check, "id").padEnd(22)}`, shownAt(check, "found")),
      ),
  ).filter((block) => block.length > 0);
  return {
    title: "Is this machine fit for the ceremony?",
    expected: "a machine that passes every check",
    body: [
      ...(lacking.length === 0
        ? []
        : [wrapLines(`The script says that these must pass before anything begins: ${lacking.join(", ")}.`)]),
      wrapLines(
        failed === 0
          ? "Nothing that was looked at is wrong. What is unknown can't be seen from inside this machine."
          : `${failed} of ${results.length} checks failed. Mend what you can and look again.`,
      ),
      ...blocks,
      tellOptions(request.accept),
    ],
  };
};

const LOOKED: Readonly<Record<string, string>> = {
  continue: "goes on",
  again: "looks once more",
  accept: "goes on; what failed stays in the record",
};

function tellOptions(accept: Accept): readonly string[] {
  const options = accept.form === "choice" ? accept.options : [];
  return options.map((option) => `  ${option.padEnd(8)}  ${LOOKED[option] ?? ""}`);
}

export const attendance: Screen = ({ state, request }) => {
  const name = nameOf(state, textAt(request.data, "person"));
  return {
    title: `${name}, are you here?`,
    expected: "everybody that the script names",
    body: [
      pairLines([
        ["Name", name],
        ["Duty", shownAt(request.data, "duty")],
      ]),
      ["  present  the person is in the room", "  absent   the person is not here"],
    ],
    readAloud: ["Your name, and your duty today."],
  };
};

export const scriptWords: Screen = (context) => {
  const { request } = context;
  const words = request.accept.form === "words" ? wordList(request.accept.positions) : "the words";
  if (textAt(request.data, "of") === "head") {
    return {
      title: "Is this the record that you left?",
      expected: "the head that was written down when people last went on with the ceremony",
      body: [
        wrapLines(
          "When people last went on with this ceremony, the head of the transcript was read aloud and written " +
            "down at the end. Take that paper; one from a session that was left at this very question does not count.",
        ),
        wrapLines(`${askedName(context)}, read ${words} from it aloud and type them.`),
        HIDDEN_WORDS,
        wrapLines("If nobody wrote it down, type exception and then postpone."),
      ],
    };
  }
  return {
    title: "Is this the script that everybody agreed on?",
    expected: "the script whose digest is on the paper",
    body: [
      wrapLines(
        "Take the printed script that was agreed on before today, not one that was printed here and now.",
      ),
      wrapLines(
        `${askedName(context)}, find the digest in words on its first page. Read ${words} aloud and type them.`,
      ),
      HIDDEN_WORDS,
    ],
  };
};

/** The plan is the amended one already; what the paper says decides whether it is the right one. */
export const amendment: Screen = (context) => {
  const { state, request } = context;
  const words = request.accept.form === "words" ? wordList(request.accept.positions) : "the words";
  const documents = state.plan.documents.map((document): readonly [string, string] => [
    document.role,
    `version ${document.version}, expires ${document.expires}, signed by ${document.signers.join(", ")}`,
  ]);
  return {
    title: "The script was changed. Is this the new one?",
    expected: "the changed script whose digest is on the paper",
    body: [
      ["With the new script the ceremony makes:", ...pairLines(documents)],
      wrapLines(`${askedName(context)}, take the new script on paper. Read ${words} aloud and type them.`),
      HIDDEN_WORDS,
    ],
  };
};

const HIDDEN_WORDS: readonly string[] = [
  "The words must come from the paper. This screen does not show them, and does",
  "not show what you type.",
];

export const clock: Screen = (context) => ({
  title: `${context.state.clockWentBack ? "The clock went back. " : ""}${askedName(context)}, is this clock right?`,
  expected: "a clock that agrees with the witness's",
  body: [
    pairLines([
      ["This machine", `${shownAt(context.request.data, "time")} (UTC)`],
      ["Script allows", `${shownAt(context.request.data, "from")} to`],
      ["", shownAt(context.request.data, "to")],
    ]),
    wrapLines(
      "Compare it with a clock that has nothing to do with this machine. Mind the time zone: this is UTC.",
    ),
    ["  right  it agrees to the minute", "  wrong  it does not"],
  ],
  readAloud: ["The time on this screen, and the time on your own clock."],
});

export const beacon: Screen = () => ({
  title: "Record something that nobody could know before today.",
  expected: "a headline or a public random value of today",
  body: [
    wrapLines(
      "A headline of today's newspaper with the paper's name, or the number and value of the latest drand round. " +
        "It shows that this record was not made earlier than it says.",
    ),
  ],
  readAloud: ["What you are going to type, and where it is from."],
});

export const follow: Screen = ({ request }) => ({
  title: "The second machine follows along.",
  expected: "a second machine that read the export",
  body: [
    wrapLines(
      "Carry this file of the ceremony folder to the machine that follows along, and start it there:",
    ),
    [`  ${shownAt(request.data, "path")}`, "", ...hexLines(digestAt(request.data, "sha256"))],
    wrapLines("From now on it computes every digest by itself. Whoever sits there says so when one differs."),
    ["  following  the second machine has read the file and shows the same digest"],
  ],
});

export const instruct: Screen = ({ step }) => {
  const fields = step.instruct?.record ?? [];
  return {
    title: "Please do this now:",
    body: [
      wrapLines(escapeForTerminal(step.instruct?.text ?? "")),
      fields.length === 0
        ? []
        : ["To be recorded:", ...fields.map((field) => `  ${clipForTerminal(field, 70)}`)],
    ],
  };
};

export const chooseStep: Screen = (context: ScreenContext): Content => {
  const options = context.request.accept.form === "choice" ? context.request.accept.options : [];
  const steps = listAt(context.request.data, "steps");
  return {
    title: "What comes next?",
    body: [
      wrapLines(`${askedName(context)}, several steps are possible now. Choose one.`),
      pairLines(
        options.map((letter, index): readonly [string, string] => {
          const ref = steps[index];
          return [letter, typeof ref === "string" ? stepTitle(context.state, ref) : ""];
        }),
      ),
    ],
  };
};
