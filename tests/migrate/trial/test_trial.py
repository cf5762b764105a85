"""Revisions run on a copy of the live schema, each statement as it was sent."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, text

from toolkit.database import Database, DatabaseUrl
from toolkit.migrate import upgrade
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.trial import Ground, Grounds, Trial, read_live, try_out
from toolkit.sql.locks.modes import LockMode

BINDS = """
bind = op.get_bind()
authors = sa.table('authors', sa.column('name'))
if 'name' in [c['name'] for c in sa.inspect(bind).get_columns('authors')]:
    op.bulk_insert(authors, [{'name': "O'Hara 100%"}])
bind.execute(sa.text("UPDATE authors SET name = :new WHERE name = :old"), {'new': 'Zoe', 'old': 'Ann'})
op.execute("UPDATE authors SET name = 'x' WHERE name LIKE 'a%'")
with op.get_context().autocommit_block():
    op.create_index('ix_more', 'authors', ['name', 'id'], postgresql_concurrently=True)
op.alter_column('authors', 'name', nullable=False)
"""


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def tried(folder: ProjectFolder, database: Database, target: str = "heads") -> Trial:
    live = read_live(folder.open(), database)
    pending = [one.id for one in live.graph.pending(live.heads, target)]
    return try_out(live, target, pending, Grounds(Scratch.SERVER))


@pytest.mark.parametrize("template", ["generic", "async"])
def test_each_statement_as_it_was_sent(template: str, make_project: MakeProject, database: Database) -> None:
    folder = make_project(template)
    upgrade(folder.open(), database, "a2")
    path = folder.revision("a4", "a3", BINDS)
    trial = tried(folder, database)
    assert (trial.ground, trial.failure) == (Ground.SCHEMA, None)
    found = trial.find("a4")
    assert found is not None
    own = [one for one in found.statements if one.line is not None]
    written = [" ".join(one.sql.split()) for one in own]
    assert any("O''Hara 100%" in sql for sql in written), written
    assert "UPDATE authors SET name = 'Zoe' WHERE name = 'Ann'" in "\n".join(written).replace("::VARCHAR", "")
    assert any(sql.endswith("LIKE 'a%'") for sql in written)
    lines = path.read_text().splitlines()
    index = next(one for one in own if "CONCURRENTLY" in one.sql)
    assert index.line is not None
    assert "create_index" in lines[index.line - 1]
    assert (index.autocommit, index.transaction) == (True, None)
    last = own[-1]
    assert last.sql == "ALTER TABLE authors ALTER COLUMN name SET NOT NULL"
    assert [(str(lock.relation), lock.mode) for lock in last.locks or ()] == [
        ("public.authors", LockMode.ACCESS_EXCLUSIVE)
    ]
    assert last.transaction != own[0].transaction
    assert [one.bookkeeping for one in found.statements if one.line is None] == [True]


_SCRATCH = text("SELECT datname FROM pg_database WHERE datname LIKE 'neonkit_scratch%'")


def test_the_live_database_is_not_touched(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a1")
    before = folder.digest()
    with engine.connect() as connection:
        there = set(connection.execute(_SCRATCH).scalars())  # other fixtures keep some
    assert [one.revision for one in tried(folder, database).revisions] == ["a2", "a3"]
    assert folder.digest() == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "a1"
        assert connection.execute(text("SELECT to_regclass('books')")).scalar_one() is None
        assert set(connection.execute(_SCRATCH).scalars()) <= there


def test_what_was_changed_by_hand_is_in_the_copy(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a3")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE byhand (v varchar(20))"))
    folder.revision("a4", "a3", "op.alter_column('byhand', 'v', type_=sa.String(40))")
    found = tried(folder, database).find("a4")
    assert found is not None
    classified = found.statements[0].classified
    assert classified is not None
    assert [kind.value for kind in classified.kinds] == ["alter_table.alter_column_type.longer_varchar"], (
        found
    )


def test_a_revision_that_needs_rows_runs_on_the_history(
    make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a3")
    folder.revision("a4", "a3", "assert op.get_bind().execute(sa.text('SELECT 1 FROM authors')).all()")
    trial = tried(folder, database)
    assert (trial.ground, trial.failure) == (Ground.HISTORY, None)
    assert any("schema alone" in note for note in trial.notes)


def test_a_failure_keeps_what_ran_before(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a3")
    folder.revision("a4", "a3", "op.add_column('authors', sa.Column('a', sa.Integer))")
    folder.revision("a5", "a4", "op.execute('SELECT 1')\nop.execute('ALTER TABLE nowhere ADD a int')")
    trial = tried(folder, database)
    assert trial.failure is not None
    assert trial.find("a4") is not None
    assert trial.find("a5") is None
    failed = trial.revisions[-1]
    assert failed.failed_sql == "ALTER TABLE nowhere ADD a int"
    assert len(failed.statements) == 1
    assert failed.failed_line is not None


def test_no_password_is_kept(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a3")
    folder.revision("a4", "a3", "op.execute(\"SELECT 1 /* PASSWORD 'planted-secret' */\")")
    live = read_live(folder.open(), database)
    trial = try_out(live, "heads", ["a4"], Grounds(Scratch.SERVER))
    assert "planted-secret" not in repr(trial.revisions)
    found = trial.find("a4")
    assert found is not None
    assert "PASSWORD '***'" in found.statements[0].sql


def test_a_revision_may_set_the_time_zone(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "op.execute(\"SET TIME ZONE 'Asia/Tokyo'\")")
    assert upgrade(folder.open(), database).after == ("a4",)
