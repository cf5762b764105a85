"""What was seen of one statement, by relation; and as a row of the matrix, by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.sql.classify import Role
from toolkit.sql.locks.examples import Example
from toolkit.sql.locks.matrix import MatrixRow
from toolkit.sql.locks.measure.world import Counters, Relation
from toolkit.sql.locks.modes import LockMode


@dataclass(slots=True)
class Observation:
    """Facts about one run of one statement."""

    transactional: bool = True
    refused: str | None = None
    """SQLSTATE, if the server did not do it."""
    locks: dict[int, LockMode] = field(default_factory=dict)
    """The strongest mode that was held or asked for, by relation."""
    locks_by_name: dict[str, LockMode] = field(default_factory=dict)
    """The same by name, for runs that each have a world of their own."""
    before: Mapping[int, Relation] = field(default_factory=dict)
    """The relations as the statement found them."""
    after: Mapping[int, Relation] = field(default_factory=dict)
    """The relations as the statement left them."""
    read: Mapping[int, Counters] = field(default_factory=dict)
    """What the statement read."""
    made_invalid: bool = False
    """Whether it left an index or a constraint that still has to be validated."""

    def saw_lock(self, oid: int, mode: LockMode) -> None:
        """Remember the lock, if it is the strongest so far."""
        self.locks[oid] = max(mode, self.locks.get(oid, mode))

    def saw_lock_on(self, name: str, mode: LockMode) -> None:
        """Remember the lock by the relation's name."""
        self.locks_by_name[name] = max(mode, self.locks_by_name.get(name, mode))


def as_row(example: Example, observation: Observation, role_of: Mapping[str, Role]) -> MatrixRow:
    """The observation in terms of roles, given by name.

    Relations that the statement made are left out: nobody else sees them.
    """
    before = observation.before
    roles = {oid: role_of[relation.name] for oid, relation in before.items()}
    locks: dict[Role, LockMode] = {}
    for oid, mode in observation.locks.items():
        if oid in before:
            locks[roles[oid]] = max(mode, locks.get(roles[oid], mode))
    new_files = {
        oid
        for oid, relation in before.items()
        if oid in observation.after and _has_new_file(relation, observation)
    }
    scanned = {
        oid for oid, counted in observation.read.items() if oid in before and _is_whole(before[oid], counted)
    }
    indexes = {oid for oid in new_files if before[oid].kind == "i"}
    new_indexes = {oid for oid, one in observation.after.items() if oid not in before and one.kind == "i"}
    tables = new_files - indexes
    # A new file without a look at the old one is an emptied table, not a rewritten one.
    rewritten = {oid for oid in tables if oid in scanned or (scanned and before[oid].kind == "m")}
    return MatrixRow(
        kind=example.kind,
        statement=example.statement,
        transactional=observation.transactional,
        refused=observation.refused,
        locks=dict(sorted(locks.items())),
        rewrites=tuple(sorted({roles[oid] for oid in rewritten})),
        scans=tuple(sorted({roles[oid] for oid in scanned})),
        builds_index=bool(scanned) and bool(indexes or new_indexes),
        leaves_to_validate=observation.made_invalid,
    )


def _has_new_file(relation: Relation, observation: Observation) -> bool:
    return observation.after[relation.oid].filenode != relation.filenode


def _is_whole(relation: Relation, counted: Counters) -> bool:
    """Whether all of a table was read, by its rows or by its pages."""
    if relation.tuples <= 0:
        return False
    return counted.tuples >= relation.tuples or counted.blocks >= max(relation.pages, 1)
