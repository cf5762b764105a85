"""The lock matrix: what was measured, per major version, as data.

Here: the rows, their JSON form and the lookup by version. Where the rows come from is `measure`; what they
mean for a statement is `verdict`. Invariant: rows are sorted and written in one canonical way, so that a new
measuring that finds the same gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from toolkit.sql.classify import Role, StatementKind
from toolkit.sql.locks.modes import LockMode

_FOLDER: Final = "matrix_data"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """What one example statement did on a server."""

    kind: StatementKind
    statement: str
    transactional: bool
    """Whether it may run inside a transaction block."""
    refused: str | None
    """The SQLSTATE with which this version refuses it; then nothing else is known."""
    locks: Mapping[Role, LockMode]
    """The strongest mode on relations that were there before, by role."""
    rewrites: tuple[Role, ...]
    """Whose rows were all written anew."""
    scans: tuple[Role, ...]
    """Whose rows were all read."""
    builds_index: bool
    """Whether an index was built or rebuilt from rows."""
    leaves_to_validate: bool
    """Whether an index or a constraint is left that still has to be validated."""


def measured_majors() -> tuple[int, ...]:
    """The major versions that have a matrix, ascending."""
    names = [entry.name for entry in files(__package__).joinpath(_FOLDER).iterdir()]
    return tuple(sorted(int(name.removesuffix(".json")) for name in names if name.endswith(".json")))


def nearest_major(server_major: int) -> int:
    """The measured version to judge by: the server's own, else the next newer one, else the newest."""
    majors = measured_majors()
    return next((major for major in majors if major >= server_major), majors[-1])


@cache
def read_matrix(major: int) -> Mapping[StatementKind, tuple[MatrixRow, ...]]:
    """The rows of a measured version, by kind."""
    text = files(__package__).joinpath(_FOLDER, f"{major}.json").read_text("utf-8")
    found: dict[StatementKind, tuple[MatrixRow, ...]] = {}
    for row in rows_from_json(text):
        found[row.kind] = (*found.get(row.kind, ()), row)
    return found


def rows_to_json(major: int, rows: Iterable[MatrixRow]) -> str:
    """The canonical text of a matrix: one line per row, sorted."""
    ordered = sorted(rows, key=lambda row: (row.kind, row.statement))
    lines = ",\n".join("  " + json.dumps(_as_json(row)) for row in ordered)
    return f'{{"major": {major}, "rows": [\n{lines}\n]}}\n'


def rows_from_json(text: str) -> tuple[MatrixRow, ...]:
    """The rows in a text that `rows_to_json` wrote."""
    return tuple(_from_json(row) for row in json.loads(text)["rows"])


def _as_json(row: MatrixRow) -> dict[str, Any]:
    """Only what is there: a row without a rewrite says nothing of rewrites."""
    if row.refused is not None:
        return {"kind": row.kind, "statement": row.statement, "refused": row.refused}
    written: dict[str, Any] = {"kind": row.kind, "statement": row.statement}
    if not row.transactional:
        written["transactional"] = False
    written["locks"] = {role: mode.in_pg_locks for role, mode in sorted(row.locks.items())}
    for name, roles in (("rewrites", row.rewrites), ("scans", row.scans)):
        if roles:
            written[name] = list(roles)
    for name, value in (("builds_index", row.builds_index), ("leaves_to_validate", row.leaves_to_validate)):
        if value:
            written[name] = True
    return written


def _from_json(row: Mapping[str, Any]) -> MatrixRow:
    modes = {mode.in_pg_locks: mode for mode in LockMode}
    return MatrixRow(
        kind=StatementKind(row["kind"]),
        statement=row["statement"],
        transactional=row.get("transactional", True),
        refused=row.get("refused"),
        locks={Role(role): modes[mode] for role, mode in row.get("locks", {}).items()},
        rewrites=tuple(Role(role) for role in row.get("rewrites", ())),
        scans=tuple(Role(role) for role in row.get("scans", ())),
        builds_index=row.get("builds_index", False),
        leaves_to_validate=row.get("leaves_to_validate", False),
    )
