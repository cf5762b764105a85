"""Whatever the grammar reads goes through lint: the SQL of the schema tests, all kinds of objects."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.migrate.lint import World, lint_statements
from toolkit.migrate.lint.reading.sql_file import written_of
from toolkit.sql.locks.examples import read_examples, world_sql

SCRIPTS = sorted((Path(__file__).parents[2] / "schema").rglob("*.sql"))


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 20


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_script_of_many_kinds(path: Path) -> None:
    script = re.sub(r"\{\w*\}", "app", path.read_text("utf-8"))
    written = written_of(script, in_transaction=True)
    found = lint_statements(written, name=path.stem, path=path.name)
    assert len(found.per_statement) == len(written) > 0
    assert {one.rule for one in found.unknowns} <= {"statement-not-measured"}


def test_every_example_of_the_matrix_alone_and_in_its_world(example_world: World) -> None:
    world = lint_statements(written_of(world_sql(18), in_transaction=True), name="earlier").world
    for example in read_examples():
        for before in (World(), world, example_world):
            found = lint_statements(written_of(example.statement, in_transaction=True), world=before)
            assert found.scope.unread == ()
