"""The schema that statements make: what exists, of which type, proven how, and what that changes."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from toolkit.findings import Severity
from toolkit.migrate.lint import World, Written, lint_statements, read_live, world_of
from toolkit.migrate.lint.examples import WORLD_SQL
from toolkit.migrate.lint.reading.sql_file import written_of
from toolkit.migrate.lint.world.world import name_of
from toolkit.sql.classify import ConstraintKind, RelationName

TASKS = RelationName(None, "tasks")


def after(sql: str, world: World) -> World:
    found = lint_statements(written_of(sql, in_transaction=True), world=world)
    assert found.unknowns == ()
    return found.world


def errors(sql: str, world: World) -> list[str]:
    found = lint_statements(written_of(sql, in_transaction=True), world=world)
    return [one.rule for one in found.all if one.severity is Severity.ERROR]


TYPES = [
    ("alter table tasks add x int", "x", "int4"),
    ("alter table public.tasks alter title type text", "title", "text"),
    ("alter table tasks rename title to label", "label", "varchar(200)"),
    ("alter table tasks add x interval(3)", "x", "interval(3)"),
    ("alter table tasks add x int[]", "x", "int4[]"),
    ("alter table tasks add x bigserial", "x", "int8"),
    ("alter table tasks drop title", "title", None),
    ("alter table tasks rename to jobs", "title", None),
]


@pytest.mark.parametrize(("sql", "column", "type_"), TYPES, ids=[one[0] for one in TYPES])
def test_types(sql: str, column: str, type_: str | None, example_world: World) -> None:
    assert after(sql, example_world).column_type(TASKS, column) == type_


ADD = "alter table tasks add constraint c "
VALIDATE = "; alter table tasks validate constraint c"
PROVEN = [
    ("select 1", False),
    ("alter table tasks alter status set not null", True),
    (ADD + "check (status is not null)", True),
    (ADD + "check (status is not null) not valid", False),
    (ADD + "check (status is not null) not valid" + VALIDATE, True),
    (ADD + "check (status is not null); alter table tasks drop constraint c", False),
    (ADD + "not null status not valid", False),
    (ADD + "not null status not valid" + VALIDATE, True),
    (ADD + "check (status is not null or done)", False),
]


@pytest.mark.parametrize(("sql", "proven"), PROVEN, ids=[one[0] for one in PROVEN])
def test_what_is_proven_not_null(sql: str, proven: bool, example_world: World) -> None:
    assert after(sql, example_world).is_proven_not_null(TASKS, "status") is proven


def test_what_was_never_seen_is_not_known(example_world: World) -> None:
    other = RelationName("elsewhere", "tasks")
    assert example_world.column_type(other, "id") is None
    assert example_world.is_proven_not_null(other, "id") is None
    assert example_world.is_constrained_domain("positive") is True
    assert example_world.is_constrained_domain("mood") is False
    assert example_world.is_constrained_domain("citext") is None


def test_names_that_the_server_makes_up(example_world: World) -> None:
    kinds = {key: one.kind for key, one in example_world.tables["", "tasks"].constraints.items()}
    assert kinds == {
        "tasks_pkey": ConstraintKind.PRIMARY_KEY,
        "tasks_user_id_fkey": ConstraintKind.FOREIGN_KEY,
        "ck_tasks_position": ConstraintKind.CHECK,
    }


def test_a_dropped_table_takes_what_leans_on_it(example_world: World) -> None:
    world = after("drop table users cascade", example_world)
    assert "tasks_user_id_fkey" not in world.tables["", "tasks"].constraints
    world = after("drop table logs", example_world)
    assert ("", "logs_rest") not in world.tables


HARMLESS = [
    """create table fresh (id int); create index on fresh (id); alter table fresh add x serial;
    alter table fresh alter x type text; alter table fresh add check (id > 0); drop table fresh""",
    """create table fresh (id int, at date) partition by range (at);
    create table fresh_1 partition of fresh default""",
    "alter table tasks add c int default 1; alter table tasks add d timestamptz default now()",
    "alter table tasks alter title type varchar(300)",
    "alter table tasks alter price type numeric(12, 2)",
    """create table fresh (id int, user_id bigint);
    alter table fresh add foreign key (user_id) references users""",
]


@pytest.mark.parametrize("sql", HARMLESS)
def test_what_nobody_uses_or_is_free_is_no_error(sql: str, example_world: World) -> None:
    no_view = after("drop view open_tasks", example_world)
    assert errors(sql, no_view) == []


def test_a_table_of_another_revision_is_in_use(example_world: World) -> None:
    first = lint_statements([Written("create table fresh (id int)")], world=example_world, name="one")
    second = lint_statements([Written("create index on fresh (id)")], world=first.world, name="two")
    assert [one.rule for one in second.all if one.severity is Severity.ERROR] == ["index-create-blocking"]
    assert name_of(RelationName("public", "fresh")) in first.world.tables


def test_what_does_not_parse_is_unknown() -> None:
    found = lint_statements([Written("alter tabel x", 7), Written("do $$ begin end $$", 9)], path="f.sql")
    assert [(one.rule, one.subject) for one in found.unknowns] == [
        ("statements-not-known", "f.sql:7"),
        ("statement-not-measured", "f.sql:9"),
    ]


def test_findings_stand_by_the_text_they_are_about(example_world: World) -> None:
    texts = [
        Written("select 1", 3),
        Written("create index on tasks (due)", 5),
        Written("drop table notes", 8),
    ]
    found = lint_statements(texts, world=example_world, path="f.sql")
    assert found.per_statement[0] == ()
    assert "index-create-blocking" in {one.rule for one in found.per_statement[1]}
    (drop,) = [one for one in found.per_statement[2] if one.rule == "table-drop"]
    assert drop.location is not None
    assert (drop.location.path, drop.location.line) == ("f.sql", 8)


def test_a_world_of_a_snapshot_is_the_world_of_its_statements(engine: Engine, example_world: World) -> None:
    from toolkit.schema import read_snapshot

    with engine.begin() as connection:
        connection.exec_driver_sql(WORLD_SQL)
        world = world_of(read_snapshot(connection))
    assert set(world.tables) == set(example_world.tables)
    # The server makes an index on each partition, too.
    assert set(world.indexes) - {("", "events_2024_id_idx")} == set(example_world.indexes)
    assert world.views.keys() == example_world.views.keys()
    assert {key: one.reads for key, one in world.views.items()} == {
        key: one.reads for key, one in example_world.views.items()
    }
    for name, table in example_world.tables.items():
        found = world.tables[name]
        assert {key: one.not_null for key, one in found.columns.items()} == {
            key: one.not_null for key, one in table.columns.items()
        }
        assert (found.partitioned, found.partition_of, found.default_partition) == (
            table.partitioned,
            table.partition_of,
            table.default_partition,
        )
    assert world.enums == example_world.enums
    assert world.domains == example_world.domains


ATTACH = "alter table events attach partition events_2025 for values from ('2025-01-01') to ('2026-01-01')"
CHECKS = [
    ("at >= '2025-01-01' and at < '2026-01-01'", []),
    ("at >= '2025-01-01' and at < '2027-01-01'", ["partition-attach-unproven"]),
    ("id > 0", ["partition-attach-unproven"]),
    ("at >= '2025-01-01' and at < '2026-01-01') not valid; select (1", ["partition-attach-unproven"]),
]


@pytest.mark.parametrize(("check", "found"), CHECKS, ids=[one[0] for one in CHECKS])
def test_only_a_check_over_the_bounds_proves_a_partition(
    check: str, found: list[str], example_world: World
) -> None:
    ready = f"create index on events_2025 (id); alter table events_2025 add check ({check})"
    world = after(ready, example_world)
    assert errors(ATTACH, world) == found


def test_several_statements_in_one_message_are_a_transaction(example_world: World) -> None:
    both = "create index concurrently a on tasks (due); create index concurrently b on tasks (price)"
    found = lint_statements([Written(both, autocommit=True)], world=example_world)
    assert [one.rule for one in found.all].count("not-in-transaction") == 2
    alone = [Written(one, autocommit=True) for one in both.split("; ")]
    found = lint_statements(alone, world=example_world)
    assert "not-in-transaction" not in {one.rule for one in found.all}


def test_a_partitioned_table_is_as_large_as_its_partitions(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(WORLD_SQL)
        connection.exec_driver_sql("INSERT INTO events SELECT i, '2024-05-05' FROM generate_series(1, 500) i")
        connection.exec_driver_sql("ANALYZE events_2024")
        live = read_live(connection)
    assert live.tables["", "events"].rows == live.tables["", "events_2024"].rows == 500
    assert live.tables["", "events"].bytes > 0
    assert live.tables["", "logs"].is_empty
    assert live.tables["", "tasks"].is_empty
    assert ("", "nowhere") not in live.tables
