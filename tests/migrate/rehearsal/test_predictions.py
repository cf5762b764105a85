"""What the lock matrix predicts is what a rehearsal sees: every measured kind, each as a revision of its own.

The world of the examples is made anew before each of them, in a revision before, so that its relations are
there already. Slow: run with `pytest -m slow tests/migrate/rehearsal/test_predictions.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.demo import ROOT

from toolkit.database import Database, DatabaseUrl
from toolkit.migrate import AlembicProject
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.rehearsal import ObservedStatement, Rehearsal, RehearsalOptions, rehearse
from toolkit.migrate.trial import Grounds
from toolkit.sql.classify import StatementKind, classify
from toolkit.sql.locks.examples import Example, read_examples, world_sql
from toolkit.sql.locks.matrix import read_matrix

DIFFERENT = {
    "alter_table.add_unique.using_index",
    "alter_table.add_primary_key.using_index",
}
"""The examples rename the index to the constraint's name, which locks it; equal names do not."""
OUTSIDE = ("create_database", "alter_database", "drop_database", "alter_system", "drop_role", "create_role")
CLEAR = (
    "drop publication if exists news; drop schema if exists public cascade;"
    " drop schema if exists elsewhere cascade; create schema public"
)
PARTS = 4
UNSEEN: frozenset[str] = frozenset()


def runnable(major: int) -> list[Example]:
    """The examples that this version does not refuse and that touch nothing but their own database."""
    rows = read_matrix(major)
    refused = {row.statement for found in rows.values() for row in found if row.refused is not None}
    ours = [
        one
        for one in read_examples()
        if one.statement not in refused and not one.kind.value.startswith(OUTSIDE)
    ]
    return [one for one in ours if "this_database" not in one.statement]


def transactional(example: Example, major: int) -> bool:
    return all(
        row.transactional for row in read_matrix(major)[example.kind] if row.statement == example.statement
    )


def written(folder: ProjectFolder, examples: list[Example], major: int) -> None:
    """A revision for each example: the world, committed, and then the statement."""
    world = folder.write("world.sql", f"{CLEAR};\n{world_sql(major)}")
    parent, after = None, None
    for number, example in enumerate(examples):
        lines = ["run = op.get_bind().exec_driver_sql", "with op.get_context().autocommit_block():"]
        lines += [f"    run({after!r})"] if after else []
        lines.append(f"    run(open({str(world)!r}).read())")
        lines += [f"    run({example.before!r})"] if example.before else []
        if transactional(example, major):
            lines += [f"run(\"SET TIME ZONE '{example.time_zone}'\")", f"run({example.statement!r})"]
        else:
            lines += [f"    run({example.statement!r})"]
        folder.revision(f"x{number:03}", parent, "\n".join(lines))
        parent, after = f"x{number:03}", example.after
    folder.replace(
        folder.env_py,
        "connection=connection, target_metadata=target_metadata",
        "connection=connection, target_metadata=target_metadata, transaction_per_migration=True,"
        " version_table='versions', version_table_schema='bookkeeping'",
    )
    folder.replace(
        folder.env_py,
        "        context.configure(",
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS bookkeeping'))\n"
        "        connection.commit()\n"
        "        context.configure(",
    )


def locks_what_it_names(example: Example, major: int) -> bool:
    """Whether the matrix predicts a lock on a relation that the statement names."""
    part = classify(example.statement).parts[0]
    roles = {one.role for one in part.relations}
    return any(roles & row.locks.keys() for row in read_matrix(major)[example.kind])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_kind_of_the_matrix(part: int, make_project: MakeProject, database_url: DatabaseUrl) -> None:
    folder = make_project(bare=True)
    folder.write("models.py", "")
    folder.use_url("postgresql://app:s3cret@prod.invalid/app")
    folder.replace(folder.env_py, "target_metadata = None", "target_metadata = None  # none")
    database = Database.at(database_url)
    major = database.describe().major
    examples = runnable(major)[part::PARTS]
    written(folder, examples, major)
    options = RehearsalOptions(Grounds(Scratch.SERVER), rows=0, round_trip=False)
    found = rehearse(folder.open(), database, "heads", options)
    failed = [(step.revision, step.failure) for step in found.steps if step.failure]
    assert failed == []
    differs, agreed = compared(found)
    assert {kind for kind, _ in differs} <= DIFFERENT, differs
    named = {one.kind.value for one in examples if locks_what_it_names(one, major)}
    assert named - agreed - {kind for kind, _ in differs} == UNSEEN & named
    assert len(named) > 20


def compared(found: Rehearsal) -> tuple[list[tuple[str, ObservedStatement]], set[str]]:
    """Statements that were seen otherwise than predicted, and the kinds that were seen as predicted."""
    differs, agreed = [], set()
    for step in found.steps:
        if not step.revision.startswith("x"):
            continue
        for one in step.statements:
            if one.bookkeeping or one.agrees is None:
                continue
            if one.agrees:
                agreed |= set(one.kinds)
            else:
                differs.append((one.kinds[0], one))
    return differs, agreed


@pytest.mark.slow
def test_the_reference_application(demo_project: AlembicProject, database_url: DatabaseUrl) -> None:
    """From base to head, up, down, up: every lock as predicted but that of an index that is not renamed."""
    options = RehearsalOptions(Grounds(Scratch.SERVER), root=str(Path(ROOT)))
    found = rehearse(demo_project, Database.at(database_url), "heads", options)
    statements = [one for step in found.steps for one in step.statements if one.agrees is not None]
    assert len(statements) > 100
    assert {one.kinds for one in statements if not one.agrees} == {
        (StatementKind.ALTER_TABLE_ADD_UNIQUE_USING_INDEX.value,)
    }
    assert {one.rule for one in found.report.findings} <= {
        "rehearse-lock-differs",
        "rehearse-rows-refused",
        "rehearse-rows-lost",
    }
    assert [one for one in found.report.unknowns if one.rule == "rehearse"] == []
