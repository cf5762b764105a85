"""What stays behind although everything is rolled back, told before anything is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.isolation.probing.evidence import SideEffect
from toolkit.isolation.probing.targets import Known, Target

_OUTSIDE: Final = re.compile(
    r"\b(dblink\w*|http\w*|net\.\w+|pg_notify|notify|lo_export|copy|pg_advisory_\w+|pg_logical_emit_message)\b",
    re.IGNORECASE,
)
_TRUSTED: Final = ("sql", "plpgsql")


def side_effects(known: Known, *, explain_only: bool) -> tuple[SideEffect, ...]:
    """Everything that the tries may leave behind; of an explanation, only what the planner may run."""
    return tuple(_planned(known) if explain_only else _tried(known))


def _planned(known: Known) -> Iterator[SideEffect]:
    for name in known.policy_functions:
        sentence = f"The planner may run {name}, which policies call and which says that it changes nothing."
        yield SideEffect("function", name, sentence)


def _tried(known: Known) -> Iterator[SideEffect]:
    for target in known.targets:
        for sequence in known.sequences.get(target.name, ()):
            yield SideEffect("sequence", sequence, f"{sequence} may advance, which no rollback undoes.")
        yield from _triggers(target)
    names = [target.name for target in known.targets]
    if names:
        tables = f"{len(names)} relations"
        yield SideEffect("locks", tables, f"Rows of {tables} are locked for moments; others wait for them.")
        yield SideEffect("dead rows", tables, f"Writes to {tables} leave dead rows, WAL and counters behind.")


def _triggers(target: Target) -> Iterator[SideEffect]:
    for trigger in target.triggers:
        acts = sorted({found.lower() for found in _OUTSIDE.findall(trigger.body)})
        where = f"trigger {trigger.name} of {target.name}"
        if acts or trigger.language not in _TRUSTED:
            how = f"uses {', '.join(acts)}" if acts else f"is written in {trigger.language}"
            sentence = f"{where.capitalize()} is fired and {how}, which may act outside the transaction."
        else:
            sentence = f"{where.capitalize()} is fired."
        yield SideEffect("trigger", trigger.name, sentence)
