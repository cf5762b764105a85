"""Which rows are rejected depends on the rows alone: not on their order, the order of tables, or batches.

Random schemas with self references, circles, unique keys, checks, stored rows, new and kept keys; random rows
with keys twice, bad values, parents that are missing, rejected or stored.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
from fixtures.judging import Judge
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.transfer.judge import ask
from toolkit.transfer.judge.book import Book

NAMES = ("a", "b", "c")
Row = dict[str, Any]


@dataclass(frozen=True)
class Schema:
    """Tables with a key, a unique column, a checked one, and references to any of them."""

    parents: dict[str, tuple[str, ...]]
    serial: frozenset[str]
    skipping: frozenset[str]

    @property
    def ddl(self) -> str:
        """The tables, then the foreign keys, so that they may form circles."""
        tables = [
            f"CREATE TABLE {name} (id serial PRIMARY KEY, u int UNIQUE, n int CHECK (n < 4)"
            + "".join(f", to_{parent} int" for parent in parents)
            + ")"
            for name, parents in self.parents.items()
        ]
        keys = [
            f"ALTER TABLE {name} ADD FOREIGN KEY (to_{parent}) REFERENCES {parent}"
            for name, parents in self.parents.items()
            for parent in parents
        ]
        stored = [f"INSERT INTO {name} (id, u) VALUES (2, 2), (7, 7)" for name in self.parents]
        return "; ".join([*tables, *keys, *stored])

    def mapping(self, order: list[str]) -> dict[str, Any]:
        """The tables of a mapping, in this order."""
        return {name: self._table(name) for name in order}

    def _table(self, name: str) -> dict[str, Any]:
        refs = {
            f"to_{parent}": {"from": f"to_{parent}", "ref": parent}
            if parent in self.serial
            else f"to_{parent}"
            for parent in self.parents[name]
        }
        conflict = "skip" if name in self.skipping else "error"
        columns: dict[str, Any] = {"u": "u", "n": "n", **refs}
        rule = {"rows": f"/{name}/*", "conflict": conflict}
        if name in self.serial:
            key = {"legacy": "id", "to": "id", "assign": "serial"}
            return {**rule, "key": key, "columns": columns}
        return {**rule, "columns": {"id": "id", **columns}}


@st.composite
def imports(draw: st.DrawFn) -> tuple[Schema, dict[str, list[Row]]]:
    """A schema and rows for it."""
    names = NAMES[: draw(st.integers(1, 3))]
    some = st.sets(st.sampled_from(names))
    parents = {name: tuple(sorted(draw(some))) for name in names}
    schema = Schema(parents, frozenset(draw(some)), frozenset(draw(some)))
    keys = st.integers(1, 6)
    rows = {}
    for name in names:
        fields: dict[str, Any] = {
            "id": keys,
            "u": st.one_of(st.none(), st.integers(1, 9)),
            "n": st.sampled_from([0, 1, 1, 1, 5, "x", None]),
        }
        fields |= {f"to_{parent}": st.one_of(st.none(), st.integers(1, 8)) for parent in parents[name]}
        rows[name] = draw(st.lists(st.fixed_dictionaries(fields), max_size=7))
    return schema, rows


def content(rows: dict[str, list[Row]], table: str, ordinal: int) -> str:
    """What a row says, by which it is known again wherever it stands."""
    return str(sorted(rows[table][ordinal - 1].items()))


def verdict(book: Book, rows: dict[str, list[Row]]) -> tuple[Any, ...]:
    """Which contents are rejected and why, which stand, and the counts. Equal rows are one content."""
    rejected = {
        (told.table, content(rows, told.table, told.ordinal), told.code, told.constraint or told.column)
        for told in book.rejects
    }
    standing = {
        (name, content(rows, name, row.ordinal), row.exists)
        for name, found in book.rows.items()
        for row in found
        if not (row.rejected or row.merged)
    }
    counts = {name: sum(row.merged for row in found) for name, found in book.rows.items()}
    return frozenset(rejected), frozenset(standing), tuple(sorted(counts.items())), book.dependants


@given(case=imports(), seed=st.integers(0, 2**16))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_rows_are_rejected_in_any_order_and_any_batches(
    importer: Importer, judge: Judge, case: tuple[Schema, dict[str, list[Row]]], seed: int
) -> None:
    schema, rows = case
    importer.make("DROP SCHEMA public CASCADE; CREATE SCHEMA public; " + schema.ddl)
    names = list(schema.parents)
    wanted = verdict(judge(rows, schema.mapping(names)), rows)
    mixed = random.Random(seed)
    for batch in (1, 3):
        shuffled = {name: mixed.sample(found, len(found)) for name, found in rows.items()}
        mixed.shuffle(names)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ask, "BATCH", batch)
            assert verdict(judge(shuffled, schema.mapping(names)), shuffled) == wanted


@given(case=imports())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_taken_by_the_server(
    importer: Importer, judge: Judge, case: tuple[Schema, dict[str, list[Row]]]
) -> None:
    schema, rows = case
    importer.make("DROP SCHEMA public CASCADE; CREATE SCHEMA public; " + schema.ddl)
    tables = schema.mapping(list(schema.parents))
    judged = {(told.table, told.ordinal, told.code) for told in judge(rows, tables).rejects}
    policy = {"policy": {"on_error": "reject", "max_errors": 100, "show_errors": 1000}}
    report = importer.load(rows, tables, dry_run=True, rest=policy)
    assert {(told.table, told.ordinal, told.code) for told in report.rejects} == judged
    assert report.outcome == "rehearsed"
    for line in report.tables:
        assert line.read == len(rows[line.table])
        assert line.altered in (None, 0)
