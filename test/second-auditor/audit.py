#!/usr/bin/env python3
"""A second auditor of ceremony folders, written from docs/formats.md and the pages it links, and from nothing else.

    python3 audit.py FOLDER [--head SHA256] [--json]

Exit status: 0 consistent and finished, 1 not as it must be, 4 consistent so far and not finished.
Needs Python 3.11 with the packages cryptography and PyYAML.
"""

import argparse
import json
import os
import re
import stat
import sys

sys.dont_write_bytecode = True  # an auditor leaves nothing behind

from refusals import Refused
from replay import Replay
from script import PATH
from spellings import digest
from verify_steps import finished_file, what_is_wrong
from witnesses import check_witness

TRANSCRIPT = "transcript.jsonl"


class Audit:
    def __init__(self, folder: str, head: str | None):
        self.folder = folder
        self.problems: list[dict] = []
        self.witnesses: list[dict] = []
        self.files = self._list_files()
        self.replay = Replay(self._read)
        if self._read_transcript():
            self._account_for_files()
            if self.replay.last_seal == "finished":
                self._check_documents()
            if head is not None and head != self.replay.head:
                self._problem(TRANSCRIPT, f"the head is {self.replay.head}, not {head}")

    def _problem(self, where: str, why: str) -> None:
        self.problems.append({"where": where, "why": why})

    def _list_files(self) -> dict[str, bool]:
        """Paths, each with whether it is a plain file."""
        files = {}
        for base, folders, names in os.walk(self.folder):
            links = [name for name in folders if os.path.islink(os.path.join(base, name))]
            for name in [*names, *links]:
                path = os.path.join(base, name)
                relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
                files[relative] = stat.S_ISREG(os.lstat(path).st_mode)
        return files

    def _read(self, path: str) -> bytes | None:
        if not self.files.get(path, False):
            return None
        with open(os.path.join(self.folder, path), "rb") as file:
            return file.read()

    def _read_transcript(self) -> bool:
        """Whether every line was accepted: what comes after a refused line is not judged."""
        data = self._read(TRANSCRIPT) or b""
        if data == b"":
            self._problem(TRANSCRIPT, "there is no line")
            return False
        for number, raw in enumerate(_lines(data), 1):
            try:
                self.replay.accept(raw)
            except Refused as refused:
                for where in dict.fromkeys([refused.where, f"{TRANSCRIPT} line {number}"]):
                    if where != "":
                        self._problem(where, refused.why)
                return False
        return True

    def _account_for_files(self) -> None:
        wanted = self.replay.files
        for path, file in sorted(wanted.items()):
            data = self._read(path)
            if data is None:
                self._problem(path, "is not there")
            elif len(data) != file["sizeBytes"] or digest(data) != file["sha256"]:
                self._problem(path, f"is not the file of {file['sizeBytes']} bytes with SHA-256 {file['sha256']}")
        for path, is_plain in sorted(self.files.items()):
            if not is_plain or not PATH.fullmatch(path):
                self._problem(path, "is not a plain file with a plain name")
            elif path.startswith("witnesses/"):
                self._check_witness(path)
            elif path != TRANSCRIPT and path not in wanted and path != self.replay.torn_write:
                self._problem(path, "nothing accounts for it")

    def _check_witness(self, path: str) -> None:
        people = self.replay.state.plan.script["people"]
        try:
            person, head = check_witness(path, self._read(path), people, self.replay.heads)
        except Refused as refused:
            self._problem(path, refused.why)
        else:
            self.witnesses.append({"person": person, "head": head})

    def _check_documents(self) -> None:
        state = self.replay.state
        wrong = what_is_wrong(state)
        if wrong is not None:
            self._problem("metadata", f"{wrong['code']}: expected {wrong['expected']}, found {wrong['found']}")
            return
        for role, document in state.plan.documents.items():
            if self._read(document.path) != finished_file(state, role):
                self._problem(document.path, "is not the document that the ceremony made")

    def verdict(self) -> dict:
        state = self.replay.state
        people = state.plan.script["people"] if state is not None else []
        return {
            "isConsistent": not self.problems,
            "problems": self.problems,
            "end": self.replay.last_seal,
            "head": self.replay.head,
            "lines": self.replay.lines,
            "sessions": state.session if state is not None else 0,
            "isRehearsal": self.replay.rehearsal,
            "witnessed": sorted({w["person"] for w in self.witnesses if w["head"] == self.replay.head}),
            "witnesses": sum("signs_with" in person for person in people),
            "exceptions": state.exceptions if state is not None else [],
        }


def _lines(data: bytes) -> list[bytes]:
    """Lines end at line feeds only; the last one may lack its own."""
    return [line for line in re.split(rb"(?<=\n)", data) if line != b""]


def show(verdict: dict) -> None:
    print(f"consistent  {'yes' if verdict['isConsistent'] else 'no'}")
    for problem in verdict["problems"]:
        print(f"  {problem['where']}: {problem['why'][:2000]!r}")
    print(f"finished    {'yes' if verdict['end'] == 'finished' else verdict['end'] or 'no seal'}")
    print(f"witnessed   {len(verdict['witnessed'])} of {verdict['witnesses']}")
    print(f"exceptions  {len(verdict['exceptions'])}")
    print(f"head        {verdict['head']}")


def main() -> int:
    parser = argparse.ArgumentParser(description="audit a ceremony folder, from its formats alone")
    parser.add_argument("folder")
    parser.add_argument("--head", help="the head that was read aloud: 64 hex digits")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    verdict = Audit(options.folder, options.head).verdict()
    if options.json:
        print(json.dumps(verdict, indent=1))
    else:
        show(verdict)
    if not verdict["isConsistent"]:
        return 1
    return 0 if verdict["end"] == "finished" else 4


if __name__ == "__main__":
    sys.exit(main())
