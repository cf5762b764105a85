"""Synthetic rows: of every type, with keys and checks kept and the live shape."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from toolkit.migrate.rehearsal.filling import Shape, Wanted, fill
from toolkit.schema import read_snapshot
from toolkit.schema.objects import Qualified

WORLD = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN age AS int CHECK (value >= 0);
CREATE TABLE tenants (id uuid PRIMARY KEY, name varchar(12) NOT NULL UNIQUE);
CREATE TABLE users (
    id bigserial PRIMARY KEY, tenant uuid NOT NULL REFERENCES tenants, mail text UNIQUE, m mood NOT NULL,
    years age, state text NOT NULL CHECK (state IN ('open', 'shut')), closed timestamptz,
    CHECK ((state = 'shut') = (closed IS NOT NULL)), UNIQUE (id, tenant));
CREATE TABLE notes (
    id int GENERATED ALWAYS AS IDENTITY, writer bigint NOT NULL, tenant uuid NOT NULL, doubled int
    GENERATED ALWAYS AS (points * 2) STORED, points int CHECK (points BETWEEN 5 AND 9), up int,
    FOREIGN KEY (writer, tenant) REFERENCES users (id, tenant), PRIMARY KEY (id));
ALTER TABLE notes ADD FOREIGN KEY (up) REFERENCES notes;
CREATE TABLE kinds (
    a smallint, b numeric(5, 2), c numeric, d real, e float8, f bool, g char(3), h date, i timestamp(3),
    j time, k interval, l json, m jsonb, n bytea, o inet, p cidr, q bit(4), r varbit(6), s int[], t text[],
    u int4range, v tstzrange, w tsvector, x point, y macaddr, z money, "Odd name" varchar(2));
CREATE TABLE parts (id int, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE parts_2020 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2031-01-01');
CREATE TABLE impossible (a int NOT NULL CHECK (a < 0 AND a > 0));
"""


@pytest.fixture
def world(connection: Connection) -> Connection:
    connection.exec_driver_sql(WORLD)
    connection.commit()
    return connection


def counted(connection: Connection, query: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {query}").scalar_one())


def test_keys_checks_and_every_type(world: Connection) -> None:
    made = fill(world, read_snapshot(world), Wanted(20))
    assert [one.subject for one in made.unknowns] == ["public.impossible"]
    for table in ("tenants", "users", "notes", "kinds", "parts"):
        assert counted(world, table) == 20, table
    assert counted(world, "(SELECT DISTINCT state FROM users) AS s") == 2
    values = world.exec_driver_sql("SELECT * FROM kinds").mappings().all()
    assert [name for name in values[0] if all(row[name] is None for row in values)] == []
    again = fill(world, read_snapshot(world), Wanted(20))
    assert (again.rows, counted(world, "users")) == (0, 20)


def test_the_live_shape(world: Connection) -> None:
    kinds = Qualified("public", "kinds")
    shapes = {(kinds, "c"): Shape(0.5, 3.0), (kinds, "b"): Shape(0.0, -0.1)}
    made = fill(world, read_snapshot(world), Wanted(None, {kinds: 400}, shapes))
    assert made.rows == 400
    assert counted(world, "(SELECT DISTINCT c FROM kinds WHERE c IS NOT NULL) AS s") == 3
    assert 120 < counted(world, "kinds WHERE c IS NULL") < 280
    assert counted(world, "(SELECT DISTINCT b FROM kinds) AS s") == 40
