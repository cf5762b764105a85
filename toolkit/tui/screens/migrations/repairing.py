"""What interrupted runs left behind: looked for, shown, and mended when a person says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.runs import Leftovers
from toolkit.tui.screens.modals.confirm import Question

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


def repair(cockpit: Cockpit) -> None:
    """Look for what interrupted runs left behind, and ask whether to mend it."""

    def ask(left: Leftovers | Failure) -> None:
        if isinstance(left, Failure):
            cockpit.tell(left.sentence, state="fail")
        elif not left.lines:
            cockpit.tell("nothing is left behind", state="ok")
        elif not left.mending:
            cockpit.tell(f"{len(left.lines)} left, none that can be mended: {left.lines[0]}", state="wait")
        else:
            _ask_mend(cockpit, left)

    cockpit.fetch(lambda backend: backend.migrations.leftovers(), ask)


def _ask_mend(cockpit: Cockpit, left: Leftovers) -> None:
    subjects = tuple(subject for subject, _ in left.mending)
    question = Question(
        "Mend what is left behind", left.mending, reversible=False, verb="Mend", losses=left.names_to_lose
    )

    def run() -> None:
        cockpit.start(
            "repair",
            "neonkit repair --apply --yes",
            lambda backend, *_: backend.migrations.mend(subjects),
            cockpit.changed,
        )

    cockpit.ask(question, run)
