"""The doors for other rooms: statements and single revisions, judged without a project or a database.

Whoever has statements with their lines (from an offline rendering or a recorded run) asks here. Projects as a
whole are `project`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.findings import Finding, Unknown
from toolkit.migrate.graph import Revision
from toolkit.migrate.lint.act import Written, acts_of
from toolkit.migrate.lint.judging import judge_revision
from toolkit.migrate.lint.live import Live
from toolkit.migrate.lint.reading.source import Source
from toolkit.migrate.lint.revision import Rendered, RevisionScope
from toolkit.migrate.lint.world import World
from toolkit.sql.locks.matrix import measured_majors

EMPTY: Final = World()


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint says of one revision or file."""

    per_statement: tuple[tuple[Finding, ...], ...]
    """One tuple for each text that was given, in order."""
    findings: tuple[Finding, ...]
    """Those on the revision as a whole."""
    unknowns: tuple[Unknown, ...]
    world: World
    """What exists after it."""
    scope: RevisionScope

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding, those of statements first."""
        return (*(one for found in self.per_statement for one in found), *self.findings)


def lint_statements(
    statements: Sequence[Written],
    *,
    world: World = EMPTY,
    name: str = "statements",
    path: str = "",
    server_major: int | None = None,
    live: Live | None = None,
    off: frozenset[str] = frozenset(),
) -> Linted:
    """What the rules say of statements that run one after another.

    `world` is what exists before; tables that it does not know count as old and full. `off` are the ids of
    rules that are not asked. What does not parse, or was never measured, is among the unknowns.
    """
    return lint_revision(
        statements,
        revision_id=name,
        path=path,
        world=world,
        server_major=server_major,
        live=live,
        off=off,
        is_file=True,
    )


def lint_revision(
    statements: Sequence[Written],
    *,
    revision_id: str,
    path: str = "",
    down: Sequence[Written] | None = None,
    source: Source | None = None,
    revision: Revision | None = None,
    rendered: Rendered | None = None,
    world: World = EMPTY,
    server_major: int | None = None,
    live: Live | None = None,
    off: frozenset[str] = frozenset(),
    is_file: bool = False,
) -> Linted:
    """What the rules say of one revision.

    `down` are the statements of its way back, where they are known; `source` its file, for the rules that
    read Python; `world` what exists before it. Findings stand at the lines that `statements` carry.
    """
    major = server_major or measured_majors()[-1]
    acts, unread, end = acts_of(statements, world, revision=revision_id, major=major, live=live)
    back = None
    if down is not None:
        back, _, _ = acts_of(down, end, revision=f"{revision_id} downgrade", major=major)
    scope = RevisionScope(
        id=revision_id,
        start=world,
        end=end,
        acts=acts,
        down=back,
        unread=unread,
        revision=revision,
        source=source,
        rendered=rendered or Rendered(tuple(statements), None if down is None else tuple(down)),
        is_file=is_file,
    )
    judged = judge_revision(scope, path, off)
    per_text: list[list[Finding]] = [[] for _ in statements]
    for act, found in zip(acts, judged.per_act, strict=True):
        per_text[act.written] += found
    return Linted(tuple(map(tuple, per_text)), judged.findings, judged.unknowns, end, scope)
