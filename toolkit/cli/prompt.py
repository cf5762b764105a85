"""Questions: asked on a terminal, refused with the flag to add anywhere else. Silence never means yes.

What has to be answered before a database is changed is decided by `toolkit.friction`; here it is only asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

from toolkit.cli.errors import AnswerNeededError, DeclinedError, ReadOnlySettingsError
from toolkit.cli.signals import default_handlers
from toolkit.friction import Answers, Deed, Demand, demand

if TYPE_CHECKING:
    from toolkit.cli.call import Call
    from toolkit.workspace import Workspace


def may_ask(call: Call) -> bool:
    """Whether a person can answer: both ends are a terminal, and neither CI nor --no-input says no."""
    if call.options.no_input or os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return False
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(call: Call, sentence: str, flag: str) -> None:
    """Ask `sentence` as a yes-or-no question; only a typed y goes on."""
    if call.options.yes and flag == "--yes":
        return
    if not may_ask(call):
        raise AnswerNeededError(question=sentence, flags=(flag,), accepted=call.line_with((flag,)))
    _expect(f"{sentence} [y/N] ", ("y", "yes"), sentence)


def permit(call: Call, sentence: str, deed: Deed | None, losses: Collection[str], *, busy: bool) -> Workspace:
    """Ask what the ladder wants for `deed` on the configured database."""
    settings = call.settings()
    origin = settings.origin("read_only")
    if settings.read_only and origin.kind != "default":
        raise ReadOnlySettingsError(origin=origin.words)
    workspace = call.workspace()
    needed = demand(
        deed or Deed.WRITE,
        settings.environment,
        workspace.urls.main.database or "",
        losses=losses,
        busy=busy,
    )
    given = Answers(call.options.yes, call.options.confirm_db, frozenset(call.options.allow_data_loss))
    missing = needed.missing_flags(given)
    if missing:
        if not may_ask(call):
            raise AnswerNeededError(question=sentence, flags=missing, accepted=call.line_with(missing))
        _ask(needed, given, sentence)
    return workspace.armed()


def _ask(needed: Demand, given: Answers, sentence: str) -> None:
    """Ask for each name that was not given in advance, or for a plain yes."""
    if not needed.to_type:
        _expect(f"{sentence} [y/N] ", ("y", "yes"), sentence)
        return
    _say(sentence)
    answered = {given.database, *given.losses}
    for name in needed.to_type:
        if name not in answered:
            _expect(f"To go on, type {name}: ", (name,), sentence)


def _expect(question: str, answers: tuple[str, ...], sentence: str) -> None:
    sys.stderr.write(question)
    sys.stderr.flush()
    with default_handlers():
        answer = sys.stdin.readline().rstrip("\n")
    if (answer.strip().lower() if "y" in answers else answer) not in answers:
        raise DeclinedError(question=sentence)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
