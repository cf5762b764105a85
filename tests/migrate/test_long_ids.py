"""Ids that the version table's column does not hold: told before anything of their revision runs."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject
from sqlalchemy import Engine, inspect

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.events import Event, Notice
from toolkit.migrate import merge, revision
from toolkit.migrate.run_errors import IdTooLongError
from toolkit.migrate.running import stamp, upgrade

LONG = "the_books_get_their_publishers_and_their_years"
OUTSIDE = "with op.get_context().autocommit_block(): op.execute('create table kept (i int)')"
WIDER = "op.alter_column('alembic_version', 'version_num', type_=sa.String(255))"


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.mark.parametrize("template", ["generic", "async"])
def test_nothing_of_it_is_run(
    template: str, make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project(template, bare=True)
    folder.revision("a1", None, "op.create_table('t', sa.Column('i', sa.Integer))", "pass")
    project = folder.open()
    upgrade(project, database)
    folder.revision(LONG, "a1", OUTSIDE, "pass")
    project.forget()
    for verb in (upgrade, stamp):
        with pytest.raises(IdTooLongError, match=f"has {len(LONG)} characters") as caught:
            verb(project, database, "head")
        assert (caught.value.holds, caught.value.heads) == (32, ("a1",))
    assert "kept" not in inspect(engine).get_table_names()


def test_the_very_first_revision(make_project: MakeProject, database: Database, engine: Engine) -> None:
    folder = make_project(bare=True)
    folder.revision(LONG, None, OUTSIDE, "pass")
    with pytest.raises(IdTooLongError):
        upgrade(folder.open(), database)
    assert "kept" not in inspect(engine).get_table_names()


@pytest.mark.parametrize("own", [False, True], ids=["in a revision before", "in the revision itself"])
def test_a_wider_column_takes_it(own: bool, make_project: MakeProject, database: Database) -> None:
    folder = make_project(bare=True)
    if own:
        folder.revision(LONG, None, WIDER, "pass")
    else:
        folder.revision("a1", None, WIDER, "pass")
        folder.revision(LONG, "a1", "op.create_table('t', sa.Column('i', sa.Integer))", "pass")
    assert upgrade(folder.open(), database).after == (LONG,)


def test_whoever_writes_one_is_warned(make_project: MakeProject) -> None:
    project = make_project().open()
    heard: list[Event] = []
    revision(project, message="long", rev_id=LONG, head="a3", emit=heard.append)
    merge(project, "heads", "join", rev_id=f"{LONG}_2", emit=heard.append)
    revision(project, message="short", rev_id="s" * 32, emit=heard.append)
    warned = [one.sentence for one in heard if isinstance(one, Notice) and one.level == "warning"]
    assert [LONG in sentence for sentence in warned] == [True, True]
