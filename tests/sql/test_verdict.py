"""Verdicts: looked up, joined over situations, honest about what is not known."""

from __future__ import annotations

import pytest

from toolkit.sql.classify import KnownFacts, Role
from toolkit.sql.locks.matrix import measured_majors, nearest_major
from toolkit.sql.locks.modes import Blocked, LockMode
from toolkit.sql.locks.verdict import Answer, verdict

# Facts of PostgreSQL 18's manual and of the field: statement, strongest lock on the table, rewrite, scan.
AX = LockMode.ACCESS_EXCLUSIVE
FACTS = [
    ("alter table t add column x int", AX, Answer.NO, Answer.NO),
    ("alter table t add column x uuid default gen_random_uuid()", AX, Answer.YES, Answer.YES),
    ("alter table t add column x int check (x > 0)", AX, Answer.NO, Answer.YES),
    ("alter table t add constraint c check (x > 0) not valid", AX, Answer.NO, Answer.NO),
    ("create index on t (x)", LockMode.SHARE, Answer.NO, Answer.YES),
    ("create index concurrently i on t (x)", LockMode.SHARE_UPDATE_EXCLUSIVE, Answer.NO, Answer.YES),
    ("alter table t validate constraint c", LockMode.SHARE_UPDATE_EXCLUSIVE, Answer.NO, Answer.YES),
    ("alter table t alter x type text", AX, Answer.DEPENDS, Answer.DEPENDS),
    ("alter table t alter x set not null", AX, Answer.NO, Answer.DEPENDS),
    ("vacuum full t", AX, Answer.YES, Answer.YES),
    ("truncate t", AX, Answer.NO, Answer.NO),
    ("refresh materialized view concurrently t", LockMode.EXCLUSIVE, Answer.NO, Answer.YES),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "mode", "rewrites", "scans"), FACTS, ids=[fact[0] for fact in FACTS])
def test_known_facts(statement: str, mode: LockMode, rewrites: Answer, scans: Answer) -> None:
    found = verdict(statement, 18)
    assert (found.mode_on(Role.TABLE), found.parts[0].rewrites, found.parts[0].scans) == (
        mode,
        rewrites,
        scans,
    )
    assert found.is_known
    assert found.is_exact


def test_a_foreign_key_locks_both_tables_and_names_them() -> None:
    (part,) = verdict("alter table a.child add foreign key (x) references b.parent", 18).parts
    locks = {lock.role: (lock.mode, [str(name) for name in lock.relations]) for lock in part.locks}
    assert locks[Role.TABLE] == (LockMode.SHARE_ROW_EXCLUSIVE, ["a.child"])
    assert locks[Role.REFERENCED] == (LockMode.SHARE_ROW_EXCLUSIVE, ["b.parent"])


def test_what_waits() -> None:
    (part,) = verdict("create index on t (x)", 18).parts
    assert {lock.role: lock.blocks for lock in part.locks}[Role.TABLE] == {
        Blocked.WRITES,
        Blocked.MAINTENANCE,
        Blocked.DDL,
    }
    assert part.transactional is Answer.YES
    assert verdict("create index concurrently on t (x)", 18).parts[0].transactional is Answer.NO


def test_situations_that_differ_depend() -> None:
    (part,) = verdict("drop table t", 18).parts
    certain = {lock.role: lock.certain for lock in part.locks}
    assert certain[Role.TABLE]
    assert not certain[Role.REFERENCED]


@pytest.mark.parametrize("statement", ["do $$ begin end $$", "call f()", "create tablespace x location '/x'"])
def test_what_was_never_measured_is_unknown(statement: str) -> None:
    found = verdict(statement, 18)
    assert not found.is_known
    assert found.parts[0].rewrites is Answer.UNKNOWN
    assert found.strongest is None


def test_a_feature_that_the_version_lacks_is_unknown_with_its_refusal() -> None:
    found = verdict("alter table t add x int generated always as (1) virtual", 15)
    assert found.parts[0].refused == ("42601",)
    assert not found.is_known


def test_a_version_that_was_never_measured_is_judged_by_a_neighbour_and_says_so() -> None:
    found = verdict("drop table t", 17)
    assert (found.server_major, found.measured_major, found.is_exact) == (17, 18, False)
    assert nearest_major(99) == measured_majors()[-1]


def test_the_catalog_turns_depends_into_an_answer() -> None:
    known = KnownFacts(column_types={("t", "x"): "character varying(10)"})
    assert verdict("alter table t alter x type text", 18, known).parts[0].rewrites is Answer.NO
