"""`neonkit plan` and `neonkit rehearse` as a shell runs them."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import MakeProject
from fixtures.command_line import Neonkit
from fixtures.demo import ROOT

from toolkit.database import Database, DatabaseUrl
from toolkit.migrate import AlembicProject, upgrade

WIDTH = 80


@pytest.fixture
def shell(neonkit: Neonkit, make_project: MakeProject, database_url: DatabaseUrl) -> Neonkit:
    """Runs a command on a project whose database lacks one revision."""
    project = make_project()
    (project.root / ".git").mkdir()
    upgrade(project.open(), Database.at(database_url))
    project.revision(
        "a4", "a3", "op.alter_column('authors', 'name', nullable=False)", "pass", message="names"
    )
    url = database_url.reveal_plain()
    return lambda command, *options: neonkit(command, *options, "--url", url, cwd=project.root)


def test_a_plan_is_made_kept_and_shown(shell: Neonkit) -> None:
    ran = shell("plan", "--scratch", "server")
    assert (ran.code, ran.err.count("error")) == (0, 0)
    assert [line for line in ran.out.splitlines() if len(line) > WIDTH] == []
    assert "access exclusive  scan" in ran.out
    assert "public.authors.name: 0 rows hold a null." in ran.out
    plan = ran.out.splitlines()[-1].rsplit("Plan ", 1)[1].split(":")[0]
    shown = shell("plan", "show", plan)
    assert (shown.code, shown.out) == (0, ran.out)
    found = shell("plan", "show", plan, "--json").json
    assert found["revisions"][0]["statements"][0]["locks"][0]["mode"] == "ACCESS EXCLUSIVE"
    assert shell("plan", "show", "abcdef").code == 2
    assert shell("plan", "a3", "a4").code == 2


def test_a_rehearsal(shell: Neonkit) -> None:
    ran = shell("rehearse", "--scratch", "server", "--full")
    assert ran.code == 5
    tables = ran.out.partition("\n\nmigrations/")[0]
    assert [line for line in tables.splitlines() if len(line) > WIDTH] == []
    assert "rehearse-trace column public.authors.name" in ran.out
    assert next(line.split()[:3] for line in ran.out.splitlines() if line.startswith("a4 "))[:2] == [
        "a4",
        "up",
    ]
    assert shell("rehearse", "--rows", "many").code == 2


def test_a_named_database_needs_a_yes_and_is_not_the_own_one(
    shell: Neonkit, database_url: DatabaseUrl
) -> None:
    own = shell("rehearse", "--on", database_url.reveal_plain(), "--json")
    assert (own.code, own.error["code"]) == (6, "E662")
    other = shell("rehearse", "--on", database_url.with_database("other").reveal_plain(), "--json")
    assert other.code == 6
    assert "--on ***" in other.err
    assert database_url.password is not None
    assert database_url.password.reveal() not in other.err


@pytest.mark.slow
def test_the_reference_application(
    neonkit: Neonkit, demo_project: AlembicProject, database_url: DatabaseUrl
) -> None:
    """Plan and rehearsal of its whole history, through the shell; nothing is left in the project."""
    options = ("--url", database_url.reveal_plain(), "--project", str(ROOT), "--json")
    plan = neonkit("plan", "--no-save", *options).json
    assert {one["source"] for one in plan["revisions"]} == {"recorded"}
    assert len(plan["revisions"]) == len(demo_project.graph().revisions)
    ran = neonkit("rehearse", *options)
    assert ran.code == 0
    found = ran.json
    assert found["report"]["looked_at"]["revisions"] == len(plan["revisions"])
    assert [one["failure"] for one in found["steps"] if one["way"] == "down"] == [None] * 16
