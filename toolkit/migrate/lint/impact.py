"""What a part of a statement means for those who use the database: who waits, for how long, and where.

Everything comes from the lock matrix's verdict and from the world: a lock on a table that this revision made,
or that holds nothing, makes nobody wait. Severities are scaled here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.findings import Severity
from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.world import World
from toolkit.migrate.lint.world.things import Name
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import Part, RelationName, Role
from toolkit.sql.locks.modes import Blocked, LockMode
from toolkit.sql.locks.verdict import Answer, PartVerdict, RelationLock
from toolkit.sql.quoting import qualified

_USERS: Final = (Blocked.READS, Blocked.WRITES)
_BELONGING: Final = (Role.INDEX, Role.PARTITION, Role.DEFAULT_PARTITION, Role.VIEW, Role.SEQUENCE)
"""Roles of what stands on the statement's table: new if the table is new."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What one part does to others."""

    part: Part
    verdict: PartVerdict
    locks: tuple[RelationLock, ...]
    """Those on relations that others use."""
    rewrites: Answer
    scans: Answer
    builds: Answer

    @property
    def blocks_reads(self) -> bool:
        """Whether readers of a table in use wait."""
        return any(Blocked.READS in lock.blocks for lock in self.locks)

    @property
    def blocks_writes(self) -> bool:
        """Whether writers of a table in use wait. Nobody but REFRESH writes a materialized view."""
        if self.part.kind.value.startswith("refresh_materialized_view"):
            return self.blocks_reads
        return any(Blocked.WRITES in lock.blocks for lock in self.locks)

    @property
    def grows(self) -> Answer:
        """Whether its time grows with the rows of a table in use."""
        answers = {self.rewrites, self.scans, self.builds}
        return next(one for one in (Answer.YES, Answer.DEPENDS, Answer.UNKNOWN, Answer.NO) if one in answers)

    @property
    def hurts(self) -> Answer:
        """Whether users wait for a time that grows with a table."""
        return self.grows if self.blocks_reads or self.blocks_writes else Answer.NO

    @property
    def strongest(self) -> RelationLock | None:
        """The strongest lock that others feel."""
        return max(self.locks, key=lambda lock: (lock.mode, lock.role is Role.TABLE), default=None)

    @property
    def waiting(self) -> str:
        """Who waits, in words."""
        if self.blocks_reads:
            return "reads and writes"
        return "writes" if self.blocks_writes else "nobody"

    @property
    def work(self) -> str:
        """What takes the time, in words."""
        if self.rewrites in (Answer.YES, Answer.DEPENDS):
            verb = "writes every row anew"
        elif self.builds in (Answer.YES, Answer.DEPENDS):
            verb = "builds an index from every row"
        else:
            verb = "reads every row"
        certain = Answer.YES in (self.rewrites, self.builds, self.scans)
        return verb if certain else f"perhaps {verb}"


def impact_of(act: Act, part: Part, verdict: PartVerdict) -> Impact:
    """What the part does to relations that were there before the revision and hold rows."""
    locks = tuple(lock for lock in verdict.locks if _is_felt(act, part, lock))
    idle = not verdict.known or not _works_on_rows(act, part, verdict)
    no = Answer.NO if verdict.known else Answer.UNKNOWN
    return Impact(
        part,
        verdict,
        locks,
        no if idle else verdict.rewrites,
        no if idle else verdict.scans,
        no if idle else verdict.builds_index,
    )


def _is_felt(act: Act, part: Part, lock: RelationLock) -> bool:
    named = lock.relations
    if not named and lock.role in (*_BELONGING, Role.PARENT, Role.REFERENCED, Role.REFERENCING):
        if lock.role not in _BELONGING:
            return _unnamed_is_felt(act, part, lock.role)
        named = part.named(Role.TABLE)
    if not named:
        return True
    return any(is_in_use(act, relation) for relation in named)


def _unnamed_is_felt(act: Act, part: Part, role: Role) -> bool:
    """Relations that only the catalog knows: the world tells, where it saw the table being made."""
    tables = [act.before.table(one) for one in part.named(Role.TABLE)]
    if not tables or any(table is None for table in tables):
        return True
    for table in tables:
        assert table is not None
        if role is Role.REFERENCED and any(one.refers_to for one in table.constraints.values()):
            return True
        if role is Role.REFERENCING and any(True for _ in act.before.referring_to(table.name)):
            return True
        if role is Role.PARENT and table.partition_of is not None:
            return True
    return False


def _works_on_rows(act: Act, part: Part, verdict: PartVerdict) -> bool:
    """Whether one of the relations that are read, rewritten or indexed is in use and not empty.

    A referenced table is looked into for the rows that refer to it: without them, not at all.
    """
    roles = (*(role for role in verdict.scanned_roles if role is not Role.REFERENCED), Role.TABLE)
    named = [one for role in roles for one in part.named(role)]
    return not named or any(is_in_use(act, one) and not is_empty(act, one) for one in named)


def is_in_use(act: Act, relation: RelationName) -> bool:
    """Whether others may use the relation: it was not made by this revision, nor does it wait to be made."""
    name = owner_of(act.before, name_of(relation))
    if (table := act.before.tables.get(name)) is not None:
        if table.made_in == act.revision:
            return False
        return act.live is None or act.live.find(name) is not None
    if (view := act.before.views.get(name)) is not None:
        return view.made_in != act.revision
    return True


def is_empty(act: Act, relation: RelationName) -> bool:
    """Whether the live database counts no row in it."""
    if act.live is None:
        return False
    found = act.live.find(owner_of(act.before, name_of(relation)))
    return found is not None and found.is_empty


def owner_of(world: World, name: Name) -> Name:
    """The table of an index, for which PostgreSQL writes no table; else the relation itself."""
    index = world.indexes.get(name) or world.indexes.get(("", name[1]))
    return index.table if index is not None and name not in world.tables else name


def scaled(severity: Severity, act: Act, relations: tuple[RelationName, ...]) -> Severity:
    """The severity for the live size and use of the tables; as it is where nothing is known of them."""
    if act.live is None or not relations:
        return severity
    found = [act.live.find(owner_of(act.before, name_of(one))) for one in relations]
    known = [one for one in found if one is not None]
    if not known:
        return severity
    if severity is Severity.ERROR and all(one.is_small for one in known):
        return Severity.WARNING if any(one.is_busy for one in known) else Severity.INFO
    if severity is Severity.INFO and any(one.is_busy and not one.is_small for one in known):
        return Severity.WARNING
    return severity


def live_evidence(act: Act, relations: tuple[RelationName, ...]) -> dict[str, object]:
    """What the live database counts of the tables."""
    evidence: dict[str, object] = {}
    for relation in relations:
        name = owner_of(act.before, name_of(relation))
        found = act.live.find(name) if act.live is not None else None
        if found is not None:
            written = qualified(name[0] or None, name[1])
            evidence[written] = {
                "rows": found.rows,
                "bytes": found.bytes,
                "statements per second": round(found.per_second, 1),
            }
    return evidence


def mode_word(mode: LockMode) -> str:
    """A lock mode as people write it."""
    return mode.sql.lower()
