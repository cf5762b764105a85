"""The journal beside real runs: what it says, what it survives, and what it never stops."""

from __future__ import annotations

import psycopg2
import pytest
from fixtures.alembic_projects import MakeProject
from sqlalchemy import Engine, inspect, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.migrate import run_errors
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.journal.entries import RunEntry
from toolkit.migrate.journal.errors import NotResumableError
from toolkit.migrate.journal.page import journal_page
from toolkit.migrate.journal.reading import JournalReader
from toolkit.migrate.journal.tables import DDL, SCHEMA
from toolkit.migrate.journal.writing import opened
from toolkit.migrate.running import downgrade, stamp, upgrade
from toolkit.schema import read_snapshot
from toolkit.schema.catalog.platform import origin_of_schema
from toolkit.schema.objects import Origin
from toolkit.secret import Secret

BLOCK = "with op.get_context().autocommit_block():\n    "


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def runs(url: DatabaseUrl) -> tuple[RunEntry, ...]:
    connection = opened(url)
    try:
        return JournalReader(connection).runs(statements=True)
    finally:
        connection.close()


def test_a_run_is_told_statement_by_statement(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl
) -> None:
    project = make_project().open()
    upgrade(project, database)
    downgrade(project, database, "a2")
    down, up = runs(database_url)
    assert (up.direction, up.target, up.outcome, up.heads_after) == ("upgrade", "head", "done", ("a3",))
    assert (down.direction, down.outcome, down.heads_after) == ("downgrade", "done", ("a2",))
    assert up.role == "neonkit"
    assert None not in (up.os_user, up.host, up.process, up.version, up.ended)
    assert [(one.revision, one.outcome) for one in up.revisions] == [
        ("a1", "applied"),
        ("a2", "applied"),
        ("a3", "applied"),
    ]
    assert {one.version_table for one in up.revisions} == {"public.alembic_version"}
    books = up.revisions[1]
    assert [one.sql.split()[0] for one in books.statements] == ["CREATE", "INSERT", "UPDATE"]
    assert [one.rows for one in books.statements if one.sql.startswith("INSERT")] == [2]
    assert {one.outcome for one in books.statements} == {"committed"}
    assert all(one.transaction for one in books.statements)


def test_nothing_to_do_makes_no_journal(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project(bare=True)
    folder.use_url("postgresql://app@prod.invalid/app")
    upgrade(folder.open(), database)
    assert SCHEMA not in inspect(engine).get_schema_names()


def test_a_stamp_is_told(make_project: MakeProject, database: Database, database_url: DatabaseUrl) -> None:
    stamp(make_project().open(), database, "a2")
    (run,) = runs(database_url)
    assert (run.direction, run.outcome, run.heads_after) == ("stamp", "done", ("a2",))


def test_a_failure_outlives_the_rollback(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl
) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "op.execute('SELECT 1 / 0')")
    with pytest.raises(run_errors.MigrationFailedError):
        upgrade(folder.open(), database)
    (run,) = runs(database_url)
    assert (run.outcome, run.code, run.heads_after) == ("failed", "E450", ())
    assert {one.outcome for one in run.revisions} == {"not applied"}
    failed = run.revisions[-1].statements[-1]
    assert (failed.sqlstate, failed.outcome) == ("22012", "failed")
    assert {one.outcome for one in run.revisions[0].statements} == {"rolled back"}


def test_a_run_that_nobody_committed_is_not_told_as_applied(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl
) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        context.configure(\n            connection=connection",
        "        from sqlalchemy import text\n        connection.execute(text('SELECT 1'))\n"
        "        context.configure(\n            connection=connection",
    )
    with pytest.raises(run_errors.NothingAppliedError):
        upgrade(folder.open(), database)
    (run,) = runs(database_url)
    assert {one.outcome for one in run.revisions} == {"not applied"}


def test_passwords_are_not_kept(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl
) -> None:
    folder = make_project()
    folder.revision(
        "a4",
        "a3",
        "op.execute(\"CREATE ROLE journal_of_test PASSWORD 's3cret'\")\n"
        "op.execute('DROP ROLE journal_of_test')\n"
        "op.execute(sa.text('INSERT INTO authors (name) VALUES (:n)').bindparams(n='s3cret'))",
    )
    upgrade(folder.open(), database)
    assert "s3cret" not in repr(runs(database_url))


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (f"CREATE SCHEMA {SCHEMA}", "is not one that this neonkit made"),
        (f"{DDL}; REVOKE ALL ON {SCHEMA}.run FROM CURRENT_USER", "permission denied"),
        (f"{DDL}; DROP TABLE {SCHEMA}.revision CASCADE", "does not exist"),
    ],
    ids=["somebody else's", "not allowed", "missing in part"],
)
def test_a_run_goes_on_without_a_journal_and_says_so(
    before: str, why: str, make_project: MakeProject, database_url: DatabaseUrl, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE writer_of_test LOGIN PASSWORD 'pw'"))
        connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO writer_of_test"))
        grant = f"GRANT CREATE ON DATABASE {database_url.database} TO writer_of_test"
        connection.execute(text(grant))
    url = database_url.with_credentials("writer_of_test", Secret("pw"))
    try:
        with psycopg2.connect(**url.libpq_parameters()) as made, made.cursor() as cursor:
            cursor.execute(before)
        made.close()
        result = upgrade(make_project().open(), Database.at(url))
        assert result.after == ("a3",)
        (told,) = [one for one in result.notices if "journal" in one]
        assert why in told
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP OWNED BY writer_of_test CASCADE"))
            connection.execute(text("DROP ROLE writer_of_test"))


def test_a_role_that_may_not_make_schemas_runs(
    make_project: MakeProject, database_url: DatabaseUrl, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE plain_of_test LOGIN PASSWORD 'pw'"))
        connection.execute(text("GRANT CREATE, USAGE ON SCHEMA public TO plain_of_test"))
    try:
        url = database_url.with_credentials("plain_of_test", Secret("pw"))
        result = upgrade(make_project().open(), Database.at(url))
        assert result.after == ("a3",)
        assert [one for one in result.notices if "No journal is kept" in one]
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP OWNED BY plain_of_test CASCADE"))
            connection.execute(text("DROP ROLE plain_of_test"))


def test_the_journal_is_no_part_of_the_schema(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    project = make_project().open()
    upgrade(project, database, terms=Terms(journal=False))
    with engine.connect() as connection:
        before = read_snapshot(connection).hash
    assert SCHEMA not in inspect(engine).get_schema_names()
    downgrade(project, database, "a2")
    upgrade(project, database)
    with engine.connect() as connection:
        assert read_snapshot(connection).hash == before
    assert origin_of_schema(SCHEMA) is Origin.NEONKIT


def test_a_revision_goes_on_at_the_statement_that_failed(
    make_project: MakeProject, database: Database, engine: Engine, database_url: DatabaseUrl
) -> None:
    folder = make_project()
    up = (
        "op.execute(\"SET LOCAL work_mem = '8MB'\")\n"
        "op.add_column('books', sa.Column('title', sa.Text))\n"
        "op.execute(\"INSERT INTO authors (name) VALUES ('Eve')\")\n"
        f"{BLOCK}op.execute('CREATE INDEX CONCURRENTLY ix_a ON books (id)')\n"
        f"{BLOCK}op.execute('CREATE INDEX CONCURRENTLY ix_b ON books (COLUMN)')\n"
        "op.add_column('books', sa.Column('year', sa.Integer))"
    )
    folder.revision("a4", "a3", up.replace("COLUMN", "nothing"))
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert caught.value.partial
    folder.revision("a4", "a3", up.replace("COLUMN", "title"))
    result = upgrade(folder.open(), database)
    assert result.after == ("a4",)
    assert any("3 changes of a4 are committed" in one for one in result.notices)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM authors WHERE name = 'Eve'")).scalar_one() == 1
    assert {one["name"] for one in inspect(engine).get_indexes("books")} == {"ix_a", "ix_b"}
    assert {"title", "year"} < {one["name"] for one in inspect(engine).get_columns("books")}
    again, first = runs(database_url)
    assert first.revisions[-1].outcome == "partly applied"
    assert [one.outcome for one in again.revisions[0].statements].count("skipped") == 3
    assert again.revisions[0].outcome == "applied"


@pytest.mark.parametrize("from_start", [False, True])
def test_a_committed_part_that_was_edited_is_not_guessed(
    from_start: bool, make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    up = f"op.add_column('books', sa.Column('title', sa.Text))\n{BLOCK}op.execute('SELECT 1 / 0')"
    folder.revision("a4", "a3", up)
    with pytest.raises(run_errors.MigrationFailedError):
        upgrade(folder.open(), database)
    folder.revision("a4", "a3", "op.add_column('books', sa.Column('name', sa.Text))")
    if from_start:
        assert upgrade(folder.open(), database, terms=Terms(from_start=True)).after == ("a4",)
        return
    with pytest.raises(NotResumableError) as caught:
        upgrade(folder.open(), database)
    assert "ADD COLUMN title" in caught.value.reason
    assert "name" not in {one["name"] for one in inspect(engine).get_columns("books")}


def test_an_edit_after_the_run_is_told(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    upgrade(folder.open(), database, "a2")
    folder.replace("migrations/versions/a1_first_tables.py", "'name'", "'nam_'")
    folder.revision("a3", "a2", "pass", message="index names")
    told = [one for one in upgrade(folder.open(), database).notices if "edited" in one]
    assert [one.split()[3] for one in told] == ["a1"]
    page = journal_page(folder.open(), database)
    assert [(one.rule, one.subject) for one in page.findings] == [("revision-edited-after-apply", "a1")]
    assert [one.target for one in page.runs] == ["head", "a2"]
    assert {last.entry.revision for last in page.tries} == {"a1", "a2", "a3"}


def test_a_page_without_a_journal_says_so(make_project: MakeProject, database: Database) -> None:
    page = journal_page(make_project().open(), database)
    assert (page.runs, page.tries, page.findings) == ((), (), ())
    assert page.missing == "there is none in this database"
