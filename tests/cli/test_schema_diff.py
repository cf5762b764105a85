"""`neonkit schema diff` between sides of every kind, and the SQL that takes the live one to each."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from fixtures.drift import BORN, DriftProject
from fixtures.many_commands import Commands, execute

from toolkit.database import DatabaseUrl, Job
from toolkit.database.scratch import ScratchDatabases

GIT = ("-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
PSQL = ("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1")
ON_SERVER = ("--scratch", "server")
BY_HAND = """
alter table authors add column nick text, alter column name type text, alter column name drop not null;
create index ix_nick on authors (nick);
create type mood as enum ('sad', 'happy');
create table "Notes %s; --" (id int generated always as identity primary key, mood mood default 'sad');
create view names as select name from authors;
create function greet() returns text language plpgsql as $$ begin return 'a;b' /* $ */; end $$;
"""
ELSEWHERE = """
create table authors (id serial primary key, name varchar(80) not null, born date);
create table books (id int primary key, author_id int references authors on delete cascade);
create view names as select name from authors;
comment on view names is 'who; wrote';
"""
HAZARDS = {"safe", "blocking", "rewriting", "losing data"}
SIDES = ("models", "rev:head", "git:main:models", "saved.json", "rev:a1", "url", "git:main")
"""In an order in which the database differs from each."""


def git(folder: Path, *words: str) -> str:
    """Run git in the folder."""
    return subprocess.run(
        ["git", *GIT, *words], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.fixture
def project(drift_project: DriftProject) -> DriftProject:
    """A project in git: `main` has one revision, the work tree two and models to fit; live is at one."""
    root = drift_project.folder.root
    git(root, "init", "-q", "-b", "main")
    (root / ".gitignore").write_text(".neonkit\n__pycache__\n", "utf-8")
    (root / ".gitattributes").write_text("* export-ignore\n", "utf-8")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    drift_project.second()
    drift_project.models(BORN)
    return drift_project


@pytest.fixture
def live(project: DriftProject) -> DatabaseUrl:
    """The project's database."""
    return project.database.url(Job.MIGRATE)


@pytest.fixture
def run(project: DriftProject, live: DatabaseUrl) -> Iterator[Commands]:
    """Command lines in the project's folder."""
    with Commands(project.folder.root, live.reveal_plain()) as commands:
        yield commands


def test_the_sql_takes_the_live_side_to_every_other(
    run: Commands, project: DriftProject, live: DatabaseUrl, scratch: ScratchDatabases
) -> None:
    root = project.folder.root
    status = git(root, "status", "--porcelain")
    with scratch.create() as other:
        execute(other, ELSEWHERE)
        execute(live, BY_HAND)
        (root / "saved.json").write_text(run("schema", "snapshot").out, "utf-8")
        for side in SIDES:
            words = ("live", other.reveal_plain() if side == "url" else side, *ON_SERVER)
            found = run("schema", "diff", *words, "--sql", "--json")
            assert found.code == 5, f"{side}\n{found.err}"
            assert found.json["left_out"] == [], side
            assert {one["hazard"] for one in found.json["statements"]} <= HAZARDS
            if side == "rev:a1" and shutil.which("psql"):
                script = run("schema", "diff", *words, "--sql").out
                assert '-- losing data: table public."Notes %s; --"' in script
                subprocess.run([*PSQL, live.reveal_plain()], input=script, text=True, check=True, timeout=60)
            else:
                statements = [one["sql"] for one in found.json["statements"]]
                execute(live, "set check_function_bodies = off", *statements)
            again = run("schema", "diff", *words)
            assert again.code == 0, f"{side}\n{again.out}"
            assert "No difference." in again.out
    (root / "saved.json").unlink()
    assert git(root, "status", "--porcelain") == status
    assert git(root, "stash", "list") == ""


def test_what_cannot_be_had_is_one_error(run: Commands, project: DriftProject) -> None:
    for side, code, error, said in [
        ("git:nowhere", 2, "E108", "no such ref"),
        ("git:--all", 2, "E108", "no such ref"),
        ("rev:zzz", 2, "E159", "no revision 'zzz'"),
        ("Models", 2, "E107", "it is spelled models"),
    ]:
        ran = run("schema", "diff", "live", side, *ON_SERVER)
        assert (ran.code, ran.out) == (code, ""), side
        assert f"error[{error}]" in ran.err
        assert said in ran.err
    project.second("raise RuntimeError('no')")
    ran = run("schema", "diff", "live", "rev:head", *ON_SERVER)
    assert (ran.code, ran.out) == (6, "")
    assert "error[E660]" in ran.err
    git(project.folder.root, "add", ".")
    git(project.folder.root, "commit", "-q", "-m", "broken")
    ran = run("schema", "diff", "live", "git:HEAD", *ON_SERVER)
    assert (ran.code, ran.out) == (6, "")
    assert "error[E660]: The side git:HEAD cannot be built, and nothing was compared: the migr" in ran.err
    assert "Revision a2" in ran.err


def test_sides_that_need_no_database_are_built_without_one(neonkit: Neonkit, project: DriftProject) -> None:
    ran = neonkit("schema", "diff", "rev:base", "rev:a1", cwd=project.folder.root)
    assert ran.code == 5
    assert ran.out.startswith("+ table public.authors (and ")
    assert "embedded server" in ran.err


def test_renames_are_proposed_and_taken_when_asked(run: Commands, live: DatabaseUrl) -> None:
    execute(live, "alter table authors rename name to title")
    words = ("schema", "diff", "live", "rev:a1", *ON_SERVER)
    assert "may be renamed: column public.authors.title to public.authors.name" in run(*words).out
    found = run(*words, "--rename", "authors.title=name")
    assert (found.code, found.out.splitlines()[0]) == (
        5,
        "= column public.authors.title is now public.authors.name",
    )
    told = run(*words, "--rename", "authors.title=name", "--sql", "--json").json
    assert told["changes"] == []
    (one,) = told["statements"]
    assert (one["sql"], one["hazard"]) == ("ALTER TABLE public.authors RENAME COLUMN title TO name", "safe")
    execute(live, one["sql"])
    assert run(*words).code == 0
    assert run(*words, "--rename", "authors.title").code == 2


def test_a_label_of_an_enum_is_renamed(run: Commands, live: DatabaseUrl, scratch: ScratchDatabases) -> None:
    make = "create type mood as enum ('{}', 'happy'); create table moods (mood mood default '{}')"
    with scratch.create() as one, scratch.create() as two:
        execute(one, make.format("sad", "sad"))
        execute(two, make.format("low", "low"))
        words = ("schema", "diff", one.reveal_plain(), two.reveal_plain(), "--rename", "mood.sad=low")
        told = run(*words, "--sql", "--json").json
        execute(one, *(one["sql"] for one in told["statements"]))
        assert run(*words[:4]).code == 0
