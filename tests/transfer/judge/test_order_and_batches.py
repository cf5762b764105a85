"""Which rows are rejected depends on the rows alone: not on their order, the order of tables, or batches.

Random schemas with self references, circles, unique keys, checks, stored rows, new and kept keys; random rows
with keys twice, bad values, parents that are missing, rejected or stored.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from fixtures.judging import Judge
from fixtures.random_imports import Row, Schema, imports
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.transfer.judge import ask
from toolkit.transfer.judge.book import Book


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
