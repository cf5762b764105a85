"""PostgreSQL's eight lock modes of tables, and which of them exclude each other.

The conflict table is that of PostgreSQL's manual, chapter "Explicit Locking"; a test proves it on a server
with two sessions.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final


class LockMode(IntEnum):
    """In the order of PostgreSQL's own numbers, which is the order of strength."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def sql(self) -> str:
        """As `LOCK TABLE ... IN ... MODE` writes it."""
        return self.name.replace("_", " ")

    @property
    def in_pg_locks(self) -> str:
        """As `pg_locks.mode` writes it: `AccessExclusiveLock`."""
        return self.name.title().replace("_", "") + "Lock"

    def conflicts_with(self, other: LockMode) -> bool:
        """Whether the two cannot be held on one table by two transactions at once."""
        return other in _CONFLICTS[self]

    @property
    def blocks(self) -> frozenset[Blocked]:
        """Which work of others has to wait while this lock is held, or asked for by one who waits."""
        return frozenset(work for work, mode in _TAKEN_BY.items() if self.conflicts_with(mode))


class Blocked(StrEnum):
    """Work of others that can be kept waiting."""

    READS = "reads"
    """`SELECT`."""
    ROW_LOCKS = "row_locks"
    """`SELECT ... FOR UPDATE`, and the foreign-key checks of other tables' writes."""
    WRITES = "writes"
    """`INSERT`, `UPDATE`, `DELETE`."""
    MAINTENANCE = "maintenance"
    """`VACUUM`, `ANALYZE`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`."""
    DDL = "ddl"
    """Whatever takes the strongest lock: most `ALTER TABLE`s, `DROP`, `TRUNCATE`."""


_M = LockMode
_TAKEN_BY: Final = {
    Blocked.READS: _M.ACCESS_SHARE,
    Blocked.ROW_LOCKS: _M.ROW_SHARE,
    Blocked.WRITES: _M.ROW_EXCLUSIVE,
    Blocked.MAINTENANCE: _M.SHARE_UPDATE_EXCLUSIVE,
    Blocked.DDL: _M.ACCESS_EXCLUSIVE,
}
_CONFLICTS: Final = {
    _M.ACCESS_SHARE: frozenset({_M.ACCESS_EXCLUSIVE}),
    _M.ROW_SHARE: frozenset({_M.EXCLUSIVE, _M.ACCESS_EXCLUSIVE}),
    _M.ROW_EXCLUSIVE: frozenset({_M.SHARE, _M.SHARE_ROW_EXCLUSIVE, _M.EXCLUSIVE, _M.ACCESS_EXCLUSIVE}),
    _M.SHARE_UPDATE_EXCLUSIVE: frozenset(
        {_M.SHARE_UPDATE_EXCLUSIVE, _M.SHARE, _M.SHARE_ROW_EXCLUSIVE, _M.EXCLUSIVE, _M.ACCESS_EXCLUSIVE}
    ),
    _M.SHARE: frozenset(LockMode) - {_M.ACCESS_SHARE, _M.ROW_SHARE, _M.SHARE},
    _M.SHARE_ROW_EXCLUSIVE: frozenset(LockMode) - {_M.ACCESS_SHARE, _M.ROW_SHARE},
    _M.EXCLUSIVE: frozenset(LockMode) - {_M.ACCESS_SHARE},
    _M.ACCESS_EXCLUSIVE: frozenset(LockMode),
}
_BY_NAME: Final = {mode.in_pg_locks: mode for mode in LockMode}


def mode_from_pg_locks(name: str) -> LockMode:
    """The mode that `pg_locks.mode` names; raises KeyError for a mode of no table (`SIReadLock`)."""
    return _BY_NAME[name]
