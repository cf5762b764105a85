"""What the lock matrix alone says of a statement, asked where no rule of a family found an error.

So no statement that was measured as dangerous passes for want of a rule with its name.
"""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import about, names, said_of
from toolkit.migrate.lint.impact import impact_of, mode_word
from toolkit.migrate.lint.rule import ERROR, INFO, Found, Said, statement_rule
from toolkit.sql.classify import StatementKind
from toolkit.sql.locks.modes import Blocked
from toolkit.sql.locks.verdict import Answer

_JUDGED = frozenset({StatementKind.ALTER_TABLE_ATTACH_PARTITION, StatementKind.CREATE_TABLE_PARTITION_OF})
"""Kinds whose reading of rows depends on what a world knows and the matrix does not; their rules decide."""


@statement_rule(
    "lock-while-working",
    ERROR,
    name="Users wait while rows are worked through",
    why="The statement was measured: it holds a lock that readers or writers wait for, while it reads, "
    "writes or "
    "indexes every row.",
    example="ALTER DOMAIN positive VALIDATE CONSTRAINT positive_check;",
    safe="Find the form that does the work under a lighter lock, or in batches.",
)
def lock_while_working(act: Act) -> Found:
    """A statement that blocks reads or writes of a table in use for a time that grows with it."""
    for part, verdict in act.parts:
        impact = impact_of(act, part, verdict)
        if impact.hurts not in (Answer.NO, Answer.UNKNOWN) and part.kind not in _JUDGED:
            yield said_of(impact, f"Work on {names(part)}")


@statement_rule(
    "strong-lock",
    INFO,
    name="Short lock that others queue behind",
    why="It is quick, but while it waits for a long query, everybody who comes later waits behind it.",
    example="ALTER TABLE tasks ADD COLUMN colour text;",
    safe="A short lock_timeout and another try, which is how `neonkit upgrade` runs every statement.",
)
def strong_lock(act: Act) -> Found:
    """A statement that blocks reads or writes of a table in use for a moment. On a busy table a warning."""
    said = set()
    for part, verdict in act.parts:
        impact = impact_of(act, part, verdict)
        if impact.hurts is not Answer.NO or not (impact.blocks_reads or impact.blocks_writes):
            continue
        strongest = impact.strongest
        if strongest is None or strongest.role in said or Blocked.WRITES not in strongest.blocks:
            continue
        said.add(strongest.role)
        mode = mode_word(strongest.mode)
        yield Said(f"{names(part)} is locked in {mode} mode for a moment.", about=about(part))


RULES = (lock_while_working, strong_lock)
