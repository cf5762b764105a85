"""Statements are of the kinds they are, with the relations they name; what is not known is not guessed."""

from __future__ import annotations

import pytest

from toolkit.sql.classify import (
    ConstraintKind,
    KnownFacts,
    RelationName,
    Role,
    StatementKind,
    Volatility,
    classify,
)
from toolkit.sql.classify.undetermined import CANDIDATES

KNOWN = KnownFacts(
    column_types={
        ("t", "label"): "character varying(20)",
        ("t", "price"): "numeric(10,2)",
        ("t", "tags"): "text[]",
        ("t", "at"): "timestamp without time zone",
    },
    proven_not_null={("t", "label"): True, ("t", "price"): False},
    constraint_kinds={("t", "t_fk"): ConstraintKind.FOREIGN_KEY, ("t", "t_x"): ConstraintKind.EXCLUSION},
    volatilities={"fresh": Volatility.VOLATILE, "fixed": Volatility.IMMUTABLE},
    constrained_domains={"positive": True, "mood": False},
)
ADD, TYPE = "alter_table.add_column.", "alter_table.alter_column_type"

CASES: list[tuple[str, list[str]]] = [
    ("alter table t add x int default 5 check (x > 0)", [ADD + "constant_default", ADD + "inline_check"]),
    ("alter table t add x int not null unique references p", [
        ADD + "required", ADD + "inline_unique", ADD + "inline_foreign_key"]),
    ("alter table t add x text default fresh()", [ADD + "volatile_default"]),
    ("alter table t add x text default fixed()", [ADD + "constant_default"]),
    ("alter table t add x text default strange()", [ADD + "unknown_default"]),
    ("alter table t add x text default coalesce(strange(), random()::text)", [ADD + "volatile_default"]),
    ("alter table t add x timestamptz default current_timestamp", [ADD + "stable_default"]),
    ("alter table t add x positive", [ADD + "constrained_domain"]),
    ("alter table t add x mood", [ADD + "plain"]),
    ("alter table t add x elsewhere", [ADD + "user_type"]),
    ("alter table t alter label type varchar(21)", [TYPE + ".longer_varchar"]),
    ("alter table t alter label type varchar", [TYPE + ".longer_varchar"]),
    ("alter table t alter label type varchar(20) using label::varchar(20)", [TYPE + ".same_type"]),
    ("alter table t alter label type varchar(9)", [TYPE + ".shorter_varchar"]),
    ("alter table t alter label type text using upper(label)", [TYPE + ".using_expression"]),
    ("alter table t alter price type numeric", [TYPE + ".numeric_precision_up"]),
    ("alter table t alter price type numeric(9,2)", [TYPE + ".numeric_scale"]),
    ("alter table t alter price type text", [TYPE]),
    ("alter table t alter tags type varchar[]", [TYPE]),
    ("alter table t alter at type timestamptz", [TYPE]),
    ("alter table t alter nowhere type text", [TYPE]),
    ("alter table t alter label set not null", ["alter_table.set_not_null.proven"]),
    ("alter table t alter price set not null", ["alter_table.set_not_null.unproven"]),
    ("alter table t alter other set not null", ["alter_table.set_not_null"]),
    ("alter table t drop constraint t_fk", ["alter_table.drop_constraint.foreign_key"]),
    ("alter table t drop constraint t_x", ["alter_table.drop_constraint"]),
    ("alter table t drop constraint other", ["alter_table.drop_constraint"]),
    ("alter table t validate constraint other", ["alter_table.validate_constraint"]),
    ("explain analyze delete from t", ["delete.everything"]),
    ("explain (analyze off) delete from t", ["explain"]),
    ("with gone as (delete from t where id = 1 returning *) select * from gone", ["delete", "select"]),
    ("select * into made from t", ["create_table.as"]),
    ("vacuum (full off) t", ["vacuum.plain"]),
    ("reindex (concurrently off) table t", ["reindex.table"]),
    ("create table a (id int references a, b int references t)", ["create_table.foreign_key"]),
    ("do $$ begin end $$", ["do_block"]),
    ("create tablespace x location '/x'", ["unknown"]),
    ("alter foreign table f add x int", ["unknown"]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "kinds"), CASES, ids=[statement for statement, _ in CASES])
def test_kinds(statement: str, kinds: list[str]) -> None:
    assert [kind.value for kind in classify(statement, KNOWN).kinds] == kinds


@pytest.mark.parametrize(
    ("statement", "role", "names"),
    [
        ("alter table a.t add foreign key (x) references b.p not valid", Role.REFERENCED, ["b.p"]),
        ("alter table t attach partition s.p default", Role.PARTITION, ["s.p"]),
        ("drop table a.t, b", Role.TABLE, ["a.t", "b"]),
        ("drop index concurrently a.i", Role.INDEX, ["a.i"]),
        ("drop trigger g on a.t", Role.TABLE, ["a.t"]),
        ("comment on column a.t.c is 'x'", Role.TABLE, ["a.t"]),
        ("create table n partition of a.t for values in (1)", Role.PARENT, ["a.t"]),
        ("create view v as with w as (select 1) select * from w, a.t", Role.SOURCE, ["a.t"]),
        ("update t set x = 1 from s where true", Role.SOURCE, ["s"]),
        ('truncate "T", u', Role.TABLE, ['"T"', "u"]),
    ],
)
def test_relations_have_roles(statement: str, role: Role, names: list[str]) -> None:
    (part,) = classify(statement).parts
    assert [str(name) for name in part.named(role)] == names


def test_attributes_say_what_rules_ask_for() -> None:
    (part,) = classify("alter table if exists t drop column c cascade").parts
    assert dict(part.attributes) == {"column": "c", "cascade": "true", "if_exists": "true"}
    assert part.named(Role.TABLE) == (RelationName(None, "t"),)


def test_undetermined_kinds_have_candidates_that_are_determined() -> None:
    candidates = {kind for kinds in CANDIDATES.values() for kind in kinds}
    assert all(len(kinds) > 1 for kinds in CANDIDATES.values())
    assert not candidates & set(CANDIDATES)
    assert StatementKind.UNKNOWN not in candidates
