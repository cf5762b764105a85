"""One example statement, or several, per kind, and the small world they run in.

Here: the examples as plain text files, so that adding a case is adding a line, and their reading. Several
examples of one kind are situations that neither text nor knowledge tells apart: its verdict covers them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from toolkit.sql.classify import StatementKind

_THEMES: Final = ("columns", "constraints", "tables", "indexes", "views", "objects", "databases", "work")


@dataclass(frozen=True, slots=True)
class Example:
    """A statement that runs in the world and is of exactly one kind."""

    kind: StatementKind
    statement: str
    before: str | None = None
    """Run first, outside of the measuring."""
    after: str | None = None
    """Takes back what the world's rebuilding does not reach."""
    time_zone: str = "UTC"
    """Of the session that runs the statement."""


def read_examples() -> tuple[Example, ...]:
    """All examples, in the order of the files."""
    folder = files(__name__)
    return tuple(
        _read_line(line)
        for theme in _THEMES
        for line in folder.joinpath(f"{theme}.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )


def world_sql(server_major: int) -> str:
    """The script that makes the world in an empty schema."""
    folder = files(__name__)
    script = folder.joinpath("world.sql").read_text("utf-8")
    if server_major >= 18:
        script += folder.joinpath("world_18.sql").read_text("utf-8")
    return script


def _read_line(line: str) -> Example:
    kind, statement, *settings = (part.strip() for part in line.split(" | "))
    pairs = dict(setting.split("=", 1) for setting in settings)
    return Example(
        StatementKind(kind), statement, pairs.get("before"), pairs.get("after"), pairs.get("time_zone", "UTC")
    )
