"""Estimates: bytes of the live tables against a measured throughput; UNKNOWN for work nobody can foresee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from toolkit.migrate.plan.throughput import Throughput
from toolkit.migrate.plan.values import Estimate, TableFacts
from toolkit.schema.spelling import bytes_text
from toolkit.sql.classify import StatementKind
from toolkit.sql.locks.verdict import Answer, Verdicts

_OPEN: Final = frozenset(
    {
        StatementKind.UPDATE,
        StatementKind.UPDATE_EVERYTHING,
        StatementKind.DELETE,
        StatementKind.DELETE_EVERYTHING,
        StatementKind.INSERT,
        StatementKind.MERGE,
        StatementKind.SELECT,
        StatementKind.SELECT_FOR_UPDATE,
        StatementKind.DO_BLOCK,
        StatementKind.CALL,
        StatementKind.CREATE_TABLE_AS,
        StatementKind.REFRESH_MATERIALIZED_VIEW_BLOCKING,
        StatementKind.REFRESH_MATERIALIZED_VIEW_CONCURRENTLY,
        StatementKind.CREATE_MATERIALIZED_VIEW_WITH_DATA,
        StatementKind.UNKNOWN,
    }
)
"""Kinds whose time depends on what their query or code does."""
_WAITING: Final = frozenset({Answer.YES, Answer.DEPENDS})


def grows(verdicts: Verdicts) -> bool:
    """Whether the statement's time grows with its tables."""
    return any({part.rewrites, part.scans, part.builds_index} & _WAITING for part in verdicts.parts)


def estimate(
    verdicts: Verdicts | None, tables: Sequence[TableFacts], throughput: Throughput | None
) -> Estimate:
    """How long the statement works on the live tables that it names."""
    if verdicts is None or not verdicts.is_known:
        return Estimate(None, "this kind of statement was never measured")
    kinds = {part.kind for part in verdicts.parts}
    if kinds & _OPEN:
        return Estimate(None, "it depends on what the statement's own query does")
    if not grows(verdicts):
        return Estimate(0.0, "works on the catalog alone, whatever the size of the table")
    size = sum(table.table_bytes for table in tables)
    if size == 0:
        return Estimate(0.0, "the tables are empty or new")
    if throughput is None:
        return Estimate(None, "no throughput could be measured")
    seconds = 0.0
    for part in verdicts.parts:
        if part.rewrites in _WAITING:
            # Every index of a rewritten table is built anew.
            seconds += (
                size / throughput.rewrites
                + sum(t.index_bytes > 0 for t in tables) * size / throughput.indexes
            )
        elif part.builds_index in _WAITING:
            seconds += size / throughput.indexes
        elif part.scans in _WAITING:
            seconds += size / throughput.reads
    certain = all(Answer.DEPENDS not in {p.rewrites, p.scans, p.builds_index} for p in verdicts.parts)
    most = "" if certain else "at most; "
    return Estimate(seconds, f"{most}{bytes_text(size)} against a throughput {throughput.basis}")
