"""A plain SQL file, or a text like one, as statements with their lines.

`BEGIN` and `COMMIT` part transactions and are no statements themselves. Outside of them each statement
commits by itself, as psql does it, unless the caller says that the file is run in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from toolkit.migrate.lint.act import Written
from toolkit.sql.parse import parse_script

_BEGINS: Final = ("TRANS_STMT_BEGIN", "TRANS_STMT_START")
_ENDS: Final = ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK")


@dataclass(slots=True)
class Boundaries:
    """Where transactions begin and end along a text."""

    inside: bool
    """Whether a transaction is open."""
    fresh: bool = field(default=False)
    """Whether one has just begun."""

    def hear(self, kind: str) -> bool:
        """A transaction statement; True if it is a boundary."""
        if kind in _BEGINS:
            self.inside = self.fresh = True
            return True
        if kind in _ENDS:
            self.inside = False
            return True
        return False

    def written(self, sql: str, line: int | None) -> Written:
        """A statement that stands here."""
        fresh, self.fresh = self.fresh, False
        return Written(sql, line, autocommit=not self.inside, begins=fresh)


def written_of(script: str, *, in_transaction: bool = False) -> tuple[Written, ...]:
    """The statements of a script. Raises SqlSyntaxError."""
    found = []
    boundaries = Boundaries(in_transaction)
    for statement in parse_script(script):
        if statement.node_type == "TransactionStmt" and boundaries.hear(str(statement.node.get("kind"))):
            continue
        found.append(boundaries.written(statement.text, statement.line))
    return tuple(found)
