"""An alteration as a text for psql."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.alter.plan import Alteration
from toolkit.schema.ddl.alter.step import Hazard, Step


def as_script(found: Alteration) -> str:
    """The steps with their semicolons, each hazard and what is left out as comments; empty without any."""
    lines = [f"-- left out: {_line(f'{one.key}: {one.reason}')}" for one in found.left_out]
    if found.steps:
        lines += ["SET check_function_bodies = off;", ""]
    for step in found.steps:
        lines += [*_comment(step), f"{step.sql};"]
        if step.commit_after:
            lines.append(
                "-- Commit here: the server refuses to use a new enum label in the same transaction."
            )
    return "\n".join(lines) + "\n" if lines else ""


def _comment(step: Step) -> Iterator[str]:
    words = [] if step.hazard is Hazard.SAFE else [str(step.hazard).upper()]
    if words or step.reason:
        yield f"-- {_line(': '.join([*words, *filter(None, [step.reason])]))}"


def _line(text: str) -> str:
    """A name may hold a line break, which would end the comment."""
    return text if text.isprintable() else ascii(text)[1:-1]
