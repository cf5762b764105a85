"""The page of the lock matrix, made from the data and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from toolkit.sql.classify import Role
from toolkit.sql.locks.matrix import MatrixRow, measured_majors, read_matrix
from toolkit.sql.locks.modes import Blocked, LockMode

_HEAD: Final = """# What PostgreSQL's statements lock

Measured, not remembered: each statement ran on a real server, on tables with rows, and the page shows what
`pg_locks`, the file nodes and the row counters said. It is made by `benchmarks/lock_matrix.py`, and a test
measures anew and compares. Under "locks" stands the strongest mode on the relations of each role; what the
statement itself makes is left out, because nobody else sees it before the commit.

What the page does not say: `VACUUM` may take a short, conditional access exclusive lock to cut off empty
pages at the end of a table; what functions, triggers and `DO` blocks do inside is theirs; a statement that
commits by itself is measured by standing in its way on tables, so locks on indexes that follow their table's
lock, and locks on materialized views, are not seen apart.
"""
_ORDER: Final = (Role.TABLE, *(role for role in Role if role is not Role.TABLE))


def render_page() -> str:
    """The whole page, in Markdown."""
    majors = measured_majors()
    newest = majors[-1]
    parts = [_HEAD, _modes(), _version(newest)]
    older = [major for major in majors if major != newest]
    parts += [_differences(older_major, newest) for older_major in older]
    return "\n".join(parts)


def _modes() -> str:
    lines = ["## Lock modes", "", "| mode | excludes | makes wait |", "| --- | --- | --- |"]
    for mode in LockMode:
        excluded = ", ".join(_word(other) for other in LockMode if mode.conflicts_with(other))
        waiting = ", ".join(work.value.replace("_", " ") for work in Blocked if work in mode.blocks)
        lines.append(f"| {_word(mode)} | {excluded} | {waiting or 'nothing'} |")
    return "\n".join([*lines, ""])


def _version(major: int) -> str:
    matrix = read_matrix(major)
    lines = [f"## PostgreSQL {major}: {len(matrix)} kinds of statement", "", _TABLE_HEAD]
    lines += [_line(row) for kind in sorted(matrix) for row in matrix[kind]]
    return "\n".join([*lines, ""])


_TABLE_HEAD: Final = "| kind | statement | locks | work |\n| --- | --- | --- | --- |"


def _line(row: MatrixRow) -> str:
    return f"| {row.kind} | `{row.statement}` | {_locks(row)} | {_work(row)} |"


def _locks(row: MatrixRow) -> str:
    if row.refused is not None:
        return f"refused: {row.refused}"
    found = [f"{_role(role)} {_word(row.locks[role])}" for role in _ORDER if role in row.locks]
    return ", ".join(found) or "none"


def _work(row: MatrixRow) -> str:
    words = []
    if row.rewrites:
        words.append("rewrites " + _roles(row.rewrites))
    elif row.scans:
        words.append("reads " + _roles(row.scans))
    if row.builds_index:
        words.append("builds indexes")
    if row.leaves_to_validate:
        words.append("to be validated")
    if not row.transactional:
        words.append("not in a transaction")
    return ", ".join(words)


def _differences(older: int, newest: int) -> str:
    lines = [f"## Where PostgreSQL {older} differs from {newest}", "", _TABLE_HEAD]
    theirs = _by_statement(newest)
    for statement, row in sorted(_by_statement(older).items()):
        if theirs.get(statement) != row:
            lines.append(_line(row))
    return "\n".join([*lines, ""])


def _by_statement(major: int) -> Mapping[tuple[str, str], MatrixRow]:
    return {(row.kind, row.statement): row for rows in read_matrix(major).values() for row in rows}


def _word(mode: LockMode) -> str:
    return mode.name.lower().replace("_", " ")


def _role(role: Role) -> str:
    return role.value.replace("_", " ") + ":"


def _roles(roles: Sequence[Role]) -> str:
    return ", ".join(role.value.replace("_", " ") for role in roles)
