"""Runs that would lie: nothing applied, half of a revision kept, a connection past the redirection."""

from __future__ import annotations

import psycopg2
import pytest
from fixtures.alembic_projects import MakeProject
from sqlalchemy import Engine, inspect, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.migrate import run_errors
from toolkit.migrate.running import downgrade, upgrade

CREATOR = (
    "import psycopg2 as p; from sqlalchemy import create_engine as c; "
    "c('postgresql+psycopg2://', creator=lambda: p.connect('{url}')).connect()"
)


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def heads(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def test_a_statement_before_configure_that_swallows_the_run_is_named(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        context.configure(\n            connection=connection",
        "        from sqlalchemy import text\n"
        "        connection.execute(text('SELECT 1 AS warm_up'))\n"
        "        context.configure(\n            connection=connection",
    )
    with pytest.raises(run_errors.NothingAppliedError) as caught:
        upgrade(folder.open(), database)
    error = caught.value
    assert error.revisions == ("a1", "a2", "a3")
    assert error.statement == "SELECT 1 AS warm_up"
    assert error.line is not None
    assert "warm_up" in folder.env_py.read_text().splitlines()[error.line - 1]
    assert heads(engine) == []
    assert inspect(engine).get_table_names() == []


def test_a_role_and_a_lock_before_configure_are_fine_when_committed(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE migrator_of_test NOLOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO migrator_of_test"))
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        context.configure(\n            connection=connection",
        "        from sqlalchemy import text\n"
        "        connection.execute(text('SET ROLE migrator_of_test'))\n"
        "        connection.execute(text('SELECT pg_advisory_lock(4711)'))\n"
        "        connection.commit()\n"
        "        context.configure(\n            connection=connection",
    )
    before = folder.digest()
    try:
        assert upgrade(folder.open(), database).after == ("a3",)
        with engine.connect() as connection:
            owner = connection.execute(text("SELECT tableowner FROM pg_tables WHERE tablename = 'books'"))
            assert owner.scalar_one() == "migrator_of_test"
        assert downgrade(folder.open(), database, "base").after == ()
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP OWNED BY migrator_of_test"))
            connection.execute(text("DROP ROLE migrator_of_test"))
    assert folder.digest() == before


def test_an_env_that_never_runs_is_named(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.replace(folder.env_py, "            context.run_migrations()\n", "            pass\n")
    with pytest.raises(run_errors.EnvironmentRanNothingError):
        upgrade(folder.open(), database)


def test_a_failure_half_way_tells_the_state(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    path = folder.revision(
        "a4", "a3", "op.add_column('books', sa.Column('title', sa.Text))\nop.execute('SELECT 1 / 0')"
    )
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    error = caught.value
    assert (error.revision, error.sqlstate, error.statement) == ("a4", "22012", "SELECT 1 / 0")
    assert error.path == str(path)
    assert error.line is not None
    assert "SELECT 1 / 0" in path.read_text().splitlines()[error.line - 1]
    assert (error.applied, error.heads, error.partial) == ((), (), False)
    assert inspect(engine).get_table_names() == []


def test_a_transaction_per_revision_keeps_those_before(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "connection=connection, target",
        "connection=connection, transaction_per_migration=True, target",
    )
    folder.revision("a4", "a3", "op.execute('SELECT 1 / 0')")
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.applied, caught.value.heads) == (("a1", "a2", "a3"), ("a3",))
    assert heads(engine) == ["a3"]


def test_what_came_before_an_autocommit_block_is_told_as_kept(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.revision(
        "a4",
        "a3",
        "op.add_column('books', sa.Column('title', sa.Text))\n"
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE INDEX CONCURRENTLY ix_nothing ON books (nothing)')",
    )
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert caught.value.partial
    assert caught.value.heads == ("a3",)
    assert "title" in {column["name"] for column in inspect(engine).get_columns("books")}


def test_an_index_built_concurrently_is_left_valid(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.revision(
        "a4",
        "a3",
        "with op.get_context().autocommit_block():\n"
        "    op.create_index('ix_books', 'books', ['id'], postgresql_concurrently=True)",
        "op.drop_index('ix_books', 'books')",
    )
    result = upgrade(folder.open(), database)
    assert result.revisions[-1].autocommit
    assert result.output == ()


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("import psycopg2; psycopg2.connect('{url}')", "psycopg2.connect"),
        ("import psycopg; psycopg.connect('{url}')", "psycopg.connect"),
        ("import psycopg; psycopg.Connection.connect('{url}')", "psycopg.Connection.connect"),
        (CREATOR, "psycopg2.connect"),
    ],
)
def test_a_connection_past_the_redirection_stops_the_run(
    line: str,
    how: str,
    make_project: MakeProject,
    database: Database,
    database_url: DatabaseUrl,
    engine: Engine,
) -> None:
    folder = make_project()
    url = database_url.reveal_plain()
    folder.replace(folder.env_py, "    connectable = ", f"    {line.format(url=url)}\n    connectable = ")
    with pytest.raises(run_errors.WentElsewhereError) as caught:
        upgrade(folder.open(), database)
    assert how in caught.value.how
    assert caught.value.path == str(folder.env_py)
    assert inspect(engine).get_table_names() == []
    psycopg2.connect(url).close()  # the driver is itself again


def test_a_read_only_database_is_not_touched(make_project: MakeProject, database_url: DatabaseUrl) -> None:
    database = Database.at(database_url, read_only=True)
    with pytest.raises(run_errors.NotWritableError):
        upgrade(make_project().open(), database)


def test_a_revision_unknown_to_the_files_is_named(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    project = make_project().open()
    upgrade(project, database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'feedbeef'"))
    with pytest.raises(run_errors.DatabaseAheadError) as caught:
        upgrade(project, database)
    assert caught.value.revisions == ("feedbeef",)


def test_what_files_print_is_kept_and_not_shown(
    make_project: MakeProject, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "print('moved 3 rows from postgresql://app:s3cret@old/db')")
    capfd.readouterr()
    result = upgrade(folder.open(), database)
    assert result.output == ("moved 3 rows from postgresql://app:***@old/db",)
    assert capfd.readouterr() == ("", "")


def test_an_index_left_invalid_is_told(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.revision(
        "a4",
        "a3",
        "op.execute(\"INSERT INTO authors (name) VALUES ('Ann')\")\n"
        "with op.get_context().autocommit_block():\n"
        "    try:\n"
        "        op.create_index('ux_name', 'authors', ['name'], unique=True, postgresql_concurrently=True)\n"
        "    except Exception:\n"
        "        pass",
    )
    result = upgrade(folder.open(), database)
    assert result.after == ("a4",)
    assert any("ux_name is invalid" in notice for notice in result.notices)
