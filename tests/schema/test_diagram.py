"""Diagrams: what is in them, how far they reach, and that no name breaks their syntax."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.diagram import diagram, edges_of
from toolkit.schema.objects import Qualified


@pytest.fixture
def chain(connection: Connection) -> Snapshot:
    connection.exec_driver_sql(
        "create table a (id integer primary key);"
        "create table b (id integer primary key, a_id integer not null references a);"
        "create table c (id integer primary key references b, note text);"
        "create table d (c_id integer references c);"
        'create table "we ""ird" ("x.y" integer, "1%%" text)'
    )
    return read_snapshot(connection)


def test_mermaid_shows_tables_columns_and_keys(chain: Snapshot) -> None:
    assert diagram(chain, around=Qualified("public", "b")).splitlines() == [
        "erDiagram",
        '  t0_a["public.a"] {',
        "    integer id PK",
        "  }",
        '  t1_b["public.b"] {',
        "    integer id PK",
        "    integer a_id FK",
        "  }",
        '  t2_c["public.c"] {',
        "    integer id PK, FK",
        "    text note",
        "  }",
        '  t0_a ||--o{ t1_b : "a_id"',
        '  t1_b ||--o| t2_c : "id"',
    ]


@pytest.mark.parametrize(("hops", "tables"), [(0, "a"), (1, "ab"), (2, "abc"), (9, "abcd")])
def test_hops_bound_the_diagram(chain: Snapshot, hops: int, tables: str) -> None:
    text = diagram(chain, around=Qualified("public", "a"), hops=hops)
    assert "".join(re.findall(r'"public\.(\w)"', text)) == tables


def test_optional_parents_are_drawn_as_such(chain: Snapshot) -> None:
    assert '|o--o{ t3_d : "c_id"' in diagram(chain)
    assert '"public.d" -> "public.c" [label="c_id" style=dashed];' in diagram(chain, form="dot")


def test_names_cannot_break_the_syntax(chain: Snapshot) -> None:
    lines = diagram(chain).splitlines()
    assert "  t4_we__ird[\"public.'we ''ird'\"] {" in lines
    assert "    integer x_y" in lines
    assert "    text c_1_" in lines
    assert '"public.\\"we \\"\\"ird\\""' in diagram(chain, form="dot")


def test_partitions_are_left_to_their_parent(base: Snapshot) -> None:
    assert "events_2025" not in diagram(base)
    assert "app.events" in diagram(base)


def test_the_foreign_keys_of_one_table(chain: Snapshot) -> None:
    found = edges_of(chain, Qualified("public", "b"))
    assert [(edge.child.name, edge.parent.name) for edge in found] == [("b", "a"), ("c", "b")]
