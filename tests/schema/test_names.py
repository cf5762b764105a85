"""Finding objects by the names people type, and drawing what was found."""

from __future__ import annotations

import pytest

from toolkit.schema import Snapshot, TreeNode, describe, relation_nodes, summarise, tree
from toolkit.schema.errors import AmbiguousObjectError, UnknownObjectError
from toolkit.schema.find import split_name
from toolkit.schema.objects import Key, Kind, Qualified


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("tasks", "table app.tasks"),
        ("TASKS", "table app.tasks"),
        ("app.tasks", "table app.tasks"),
        ('"app"."tasks"', "table app.tasks"),
        ("tasks.title", "column app.tasks.title"),
        ("app.tasks.title", "column app.tasks.title"),
        ("column title", "ambiguous"),
        ("tasks_size_ck", "constraint app.tasks.tasks_size_ck"),
        ("tasks_pkey", "constraint app.tasks.tasks_pkey"),
        ("index tasks_pkey", "index app.tasks_pkey"),
        ("constraint tasks_pkey", "constraint app.tasks.tasks_pkey"),
        ("tasks_own", "policy app.tasks.tasks_own"),
        ("add", "function app.add(integer, integer)"),
        ("app.add", "function app.add(integer, integer)"),
        ("app.add(integer, integer)", "function app.add(integer, integer)"),
        ("app.===", "operator app.=== (app.pair, app.pair)"),
        ("operator app.=== (app.pair, app.pair)", "operator app.=== (app.pair, app.pair)"),
        ("cast (app.pair AS integer)", "cast (app.pair AS integer)"),
        ("materialized view counts", "materialized view app.counts"),
        ("app", "schema app"),
        ("kit_app", "role kit_app"),
        ("role kit_app", "role kit_app"),
        ("status", "enum app.status"),
        ("taks", "app.tasks"),
        ("app.taks", "app.tasks"),
        ("table tasks_pkey", "app.tasks"),
        ("", "nothing"),
        ("nothing like it whatsoever", "nothing"),
    ],
)
def test_what_a_name_finds(base: Snapshot, name: str, wanted: str) -> None:
    try:
        found = str(base.find(name))
    except AmbiguousObjectError as error:
        found = "ambiguous" if len(error.candidates) > 1 else "of one"
    except UnknownObjectError as error:
        found = error.suggestions[0] if error.suggestions else "nothing"
    assert found == wanted


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a", ("a",)),
        ("a.b.c", ("a", "b", "c")),
        ('"a.b".c', ("a.b", "c")),
        ('"a""b"', ('a"b',)),
        ("f(a.b, c)", ("f(a.b, c)",)),
        ("s.f(a.b)", ("s", "f(a.b)")),
        ('"unclosed', ('"unclosed',)),
        ("a.", ("a", "")),
    ],
)
def test_names_are_split_like_sql_splits_them(name: str, parts: tuple[str, ...]) -> None:
    assert split_name(name) == parts


def keys_of(nodes: tuple[TreeNode, ...]) -> set[Key]:
    """Every key in a tree."""
    own = {node.key for node in nodes if node.key}
    return own.union(*(keys_of(node.children) for node in nodes))


def test_every_object_of_the_users_stands_in_the_tree(base: Snapshot) -> None:
    wanted = {thing.key for thing in base.in_order if thing.origin.value == "user"}
    assert keys_of(tree(base)) == wanted - {Key(Kind.DATABASE, ())}


def test_a_tree_without_parts_is_completed_one_relation_at_a_time(base: Snapshot) -> None:
    brief = tree(base, parts=False)
    assert not any(key.kind is Kind.COLUMN for key in keys_of(brief))
    (app,) = [node for node in brief if node.label == "app"]
    (tasks,) = [node for node in app.children[0].children if node.label == "tasks"]
    assert tasks.expandable
    assert not tasks.children
    groups = relation_nodes(base, Qualified("app", "tasks"))
    assert [group.label for group in groups] == [
        "columns",
        "constraints",
        "indexes",
        "policies",
        "triggers",
        "rules",
    ]


def test_a_table_is_described_with_everything_that_concerns_it(base: Snapshot) -> None:
    found = describe(base, base.find("app.users"))
    sections = {section.title: section.rows for section in found.sections}
    assert found.comment == "people"
    assert dict(found.facts)["row security"] == "off"
    assert sections["columns"][1] == ("email", "app.email not null", "where they read")
    assert sections["referenced by"] == (("app.tasks", "tasks_user_fk", "user_id"),)
    assert ("kit_app", "SELECT (id)") in sections["grants"]


def test_a_view_is_described_with_its_query(base: Snapshot) -> None:
    found = describe(base, base.find("open_tasks"))
    option = "security_invoker=true" if base.server.major >= 15 else "security_barrier=false"
    assert dict(found.facts)["options"] == option
    assert "FROM app.tasks" in (found.definition or "")


def test_the_summary_counts_what_is_there(base: Snapshot) -> None:
    found = summarise(base)
    assert found.counts["table"] == len(found.tables) - 1
    (tasks,) = [line for line in found.tables if line.name == "tasks"]
    assert (tasks.columns, tasks.foreign_keys, tasks.policies, tasks.row_security) == (11, 2, 2, "enabled")
    kinds = {line.name: line.kind for line in found.tables}
    assert kinds["events"] == "partitioned table"
    assert kinds["events_2025"] == "partition"
    assert kinds["remote"] == "foreign table"
