"""Writing the fix of a finding as a revision, after asking."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.schema import AdviceLine, WrittenFix
from toolkit.tui.screens.modals.confirm import Question

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


def ask_and_write(cockpit: Cockpit, line: AdviceLine) -> None:
    """Ask, then write a revision file. The database is not changed: the file is for a later upgrade."""
    facts = (
        ("will write", "a revision file of the project; the database is not changed"),
        ("fixes", f"{line.rule} {line.subject}"),
        *(("SQL", statement) for statement in line.sql),
    )
    question = Question("Write the fix as a revision", facts, reversible=True, verb="Write")

    def write() -> None:
        cockpit.start(
            "write fix",
            twin(line),
            lambda backend, emit, token: backend.schema.advice.write(line, emit, token),
            written,
        )

    def written(found: WrittenFix | Failure) -> None:
        if isinstance(found, WrittenFix):
            cockpit.changed(found.sentence)

    cockpit.ask(question, write)


def twin(line: AdviceLine) -> str:
    """The command line that writes the same file."""
    return shlex.join(
        ["neonkit", "schema", "advise", "--rule", line.rule, "--subject", line.subject, "--write-revision"]
    )
