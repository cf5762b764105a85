"""Statements of which the lock matrix says nothing: they are named as unknown, never passed over."""

from __future__ import annotations

from typing import Final

from toolkit.database.activity.sample import without_passwords
from toolkit.migrate.lint.act import Act
from toolkit.sql.classify import StatementKind

NOT_MEASURED: Final = "statement-not-measured"
NOT_READ: Final = "statements-not-known"

_INSIDE: Final = {
    StatementKind.DO_BLOCK: "what a DO block runs is seen only when it runs",
    StatementKind.CALL: "what a procedure runs is seen only when it runs",
    StatementKind.EXECUTE: "what was prepared elsewhere is not known here",
}
_HARMLESS: Final = frozenset(
    {StatementKind.PREPARE, StatementKind.DEALLOCATE, StatementKind.RELEASE_SAVEPOINT}
)


def reason_of_unmeasured(act: Act) -> str | None:
    """Why nothing is known of what the act locks and does, or None where it is known."""
    for part, verdict in act.parts:
        if verdict.known or part.kind in _HARMLESS or verdict.refused:
            continue
        if part.kind in _INSIDE:
            return _INSIDE[part.kind]
        return f"no measured statement is like it: {' '.join(without_passwords(act.text).split())[:80]}"
    return None
