"""current, history, heads, branches, show, --sql and the preview."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, inspect

from toolkit.database import DatabaseUrl
from toolkit.database.connect_errors import ServerRefusedError
from toolkit.database.database import Database
from toolkit.errors import NeonkitError
from toolkit.migrate import (
    branches,
    current,
    downgrade_sql,
    heads,
    history,
    preview,
    revision_errors,
    run_errors,
    show,
    stamp_sql,
    upgrade,
    upgrade_sql,
)


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def folder(make_project: MakeProject) -> ProjectFolder:
    return make_project()


def test_current_makes_no_table(folder: ProjectFolder, database: Database, engine: Engine) -> None:
    (entry,) = current(folder.open(), database)
    assert (entry.heads, entry.at_head) == ((), False)
    assert inspect(engine).get_table_names() == []


def test_current_tells_whether_all_is_there(folder: ProjectFolder, database: Database) -> None:
    project = folder.open()
    upgrade(project, database, "a2")
    with pytest.raises(revision_errors.NotAtHeadError):
        current(project, database, check_heads=True)
    upgrade(project, database)
    (entry,) = current(project, database, check_heads=True)
    assert entry.at_head
    assert [revision.message for revision in entry.revisions] == ["index names"]


@pytest.mark.parametrize(
    ("rev_range", "expected"),
    [
        (None, ["a3", "a2", "a1"]),
        ("a2:", ["a3", "a2"]),
        (":a2", ["a2", "a1"]),
        ("-1:", ["a3", "a2"]),
        ("current:", ["a3", "a2"]),
        (":current", ["a2", "a1"]),
    ],
)
def test_history(
    rev_range: str | None, expected: list[str], folder: ProjectFolder, database: Database
) -> None:
    project = folder.open()
    upgrade(project, database, "a2")
    found = history(project, database, rev_range)
    assert [revision.id for revision in found.revisions] == expected


def test_history_with_the_current_one_marked(folder: ProjectFolder, database: Database) -> None:
    project = folder.open()
    upgrade(project, database, "a2")
    assert history(project, database, indicate_current=True).current == ("a2",)
    with pytest.raises(revision_errors.BadRangeError):
        history(project, database, "a2")


def test_heads_branches_show(folder: ProjectFolder) -> None:
    folder.revision("b3", "a2", message="other way", depends="a3")
    project = folder.open()
    assert {revision.id for revision in heads(project)} == {"a3", "b3"}
    assert [revision.id for revision in heads(project, resolve_dependencies=True)] == ["b3"]
    (point,) = branches(project)
    assert (point.revision.id, [child.id for child in point.children]) == ("a2", ["a3", "b3"])
    assert [revision.message for revision in show(project, "b3")] == ["other way"]
    with pytest.raises(revision_errors.SeveralHeadsError):
        show(project, "head")


@pytest.mark.parametrize("template", ["generic", "async", "pyproject"])
def test_upgrade_as_sql(template: str, make_project: MakeProject) -> None:
    folder = make_project(template)
    before = folder.digest()
    project = folder.open()
    sql = upgrade_sql(project, "head")
    assert "CREATE TABLE authors" in sql
    assert "UPDATE alembic_version SET version_num='a3'" in sql
    assert "CREATE TABLE authors" not in upgrade_sql(project, "a1:a2")
    assert "DROP TABLE books" in downgrade_sql(project, "a2:a1")
    assert "INSERT INTO alembic_version" in stamp_sql(project, "a2")
    assert folder.digest() == before


def test_several_databases_as_sql(make_project: MakeProject) -> None:
    folder = make_project("multidb")
    folder.revision("a1", None, "op.create_table(engine_name)", arguments="engine_name")
    before = folder.digest()
    sql = upgrade_sql(folder.open(), "head")
    assert "CREATE TABLE engine1" in sql
    assert "CREATE TABLE engine2" in sql
    assert folder.digest() == before


@pytest.mark.parametrize(
    ("call", "argument", "kind"),
    [
        (downgrade_sql, "a1", revision_errors.BadRangeError),
        (upgrade_sql, "a1:a2:a3", revision_errors.BadRangeError),
        (upgrade_sql, "zz", revision_errors.UnknownRevisionError),
    ],
)
def test_ranges_that_cannot_be_written(
    call: object, argument: str, kind: type[NeonkitError], folder: ProjectFolder
) -> None:
    assert callable(call)
    with pytest.raises(kind):
        call(folder.open(), argument)


def test_a_revision_that_looks_at_the_database_has_no_sql(folder: ProjectFolder, database: Database) -> None:
    path = folder.revision(
        "a4", "a3", "op.get_bind().execute(sa.text('SELECT count(*) FROM books')).scalar()"
    )
    folder.revision("a5", "a4", "op.drop_table('books')")
    project = folder.open()
    with pytest.raises(run_errors.OfflineImpossibleError) as caught:
        upgrade_sql(project)
    assert (caught.value.revision, caught.value.path) == ("a4", str(path))

    upgrade(project, database, "a2")
    shown = preview(project, database)
    assert shown.current == ("a2",)
    assert [(entry.revision.id, entry.sql is not None) for entry in shown.revisions] == [
        ("a3", True),
        ("a4", False),
        ("a5", True),
    ]
    assert "CREATE INDEX ix_authors_name" in str(shown.revisions[0].sql)
    assert "DROP TABLE books" in str(shown.revisions[2].sql)
    assert shown.revisions[1].line == caught.value.line
    back = preview(project, database, "base", "downgrade")
    assert [entry.revision.id for entry in back.revisions] == ["a2", "a1"]
    assert "DROP TABLE authors" in str(back.revisions[1].sql)


def test_nothing_pending(folder: ProjectFolder, database: Database) -> None:
    project = folder.open()
    upgrade(project, database)
    assert preview(project, database).revisions == ()


@pytest.mark.parametrize("template", ["generic", "async"])
def test_a_server_that_is_not_there_is_told_as_such(template: str, make_project: MakeProject) -> None:
    project = make_project(template).open()
    nowhere = Database.at(DatabaseUrl.parse("postgresql://u:S3CR3T@127.0.0.1:1/app"))
    for ask in (current, upgrade):
        with pytest.raises(ServerRefusedError):
            ask(project, nowhere)


def test_a_failure_before_the_version_table_was_read_claims_no_revision(
    folder: ProjectFolder, database: Database
) -> None:
    folder.replace(
        folder.env_py,
        "        context.configure(\n            connection",
        "        connection.exec_driver_sql('SELECT nothing')\n"
        "        context.configure(\n            connection",
    )
    with pytest.raises(run_errors.EnvironmentFailedError) as caught:
        current(folder.open(), database)
    assert caught.value.heads is None
    assert "The database is at" not in caught.value.sentence
