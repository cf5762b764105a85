"""A protection as text: operations for revision files, and a script for psql. Files are another room's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.isolation.protect.step import Protection, Stage, Step

LOCK_SECONDS: Final = 3
"""How long a statement that makes others wait may wait itself."""

_BLOCK: Final = "with op.get_context().autocommit_block():"


@dataclass(frozen=True, slots=True)
class StageOperations:
    """One stage as the body of a revision: Python over `op`."""

    message: str
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]


def operations(protection: Protection) -> tuple[StageOperations, ...]:
    """The stages in order, each for a revision of its own."""
    return tuple(
        StageOperations(
            stage.value,
            tuple(_body(stage, [(step, step.sql) for step in protection.of(stage)])),
            tuple(_body(stage, [(step, step.back) for step in reversed(protection.of(stage)) if step.back])),
        )
        for stage in protection.stages
    )


def script(protection: Protection) -> str:
    """All stages as SQL for psql, which stops at the first error if told to."""
    lines = ["\\set ON_ERROR_STOP on"]
    for stage in protection.stages:
        lines += ["", f"-- {stage.value}"]
        begin, end = _bounds(stage)
        lines += [f"{each};" for each in begin]
        for step in protection.of(stage):
            lines.append(f"-- {_plain(step.subject)}: {_plain(step.does)}")
            lines += [f"{each};" for each in step.sql]
        lines += [f"{each};" for each in end]
    return "\n".join(lines) + "\n" if protection.steps else ""


def _bounds(stage: Stage) -> tuple[list[str], list[str]]:
    """What stands before and behind the statements of a stage."""
    if not stage.commits_each:
        return ["BEGIN", f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"], ["COMMIT"]
    if stage.waits_unbounded:
        return ["SET lock_timeout = 0"], ["RESET lock_timeout"]
    return [f"SET lock_timeout = '{LOCK_SECONDS}s'"], ["RESET lock_timeout"]


def _body(stage: Stage, parts: Sequence[tuple[Step, tuple[str, ...]]]) -> Iterator[str]:
    if not parts:
        return
    begin, end = _bounds(stage)
    if not stage.commits_each:
        yield _operation(begin[-1])
        yield from _told(parts)
        return
    inside = [_operation(begin[0]), *_told(parts), _operation(end[0])]
    yield "\n".join([_BLOCK, *(f"    {line}" for each in inside for line in each.splitlines())])


def _told(parts: Sequence[tuple[Step, tuple[str, ...]]]) -> Iterator[str]:
    for step, statements in parts:
        yield f"# {_plain(step.subject)}: {_plain(step.does)}"
        yield from map(_operation, statements)


def _operation(sql: str) -> str:
    # Alembic reads `:word` as a parameter.
    escaped = re.sub(r"(?<![:\w\\]):(?=\w)", r"\:", sql)
    return f"op.execute({escaped!r})"


def _plain(text: str) -> str:
    """One line of comment, whatever names say."""
    return "".join(c if c.isprintable() else "?" for c in text)
