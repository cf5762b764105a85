"""One attempt of a user: in a savepoint that is always rolled back, with what it did told apart.

Three outcomes are never mixed: rows were reached, the database refused (SQLSTATE 42501), or something else
went wrong, which says nothing about isolation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import sqlstate

REFUSED: Final = "42501"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    rows: int | None
    """Rows returned or reached; None when it failed."""
    sqlstate: str | None = None
    changed: bool = False
    """Whether anything that is not the user's own was different afterwards."""
    value: Any = ()
    """The rows of a query."""

    @property
    def refused(self) -> bool:
        """Whether the database said no."""
        return self.sqlstate == REFUSED

    @property
    def failed(self) -> bool:
        """Whether it ended in an error that is no refusal."""
        return self.sqlstate is not None and not self.refused

    @property
    def words(self) -> str:
        """For evidence: `refused`, `error 23505`, `3 rows`."""
        if self.refused:
            return "refused"
        return f"error {self.sqlstate}" if self.failed else f"{self.rows} rows"


@dataclass(frozen=True, slots=True)
class Stage:
    """The transaction in which everything happens, and the role that acts in it."""

    connection: Connection
    role: str
    setting: str
    cancel: CancelToken | None = None

    def observe(self, statement: str, **binds: object) -> list[Mapping[str, Any]]:
        """Run a query as the observer."""
        self.check()
        return [dict(row) for row in self.connection.execute(text(statement), binds).mappings()]

    def attempt(
        self,
        identity: str | None,
        statement: str,
        binds: Mapping[str, object] | None = None,
        *,
        prepare: Callable[[], None] | None = None,
        fingerprint: Callable[[], object] | None = None,
    ) -> Outcome:
        """Run one statement as the role with this identity (None leaves the setting alone), then undo it.

        `prepare` runs before, as the observer. `fingerprint` tells, as the observer, the state of the rows
        that are not the user's; it is compared before and after.
        """
        self.check()
        savepoint = self.connection.begin_nested()
        acting = False
        try:
            if prepare is not None:
                prepare()
            before = fingerprint() if fingerprint is not None else None
            self._become(identity)
            acting = True
            result = self.connection.execute(text(statement), dict(binds or {}))
            rows = result.mappings().all() if result.returns_rows else None
            reached = len(rows) if rows is not None else result.rowcount
            acting = False
            self._return()
            changed = fingerprint is not None and fingerprint() != before
            return Outcome(reached, changed=changed, value=[dict(row) for row in rows or ()])
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            self.check()
            state = sqlstate(error) or "unknown"
            # Only the user's own statement can be refused; a refusal around it says nothing about the user.
            return Outcome(None, sqlstate=state if acting else f"{state} around it")
        finally:
            if savepoint.is_active:
                savepoint.rollback()

    def check(self) -> None:
        """Stop if somebody asked to."""
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()

    def _become(self, identity: str | None) -> None:
        binds = {"role": self.role, "setting": self.setting, "identity": identity}
        if identity is not None:
            self.connection.execute(text("SELECT set_config(:setting, :identity, true)"), binds)
        self.connection.execute(text("SELECT set_config('role', :role, true)"), binds)

    def _return(self) -> None:
        self.connection.execute(text("SELECT set_config('role', 'none', true)"))
