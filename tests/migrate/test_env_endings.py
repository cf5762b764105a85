"""Files that end, print and wander in ways of their own: the truth is told and the process stays whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, inspect

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.errors import NeonkitError
from toolkit.migrate import current, errors, run_errors, upgrade, upgrade_sql

RUN = "            context.run_migrations()\n\n\nif"


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def at_the_end(line: str) -> Callable[[ProjectFolder], None]:
    def prepare(folder: ProjectFolder) -> None:
        folder.env_py.write_text(folder.env_py.read_text() + f"\n{line}\n")

    return prepare


def in_the_run(line: str) -> Callable[[ProjectFolder], None]:
    return lambda folder: folder.replace(
        folder.env_py, RUN, RUN.replace("\n\n\n", f"\n            {line}\n\n\n")
    )


def at_the_begin(line: str) -> Callable[[ProjectFolder], None]:
    def prepare(folder: ProjectFolder) -> None:
        folder.env_py.write_text(f"{line}\n{folder.env_py.read_text()}")

    return prepare


@pytest.mark.parametrize("line", ["import sys; sys.exit()", "raise SystemExit(0)"])
def test_an_exit_without_a_complaint_is_an_end(
    line: str, make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    at_the_end(line)(folder)
    project = folder.open()
    assert upgrade(project, database).after == ("a3",)
    assert [one.heads for one in current(folder.open(), database)] == [("a3",)]
    assert project.capture().target_metadata
    assert "CREATE TABLE authors" in upgrade_sql(project)


@pytest.mark.parametrize(
    ("prepare", "kind"),
    [
        (at_the_begin("raise SystemExit(0)"), run_errors.EnvironmentRanNothingError),
        (at_the_begin("raise SystemExit('no settings')"), errors.BrokenEnvironmentError),
        (in_the_run("raise SystemExit(0)"), run_errors.NothingAppliedError),
        (in_the_run("raise SystemExit(3)"), run_errors.EnvironmentFailedError),
        (in_the_run("raise BaseExceptionGroup('both', [SystemExit(1)])"), run_errors.EnvironmentFailedError),
    ],
)
def test_an_exit_that_undoes_the_run_is_a_failure(
    prepare: Callable[[ProjectFolder], None],
    kind: type[NeonkitError],
    make_project: MakeProject,
    database: Database,
    engine: Engine,
) -> None:
    folder = make_project()
    prepare(folder)
    with pytest.raises(kind):
        upgrade(folder.open(), database)
    assert inspect(engine).get_table_names() == []


def test_an_exit_in_a_revision_is_a_failure(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "raise SystemExit(0)")
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.revision, caught.value.heads) == ("a4", ())
    assert inspect(engine).get_table_names() == []


def test_a_wandering_file_leaves_the_process_where_it_was(
    make_project: MakeProject, database: Database, tmp_path: Path
) -> None:
    folder = make_project()
    at_the_end(
        f"import os, sys; os.chdir({str(tmp_path)!r}); os.environ.clear(); sys.path.clear(); sys.argv[:] = []"
    )(folder)
    import sys

    before = Path.cwd(), dict(os.environ), list(sys.path), list(sys.argv)
    assert upgrade(folder.open(), database).after == ("a3",)
    assert (Path.cwd(), dict(os.environ), list(sys.path), list(sys.argv)) == before


def test_a_talkative_file_is_heard_to_the_end(
    make_project: MakeProject, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_project()
    at_the_end(
        "for i in range(20_000): print('line', i)\n"
        "import sys; sys.stderr.write('no end of line'); sys.stdout.flush()"
    )(folder)
    capfd.readouterr()
    output = upgrade(folder.open(), database).output
    assert len(output) == 20_001
    assert output[-2:] == ("line 19999", "no end of line")
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_a_folder(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.env_py.unlink()
    folder.env_py.mkdir()
    with pytest.raises(errors.NoEnvironmentError):
        upgrade(folder.open(), database)
