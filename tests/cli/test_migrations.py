"""Alembic's verbs on the command line, on a project that is not ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.command_line import Neonkit, Ran

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.migrate import current, upgrade

Run = Callable[..., Ran]


@pytest.fixture
def project(make_project: MakeProject) -> ProjectFolder:
    return make_project()


@pytest.fixture
def run(neonkit: Neonkit, project: ProjectFolder, database_url: DatabaseUrl) -> Run:
    """Runs a command line in the project's folder, with the fresh database as DATABASE_URL."""
    (project.root / ".git").mkdir()

    def run(*line: str, url: str | None = None) -> Ran:
        return neonkit(*line, cwd=project.root, env={"DATABASE_URL": url or database_url.reveal_plain()})

    return run


def test_up_and_down(run: Run, project: ProjectFolder) -> None:
    before = project.digest()
    up = run("upgrade", "head", "--yes", "--json")
    assert up.code == 0, up.err
    assert [one["revision"] for one in up.json["revisions"]] == ["a1", "a2", "a3"]
    again = run("upgrade", "head")
    assert (again.code, again.err) == (0, "")
    assert again.out.endswith("is at a3; nothing to do.\n")
    down = run("downgrade", "-1", "--yes")
    assert down.code == 0, down.err
    assert "a3 -> a2" in down.out
    behind = run("current", "--check-heads")
    assert (behind.code, "E550" in behind.err) == (5, True)
    assert run("current").out == "a2, books\n"
    assert project.digest() == before


@pytest.mark.parametrize("line", [("upgrade",), ("downgrade", "base"), ("stamp", "a1")])
def test_nobody_to_answer(
    run: Run, line: tuple[str, ...], project: ProjectFolder, database_url: DatabaseUrl
) -> None:
    database = Database.at(database_url)
    upgrade(project.open(), database, "a2")
    ran = run(*line)
    assert ran.code == 6
    assert "--yes" in ran.err
    assert current(project.open(), database)[0].heads == ("a2",)


def test_listings(run: Run, project: ProjectFolder, database_url: DatabaseUrl) -> None:
    project.revision("b3", "a2", message="other way")
    upgrade(project.open(), Database.at(database_url), "a2")
    history = run("history", "-i")
    assert history.code == 0, history.err
    assert "a1 -> a2 (current) (branchpoint), books" in history.out
    assert set(run("heads").out.splitlines()) == {"a3 (head), index names", "b3 (head), other way"}
    assert run("branches").out.startswith("a2 (branchpoint), books\n    -> a3 (head), index names")
    assert run("show", "current").out.startswith("Rev: a2 (branchpoint)\nParent: a1\n")
    assert [one["id"] for one in run("history", "-r", ":a2", "--json").json["revisions"]] == ["a2", "a1"]


def test_new_files(run: Run, project: ProjectFolder, database_url: DatabaseUrl) -> None:
    by_hand = run("revision", "-m", "by hand", "--rev-id", "h4")
    assert by_hand.code == 0, by_hand.err
    assert by_hand.out.strip() == str(project.scripts / "versions" / "h4_by_hand.py")
    project.revision("b3", "a2")
    two = run("upgrade", "head", "--yes")
    assert two.code == 2
    assert "neonkit merge" in two.err
    merged = run("merge", "-m", "join", "heads")
    assert merged.code == 0, merged.err
    upgrade(project.open(), Database.at(database_url))
    generated = run("revision", "--autogenerate", "-m", "from models")
    assert generated.code == 0, generated.err
    assert "The table books is not in the models" in generated.err


def test_sql(run: Run) -> None:
    up = run("upgrade", "head", "--sql")
    assert up.out.startswith("BEGIN;")
    assert run("upgrade", "a1:a2", "--sql", "--json").json["sql"].count("CREATE TABLE") == 1
    assert "DROP TABLE books" in run("downgrade", "a2:a1", "--sql").out


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (("upgrade", "--nonsense"), 2, "--nonsense"),
        (("history", "-r", "a1"), 2, "E165"),
        (("stamp", "zz", "--yes"), 2, "E159"),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, line: tuple[str, ...], code: int, said: str) -> None:
    ran = run(*line)
    assert ran.code == code, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert "s3cret" not in ran.err


def test_a_failing_revision(run: Run, project: ProjectFolder) -> None:
    path = project.revision("a4", "a3", "op.execute('SELECT 1 / 0')")
    ran = run("upgrade", "--yes", "--json")
    assert ran.code == 1
    assert (ran.error["code"], ran.error["facts"]["sqlstate"]) == ("E450", "22012")
    assert ran.error["facts"]["path"] == str(path)


def test_a_syntax_error_names_the_file(run: Run, project: ProjectFolder) -> None:
    path = project.revision("a4", "a3", "op.execute('")
    ran = run("history")
    assert ran.code == 2
    assert f"{path}:" in ran.err


def test_no_project(neonkit: Neonkit) -> None:
    ran = neonkit("history")
    assert (ran.code, ran.out) == (2, "")
    assert "E150" in ran.err


def test_x_arguments_reach_env(run: Run, project: ProjectFolder) -> None:
    project.replace(
        project.env_py,
        "connection=connection, target_metadata=target_metadata",
        "connection=connection, target_metadata=target_metadata,\n"
        "            version_table=context.get_x_argument(as_dictionary=True)['table']",
    )
    upgraded = run("upgrade", "--yes", "-x", "table=one", "--json")
    assert [change["table"] for change in upgraded.json["changes"]] == ["public.one"]
