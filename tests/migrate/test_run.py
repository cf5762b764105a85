"""Runs against a real server, on projects whose own URL leads nowhere."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject
from sqlalchemy import Engine, inspect, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.events import Event, RevisionFinished, RevisionStarted, StatementFinished
from toolkit.migrate.errors import AlembicRefusedError
from toolkit.migrate.running import downgrade, stamp, upgrade


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.mark.parametrize("template", ["generic", "async", "pyproject", "pyproject_async"])
def test_a_project_goes_up_and_down_without_a_change_to_its_files(
    template: str, make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project(template)
    before = folder.digest()
    project = folder.open()

    up = upgrade(project, database)
    assert up.applied == ("a1", "a2", "a3")
    assert (up.before, up.after) == ((), ("a3",))
    assert set(inspect(engine).get_table_names()) == {"alembic_version", "authors", "books"}
    assert any("prod.invalid:5432/app" in notice for notice in up.notices)
    assert not any("s3cret" in notice for notice in up.notices)

    down = downgrade(project, database, "-1")
    assert (down.applied, down.after) == (("a3",), ("a2",))
    down = downgrade(project, database, "base")
    assert (down.applied, down.after) == (("a2", "a1"), ())
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert folder.digest() == before


def test_events_tell_revisions_and_statements(make_project: MakeProject, database: Database) -> None:
    heard: list[Event] = []
    upgrade(make_project().open(), database, "a2", emit=heard.append)
    assert [event.revision for event in heard if isinstance(event, RevisionStarted)] == ["a1", "a2"]
    assert [event.revision for event in heard if isinstance(event, RevisionFinished)] == ["a1", "a2"]
    inserted = [
        e for e in heard if isinstance(e, StatementFinished) and e.sql.startswith("INSERT INTO authors")
    ]
    assert [(event.revision, event.rows) for event in inserted] == [("a2", 2)]


def test_nothing_to_do_is_no_failure(make_project: MakeProject, database: Database) -> None:
    project = make_project().open()
    assert upgrade(project, database).changed
    again = upgrade(project, database)
    assert (again.changed, again.applied, again.after) == (False, (), ("a3",))


def test_stamp_writes_the_table_only(make_project: MakeProject, database: Database, engine: Engine) -> None:
    result = stamp(make_project().open(), database, "a2")
    assert (result.before, result.after) == ((), ("a2",))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["a2"]
    assert inspect(engine).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize(
    ("targets", "after"),
    [
        (["+1"], ("a1",)),
        (["+1", "+1"], ("a2",)),
        (["a3-1"], ("a2",)),
        (["heads"], ("a3", "b3")),
        (["side@head"], ("b3",)),
        (["a2", "a3", "side@head"], ("a3", "b3")),
    ],
)
def test_symbols_of_upgrade(
    targets: list[str], after: tuple[str, ...], make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    folder.revision("b3", "a2", labels=("side",), depends="a1")
    project = folder.open()
    results = [upgrade(project, database, target) for target in targets]
    assert results[-1].after == after
    assert downgrade(project, database, "base").after == ()


def test_a_merge_is_joined_and_parted(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.revision("b3", "a2", labels=("side",))
    folder.revision("m4", ("a3", "b3"))
    project = folder.open()
    assert upgrade(project, database).after == ("m4",)
    with pytest.raises(AlembicRefusedError) as caught:
        downgrade(project, database, "-1")
    assert "name the revision" in str(caught.value.hint)
    assert downgrade(project, database, "a3").after == ("a3", "b3")
    assert downgrade(project, database, "a2").after == ("a2",)


def test_stamp_mends_an_unknown_revision(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    project = make_project().open()
    upgrade(project, database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'feedbeef'"))
    assert stamp(project, database, "a3", purge=True).after == ("a3",)
    assert stamp(project, database, "base").after == ()
