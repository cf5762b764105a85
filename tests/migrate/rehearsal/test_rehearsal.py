"""Revisions walked up, down and up again on a copy, and what that brings to light."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, text

from toolkit.database import Database, DatabaseUrl
from toolkit.findings import Severity
from toolkit.migrate import upgrade
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.rehearsal import Rehearsal, RehearsalOptions, rehearse, rows_to_make
from toolkit.migrate.trial import Grounds

GROUNDS = Grounds(Scratch.SERVER)
SLOPPY_UP = """
op.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')")
op.execute("CREATE SEQUENCE tickets")
op.execute("COMMENT ON TABLE authors IS 'who writes'")
op.execute("CREATE POLICY everybody ON authors USING (true)")
op.execute("GRANT SELECT ON authors TO PUBLIC")
op.add_column('authors', sa.Column('born', sa.Date))
op.execute("DROP TABLE books")
with op.get_context().autocommit_block():
    op.create_index('ix_born', 'authors', ['born'], postgresql_concurrently=True)
"""
SLOPPY_DOWN = """
op.drop_column('authors', 'born')
op.create_table('books', sa.Column('id', sa.Integer, primary_key=True))
op.drop_column('authors', 'name')
op.add_column('authors', sa.Column('name', sa.Text))
op.create_index('ix_authors_name', 'authors', ['name'])
"""


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def rehearsed(
    folder: ProjectFolder, database: Database, target: str = "head", **options: object
) -> Rehearsal:
    given = RehearsalOptions(**{"grounds": GROUNDS, "rows": 5, **options})  # type: ignore[arg-type]  # the test's own keywords
    return rehearse(folder.open(), database, target, given)


def rules(found: Rehearsal) -> set[tuple[str, str]]:
    return {(one.rule, one.subject) for one in found.report.findings}


def test_a_careful_history_leaves_no_trace(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    before = folder.digest()
    found = rehearsed(folder, database)
    assert rules(found) == {("rehearse-rows-lost", "public.authors")}, (
        "a2 deletes every author on its way back"
    )
    assert [(step.revision, step.way) for step in found.steps][:4] == [
        ("a1", "up"),
        ("a1", "down"),
        ("a1", "up again"),
        ("a2", "up"),
    ]
    assert (len(found.steps), found.rows) == (9, 10)
    assert folder.digest() == before


def test_what_a_way_back_leaves_and_loses(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    upgrade(folder.open(), database)
    path = folder.revision("a4", "a3", SLOPPY_UP, SLOPPY_DOWN)
    found = rehearsed(folder, database)
    assert {subject for rule, subject in rules(found) if rule == "rehearse-trace"} == {
        "enum public.mood",
        "sequence public.tickets",
        "table public.authors",
        "policy public.authors.everybody",
    }
    table = next(one for one in found.report.findings if one.subject == "table public.authors")
    assert {"comment", "grants"} <= set(table.evidence)
    assert table.location is not None
    assert path.read_text().splitlines()[(table.location.line or 0) - 1].startswith("def downgrade")
    lost = {one.subject: one.sentence for one in found.report.findings if one.rule == "rehearse-rows-lost"}
    assert lost == {
        "public.authors": "After up and down, values of name are not as before.",
        "public.books": "After up and down, it held 5 rows and holds 0.",
    }
    again = [one for one in found.report.findings if one.rule == "rehearse-not-repeatable"]
    assert "already exists" in again[0].sentence


def test_the_second_session_sees_what_commits_by_itself(
    make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    upgrade(folder.open(), database)
    folder.revision(
        "a4",
        "a3",
        "with op.get_context().autocommit_block():\n"
        "    op.create_index('ix', 'authors', ['id', 'name'], postgresql_concurrently=True)\n"
        "op.execute('SELECT pg_sleep(0.05)')\n"
        "op.alter_column('authors', 'id', type_=sa.BigInteger)\n"
        "op.execute('SELECT pg_sleep(0.2)')",
        "op.alter_column('authors', 'id', type_=sa.Integer)\n"
        "with op.get_context().autocommit_block():\n"
        "    op.drop_index('ix', 'authors', postgresql_concurrently=True)",
    )
    found = rehearsed(folder, database)
    assert [one.rule for one in found.report.at_least(Severity.WARNING)] == []
    up, down, _ = found.steps
    index, _, retype = up.statements[:3]
    assert index.locks is not None
    assert [(one.relation, one.mode) for one in index.locks] == [("public.authors", "SHARE UPDATE EXCLUSIVE")]
    assert (index.agrees, retype.agrees, index.built) == (True, True, ("public.ix",))
    assert retype.rewritten == ("public.authors",)
    assert (retype.rows_read or 0) >= 5
    assert retype.locks is not None
    held = {one.relation: one.held for one in retype.locks if one.mode == "ACCESS EXCLUSIVE"}
    assert 0.2 < (held["public.authors"] or 0) < 20
    drop = next(one for one in down.statements if one.kinds == ("drop_index.concurrently",))
    assert {(one.relation, one.mode) for one in drop.locks or ()} == {
        ("public.authors", "SHARE UPDATE EXCLUSIVE"),
        ("public.ix", "SHARE UPDATE EXCLUSIVE"),
    }


def test_every_branch_from_base(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    column = "op.{}_column('authors', {})"
    for name in ("left", "right"):
        up = column.format("add", f"sa.Column('{name}', sa.Integer)")
        folder.revision(name, "a3", up, column.format("drop", f"'{name}'"))
    folder.revision("both", ("left", "right"))
    folder.revision("other", None, "op.create_table('x', sa.Column('id', sa.Integer))", "op.drop_table('x')")
    found = rehearsed(folder, database, whole_history=True, rows=0, round_trip=False)
    assert set(found.revisions) == {"a1", "a2", "a3", "left", "right", "both", "other"}
    assert all(step.failure is None for step in found.steps)
    assert [one for one in found.report.findings if one.severity is Severity.ERROR] == []
    ranged = rehearsed(folder, database, "a3:both", rows=0)
    assert set(ranged.revisions) == {"left", "right", "both"}
    assert (len(ranged.steps), ranged.report.findings) == (9, ())


def test_revisions_without_a_way_back(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    upgrade(folder.open(), database)
    folder.revision("b1", "a3", "op.execute('CREATE TABLE one ()')", "raise NotImplementedError('one way')")
    folder.revision("b2", "b1", "op.execute('CREATE TABLE two ()')", "pass")
    folder.revision("b3", "b2", "op.execute('CREATE TABLE three ()')", "op.drop_table('three')")
    folder.revision("b4", "b3", "op.execute('CREATE TABLE one ()')")
    folder.revision("b5", "b4")
    found = rehearsed(folder, database)
    assert ("rehearse-no-way-back", "b1") in rules(found)
    assert ("rehearse-trace", "table public.two") in rules(found)
    assert [step.way for step in found.steps if step.revision == "b3"] == ["up", "down", "up again"]
    assert ("rehearse-failed", "b4") in rules(found)
    assert [one.subject for one in found.report.unknowns if one.rule == "rehearse"] == ["b5"]


@pytest.mark.slow
def test_a_named_database_is_used_itself(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    rehearsed(folder, database, on=database, rows=0, round_trip=False)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "a3"


def test_as_many_rows_as_live_where_those_are_few(database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes AS SELECT generate_series(1, 30) AS id"))
        connection.execute(text("ANALYZE notes"))
    assert rows_to_make(database) is None
    assert rows_to_make(database, most=29) == RehearsalOptions().rows
