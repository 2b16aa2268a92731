"""Folders on stdin, one a line; verdicts on stdout, one JSON document a line. For tests that judge hundreds."""

import json
import sys

sys.dont_write_bytecode = True

from audit import Audit

for line in sys.stdin:
    print(json.dumps(Audit(line.rstrip("\n"), None).verdict()), flush=True)
