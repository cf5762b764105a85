"""What a run left half done although nothing failed, and the fingerprint of the schema before and after."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import downgrade, run_errors, stamp, upgrade
from toolkit.migrate.condition import Condition, broken_promises, left_behind, schema_changes

BUILD = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON authors (name)"
IN_A_BLOCK = "with op.get_context().autocommit_block():\n    op.execute('{sql}')"
UNTIDY = "CREATE UNIQUE INDEX CONCURRENTLY {name} ON authors (name)"

BEGINS = "        with context.begin_transaction():\n            context.run_migrations()\n\n\nif"


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def folder(make_project: MakeProject) -> ProjectFolder:
    return make_project()


def leave_invalid(engine: Engine, name: str) -> None:
    """An index whose build failed on rows that are not unique."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("INSERT INTO authors (name) VALUES ('Ann')"))
        with pytest.raises(Exception, match="could not create unique index"):
            connection.execute(text(UNTIDY.format(name=name)))


def test_a_build_does_not_pass_over_an_invalid_leftover(
    folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    project = folder.open()
    upgrade(project, database)
    leave_invalid(engine, "ux_name")
    leave_invalid(engine, "ux_other")
    folder.revision("a4", "a3", IN_A_BLOCK.format(sql=BUILD.format(name="ux_name")))
    # IF NOT EXISTS would find it there. It is taken away, built anew, and fails for the rows as before.
    with pytest.raises(run_errors.MigrationFailedError, match="could not create unique index") as caught:
        upgrade(project, database)
    assert (caught.value.invalid, caught.value.heads) == (("ux_name",), ("a3",))
    assert "ux_name is left invalid" in caught.value.sentence


def test_a_failed_build_of_its_own_leaves_an_index_and_says_so(
    folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    project = folder.open()
    upgrade(project, database)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO authors (name) VALUES ('Ann')"))
    folder.revision("a4", "a3", IN_A_BLOCK.format(sql=BUILD.format(name="ux_fresh")))
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(project, database)
    assert (caught.value.invalid, caught.value.partial) == (("ux_fresh",), True)


def test_what_was_invalid_before_is_not_laid_at_the_door_of_the_run(
    folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    project = folder.open()
    upgrade(project, database, "a2")
    leave_invalid(engine, "ux_name")
    result = upgrade(project, database)
    assert not any("ux_name" in notice for notice in result.notices)


def test_a_constraint_that_nobody_validated_is_told_once(folder: ProjectFolder, database: Database) -> None:
    folder.revision("a4", "a3", "op.execute('ALTER TABLE books ADD CONSTRAINT ck CHECK (id > 0) NOT VALID')")
    folder.revision("a5", "a4", "op.execute('ALTER TABLE books VALIDATE CONSTRAINT ck')")
    project = folder.open()
    told = upgrade(project, database, "a4").notices
    assert [notice for notice in told if "constraint" in notice] == [
        "The constraint ck of books is not validated: the rows that were there were not checked."
    ]
    assert not any("constraint" in notice for notice in upgrade(project, database).notices)


def test_fingerprints_tell_equal_schemas_on_any_database(
    folder: ProjectFolder, database: Database, scratch: ScratchDatabases
) -> None:
    project = folder.open()
    first = upgrade(project, database, "a2").changes[0]
    second = upgrade(project, database).changes[0]
    assert first.schema_before != first.schema_after == second.schema_before != second.schema_after
    back = downgrade(project, database, "a2").changes[0]
    assert (back.schema_before, back.schema_after) == (second.schema_after, second.schema_before)
    with scratch.create() as url:
        assert upgrade(folder.open(), Database.at(url)).changes[0].schema_after == second.schema_after
    assert stamp(project, database, "a3").changes[0].schema_after is None
    assert upgrade(project, database).changes[0].schema_after is None


@pytest.mark.parametrize(
    ("up", "told"),
    [
        ("op.execute('CREATE TABLE IF NOT EXISTS books (id int)')", "1 statement said"),
        ("op.execute('-- twice\\nDROP TABLE IF EXISTS no_one')\nop.execute('drop view if exists v')", "2 st"),
        ("op.execute('INSERT INTO books VALUES (1)')", None),
        ("op.execute('CREATE TEMP TABLE passing (id int)')", None),
        ("op.execute('CREATE TABLE new (id int)')", None),
    ],
)
def test_a_change_of_the_schema_that_changed_nothing_is_told(
    up: str, told: str | None, folder: ProjectFolder, database: Database
) -> None:
    project = folder.open()
    upgrade(project, database)
    folder.revision("a4", "a3", up)
    notices = [one for one in upgrade(project, database).notices if "schema is what it was" in one]
    assert len(notices) == (0 if told is None else 1)
    assert told is None or told in notices[0]


def test_locks_of_the_file_itself_do_not_hold_up_the_look_from_outside(
    folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW looked_at AS SELECT 1 AS one"))
    folder.replace(
        folder.env_py,
        BEGINS,
        "        connection.begin()\n"
        "        connection.exec_driver_sql('DROP VIEW looked_at')\n"
        "        connection.exec_driver_sql('CREATE VIEW looked_at AS SELECT 2 AS one')\n"
        "        context.run_migrations()\n        connection.commit()\n\n\nif",
    )
    result = upgrade(folder.open(), database)
    assert result.after == ("a3",)
    assert result.seconds < 20


@pytest.mark.parametrize(
    ("index", "sql", "broken"),
    [
        ("ix", "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (a)", True),
        ("s.ix", "create unique index if not exists ix on s.t (a)", True),
        ('s."Odd ix"', '/* now */ CREATE INDEX "Odd ix" ON s.t (a)', True),
        ("ix", "REINDEX INDEX CONCURRENTLY ix", True),
        ("ix", "CREATE INDEX ix_more ON t (a)", False),
        ("ix", "DROP INDEX ix", False),
        ("ix", "UPDATE t SET ix = 1", False),
    ],
)
def test_which_statement_promised_an_index(index: str, sql: str, broken: bool) -> None:
    assert broken_promises([index], [sql]) == ((index,) if broken else ())


def test_only_what_is_new_is_left_behind() -> None:
    before = Condition(frozenset({"a"}), frozenset({"ck of t"}), None)
    after = Condition(frozenset({"a", "b"}), frozenset(), None)
    assert [sentence.split()[2] for sentence in left_behind(before, after)] == ["b"]


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        ("ALTER TABLE t ADD a int", 1),
        (" -- why\n /* what */ drop index i", 1),
        ("CREATE ROLE r", 0),
        ("ALTER SYSTEM SET x = 1", 0),
        ("SELECT 'CREATE TABLE t'", 0),
    ],
)
def test_statements_that_change_the_schema(sql: str, counts: int) -> None:
    assert schema_changes([sql]) == counts
