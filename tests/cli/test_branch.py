"""Restore points from the command line: by Neon's API, by an own command, named by the journal."""

from __future__ import annotations

import sys

import pytest
from fixtures.alembic_projects import MakeProject
from fixtures.command_line import Neonkit
from fixtures.neon_api import KEY, PARENT, NeonApiServer
from fixtures.published import faults
from sqlalchemy import Engine

from toolkit.database import DatabaseUrl


@pytest.fixture
def shell(neonkit: Neonkit, make_project: MakeProject, database_url: DatabaseUrl) -> Neonkit:
    """Runs a command on a project whose database is empty."""
    root = make_project().root
    (root / ".git").mkdir()
    url = database_url.reveal_plain()
    return lambda command, *options, **more: neonkit(command, *options, "--url", url, cwd=root, **more)


def test_a_run_makes_its_restore_point_first_and_the_journal_names_it(
    shell: Neonkit, neon_api: NeonApiServer, engine: Engine
) -> None:
    env = neon_api.environment
    ran = shell("upgrade", "a2", "--yes", "--restore-point", "new", "--json", env=env)
    assert ran.code == 0, ran.err
    (name,) = neon_api.names
    assert name.startswith("pre-upgrade-a2-")
    assert ran.json["restore_point"] == name
    assert f"restore point {name}" in shell("history", "--runs", env=env).out
    with engine.begin() as connection:  # a journal that an older neonkit made
        connection.exec_driver_sql("ALTER TABLE neonkit_journal.run DROP COLUMN restore_point")
    made = shell("branch", "--before", "a3", "--json", env=env)
    assert (made.json["name"], made.json["id"], made.json["parent"]) == (
        neon_api.names[1],
        "br-made-2",
        PARENT,
    )
    assert faults("branch", made.json) == []
    again = shell("upgrade", "--yes", "--restore-point", neon_api.names[1], env=env)
    assert f"restore point: {neon_api.names[1]}" in again.out
    assert f"restore point {neon_api.names[1]}" in shell("history", "--runs", env=env).out
    assert len(neon_api.names) == 2, "one that is named is not made again"
    assert KEY not in "".join(one.out + one.err for one in (ran, made, again))


def test_a_downgrade_says_what_goes_and_on_production_wants_it_named(shell: Neonkit) -> None:
    assert shell("upgrade", "--yes").code == 0
    asked = shell("downgrade", "a1", "--yes", env={"NEONKIT_ENVIRONMENT": "production"})
    assert (asked.code, "--allow-data-loss public.authors" in asked.err) == (6, True)
    ran = shell("downgrade", "a1", "--yes")
    assert (ran.code, "a2 takes public.authors (2 rows): every row is deleted." in ran.err) == (0, True)


def test_without_the_restore_point_that_is_asked_for_nothing_runs(
    shell: Neonkit, neon_api: NeonApiServer
) -> None:
    ran = shell("upgrade", "--yes", "--restore-point", "new")
    assert (ran.code, "error[E604]" in ran.err) == (6, True)
    neon_api.operation_ends = "error"
    failed = shell("upgrade", "--yes", "--restore-point", "new", env=neon_api.environment)
    assert (failed.code, "error[E406]" in failed.err) == (1, True)
    assert shell("current").out.strip() == "<base>"


def test_an_own_command_makes_it_and_a_dry_run_needs_none(shell: Neonkit) -> None:
    env = {"NEONKIT_RESTORE_POINT": f"{sys.executable} -c \"open('kept', 'x'); print('in kept')\""}
    tried = shell("upgrade", "--dry-run", "--yes", "--restore-point", "new", env=env)
    assert tried.code == 0, tried.err
    ran = shell("upgrade", "--yes", "--restore-point", "new", "--json", env=env)
    assert ran.json["restore_point"].startswith("pre-upgrade-head-")
