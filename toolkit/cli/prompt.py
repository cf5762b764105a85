"""Questions: asked on a terminal, refused with the flag to add anywhere else. Silence never means yes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from toolkit.cli.errors import AnswerNeededError, DeclinedError

if TYPE_CHECKING:
    from toolkit.cli.call import Call


def may_ask(call: Call) -> bool:
    """Whether a person can answer: both ends are a terminal, and neither CI nor --no-input says no."""
    if call.options.no_input or os.environ.get("CI", "") not in ("", "0", "false"):
        return False
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(call: Call, sentence: str, flag: str) -> None:
    """Ask `sentence` as a yes-or-no question; only a typed y goes on."""
    if call.options.yes and flag == "--yes":
        return
    if not may_ask(call):
        raise AnswerNeededError(question=sentence, flag=flag, command=call.command)
    sys.stderr.write(f"{sentence} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DeclinedError(question=sentence)
