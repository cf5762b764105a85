"""Runs many command lines in one process, and prints how each ended as JSON; run by the tests of secrets.

Standard input: a JSON list of command lines.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from toolkit.cli.main import main

ended = []
for line in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(line)
    ended.append({"line": line, "code": code, "out": out.getvalue(), "err": err.getvalue()})
json.dump(ended, sys.stdout)
