"""Verdicts: what a statement locks and does on a server of a given version, looked up in the lock matrix.

Invariant: every word of a verdict was measured. Where the measured situations of a kind differ, the verdict
says `DEPENDS` and gives the strongest lock; where nothing was measured it says `UNKNOWN`, which is worse than
any lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toolkit.sql.classify import (
    NOTHING_KNOWN,
    Classified,
    Knowledge,
    Part,
    RelationName,
    Role,
    StatementKind,
    classify,
)
from toolkit.sql.classify.undetermined import CANDIDATES
from toolkit.sql.locks.matrix import MatrixRow, nearest_major, read_matrix
from toolkit.sql.locks.modes import Blocked, LockMode
from toolkit.sql.parse import Statement


class Answer(StrEnum):
    """Whether something happens."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    """In some situations that were measured, not in others; the catalog may tell which."""
    UNKNOWN = "unknown"
    """Never measured."""


@dataclass(frozen=True, slots=True)
class RelationLock:
    """The strongest lock on relations of one role."""

    role: Role
    mode: LockMode
    certain: bool
    """False if some situations of this kind take no lock, or a weaker one, on this role."""
    relations: tuple[RelationName, ...]
    """Those of the role that the statement names; none for relations that only the catalog knows."""

    @property
    def blocks(self) -> frozenset[Blocked]:
        """Which work of others on these relations has to wait."""
        return self.mode.blocks


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """What one part of a statement does."""

    kind: StatementKind
    known: bool
    """False: never measured; the rest says nothing then."""
    refused: tuple[str, ...]
    """SQLSTATEs with which the measured version refused the examples: it lacks the feature."""
    locks: tuple[RelationLock, ...]
    rewrites: Answer
    """Whether a relation's rows are all written anew."""
    scans: Answer
    """Whether a relation's rows are all read."""
    scanned_roles: tuple[Role, ...]
    builds_index: Answer
    leaves_to_validate: Answer
    """Whether an index or constraint stays behind that still has to be validated."""
    transactional: Answer
    """Whether it can run inside a transaction block."""

    @property
    def strongest(self) -> LockMode | None:
        """The strongest lock of all, or None if there is none or nothing is known."""
        return max((lock.mode for lock in self.locks), default=None)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a statement does, part by part."""

    statement: str
    parts: tuple[PartVerdict, ...]
    server_major: int
    measured_major: int
    """The version whose matrix was asked; another than the server's if that was never measured."""

    @property
    def is_exact(self) -> bool:
        """Whether the server's own version was measured."""
        return self.server_major == self.measured_major

    @property
    def is_known(self) -> bool:
        """Whether all of the statement was measured."""
        return all(part.known for part in self.parts)

    @property
    def strongest(self) -> LockMode | None:
        """The strongest lock of all parts, or None if there is none or nothing is known."""
        return max((part.strongest for part in self.parts if part.strongest is not None), default=None)

    def mode_on(self, role: Role) -> LockMode | None:
        """The strongest lock on relations of the role."""
        modes = [lock.mode for part in self.parts for lock in part.locks if lock.role is role]
        return max(modes, default=None)


def verdict(statement: Statement | str, server_major: int, known: Knowledge = NOTHING_KNOWN) -> Verdicts:
    """What the statement locks and does on a server of that major version.

    Raises:
        SqlSyntaxError: a text was given that is not one statement.
    """
    return verdict_of(classify(statement, known), server_major)


def verdict_of(classified: Classified, server_major: int) -> Verdicts:
    """The verdict on a statement that is classified already."""
    major = nearest_major(server_major)
    parts = tuple(_of_part(part, major) for part in classified.parts)
    return Verdicts(classified.statement.text, parts, server_major, major)


def _of_part(part: Part, major: int) -> PartVerdict:
    matrix = read_matrix(major)
    kinds = CANDIDATES.get(part.kind, (part.kind,))
    measured = [row for kind in kinds for row in matrix.get(kind, ())]
    rows = [row for row in measured if row.refused is None]
    if not rows:
        refused = tuple(sorted({row.refused for row in measured if row.refused is not None}))
        return _unknown(part.kind, refused)
    return PartVerdict(
        kind=part.kind,
        known=True,
        refused=(),
        locks=tuple(_locks(part, rows)),
        rewrites=_answer(bool(row.rewrites) for row in rows),
        scans=_answer(bool(row.scans) for row in rows),
        scanned_roles=tuple(sorted({role for row in rows for role in row.scans})),
        builds_index=_answer(row.builds_index for row in rows),
        leaves_to_validate=_answer(row.leaves_to_validate for row in rows),
        transactional=_answer(row.transactional for row in rows),
    )


def _unknown(kind: StatementKind, refused: tuple[str, ...]) -> PartVerdict:
    no = Answer.UNKNOWN
    return PartVerdict(kind, False, refused, (), no, no, (), no, no, no)


def _answer(seen: Iterable[bool]) -> Answer:
    values = set(seen)
    if len(values) > 1:
        return Answer.DEPENDS
    return Answer.YES if values == {True} else Answer.NO


def _locks(part: Part, rows: Sequence[MatrixRow]) -> Iterable[RelationLock]:
    for role in sorted({role for row in rows for role in row.locks}):
        modes = {row.locks.get(role) for row in rows}
        strongest = max(mode for mode in modes if mode is not None)
        yield RelationLock(role, strongest, len(modes) == 1, part.named(role))
