"""What mode 2 asks the core for: the same of a small database and of a large one, never what was before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures.cockpit import CockpitProject
from sqlalchemy import Engine

from toolkit.cancel import CancelToken
from toolkit.settings import load_settings
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.schema import SchemaBackend, advice, readings
from toolkit.tui.facts.rows import RowsAsked
from toolkit.tui.facts.schema import EVERYTHING, TABS, ObjectView, Schema
from toolkit.workspace import Workspace

OBJECTS = """
create extension citext;
create type mood as enum ('low', 'high');
create domain code as text check (value <> '');
create function twice(n integer) returns integer language sql as 'select n * 2';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create table people (id integer primary key, name text not null, boss integer references people, mood mood);
create table orders (id bigint generated always as identity primary key, person integer references people,
  code code, total numeric default 0, twice integer generated always as (1 * 2) stored);
comment on table orders is 'what people want';
create index on orders (person);
alter table orders enable row level security;
create policy own on orders for select using (person = current_setting('app.user_id')::integer);
create trigger touched before update on orders for each row execute function touch();
create view busy as select person from orders;
create table events (at date not null) partition by range (at);
create table events_old partition of events default;
grant select on orders to public;
"""


@pytest.fixture
def backend(cockpit_project: CockpitProject, engine: Engine) -> Iterator[SchemaBackend]:
    """Mode 2's part of the backend on a database with objects of many kinds."""
    with engine.begin() as connection:
        connection.exec_driver_sql(OBJECTS)
    given = {"database_url": cockpit_project.url.reveal_plain()}
    opened = Opened(Workspace.open(load_settings(cockpit_project.directory, given, environ={})))
    yield SchemaBackend(opened)
    opened.close()


def everything(backend: SchemaBackend) -> tuple[Schema, list[ObjectView]]:
    """Every tab of every object."""
    schema = backend.read()
    keys = [key for _, key in schema.schemas] + [one.key for one in schema.objects if not one.of_extension]
    return schema, [backend.look(key, tab) for key in keys for tab in TABS if tab not in ("advice", "models")]


def test_a_large_database_is_read_object_by_object_and_says_the_same(
    backend: SchemaBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema, small = everything(backend)
    monkeypatch.setattr(readings, "LARGE", 1)
    assert everything(backend) == (schema, small)
    by_name = {one.full_name: one for one in schema.objects}
    assert by_name["public.events_old"].partition
    assert by_name["public.twice(integer)"].kind == "function"
    assert any(one.of_extension for one in schema.objects)
    told = {(view.key, view.tab): view for view in small}
    assert told["table public.orders", "ddl"].sql is not None
    assert (
        told["enum public.mood", "indexes"].remark
        == "enum public.mood has no indexes: only tables and views have"
    )
    assert "refs out: public.people" in (told["table public.orders", "columns"].remark or "")
    graph = told["table public.people", "graph"].neighbours
    assert sorted((one.key, one.outgoing, one.columns) for one in graph) == [
        ("table public.orders", False, ("person",)),
        ("table public.people", False, ("boss",)),
        ("table public.people", True, ("boss",)),
    ]
    page = backend.rows.page(RowsAsked("table public.people"), CancelToken(), None)
    assert sorted(one.words for one in page.referrers) == [
        "public.orders  by person",
        "public.people  by boss",
    ]
    assert backend.advice.about(EVERYTHING) is None
    assert len(backend.advice.ask().findings) > 3
    assert backend.advice.about("table public.events") is not None


def test_the_database_itself_can_be_looked_at(backend: SchemaBackend) -> None:
    backend.read()
    said = {tab: backend.look(EVERYTHING, tab) for tab in TABS}
    assert [one.title for one in said["columns"].sections] == ["in this database", "by size, 3 of 3"]
    assert ("orders_person_idx", "public.orders") in [row[:2] for row in said["indexes"].sections[0].rows]
    assert said["ddl"].remark == "neonkit schema ddl writes all of it"
    never_listed = backend.look("table public.gone", "columns")
    assert never_listed.remark == "table public.gone is not there any more: r reads the catalog again"


def test_advice_about_everything_is_never_what_was_before(
    backend: SchemaBackend, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "FRESH_SECONDS", 0.0)
    backend.read()
    before = backend.advice.about(EVERYTHING)
    assert before is not None
    with engine.begin() as connection:
        connection.exec_driver_sql("drop index orders_person_idx")
    after = backend.advice.about(EVERYTHING)
    assert after is not None
    new = {line.subject for line in after.lines} - {line.subject for line in before.lines}
    assert "public.orders.orders_person_fkey" in new
    about_one = backend.advice.about("table public.orders")
    assert about_one is not None
    assert "public.orders.orders_person_fkey" in {line.subject for line in about_one.lines}
    assert all(line.subject.startswith("public.orders") for line in about_one.lines)
