"""`neonkit demo`: the way through the product, gone twice."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from fixtures.demo import ROOT
from sqlalchemy import text

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, Job
from toolkit.database.embedded import EmbeddedServer
from toolkit.demo.errors import DemoFolderTakenError
from toolkit.demo.project import FOLDER, SETTINGS, find_root, is_demo, open_project
from toolkit.demo.tour import TourResult, run_tour
from toolkit.events import Event, Notice, StepFinished
from toolkit.isolation import Verdict
from toolkit.transfer.errors import MappingUnreadableError


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TourResult]:
    """The first tour in a fresh folder, its server still running."""
    directory = tmp_path_factory.mktemp("tour")
    yield run_tour(directory)
    EmbeddedServer(directory / ".neonkit" / "server", durable=True).destroy()


def test_it_builds_everything(tour: TourResult) -> None:
    assert tour.changed
    assert tour.project_made
    assert tour.server_started
    assert tour.database_created
    assert len(tour.applied) == 16
    assert tour.facts.revision == tour.applied[-1]
    rows = {name: found.rows for name, found in tour.facts.tables.items()}
    assert rows == {"users": 300, "tasks": 4675, "tags": 648, "task_tag_links": 4820}
    assert tour.imported == sum(rows.values())


def test_it_shows_what_is_there(tour: TourResult) -> None:
    forced = {table.name for table in tour.schema.tables if table.row_security == "forced"}
    assert forced == set(tour.facts.tables)
    assert [owner.tasks for owner in tour.owners.most] == sorted(
        (owner.tasks for owner in tour.owners.most), reverse=True
    )
    assert (tour.owners.count, tour.owners.rows) == (300, 4675 + 648 + 4820)


def test_users_are_kept_apart(tour: TourResult) -> None:
    assert tour.isolation.subject.role == "neonkit_demo_app"
    assert len(tour.isolation.cells) == 20
    assert {cell.verdict for cell in tour.isolation.cells} <= {Verdict.HELD, Verdict.PROVEN}


def test_the_address_shows_no_password(tour: TourResult) -> None:
    server = EmbeddedServer(tour.project / ".neonkit" / "server", durable=True)
    password = server.url().reveal_plain().split(":")[2].split("@")[0]
    assert len(password) > 8
    assert password not in repr(tour)
    assert ":***@" in tour.url


def test_a_second_tour_changes_nothing(tour: TourResult) -> None:
    heard: list[Event] = []
    again = run_tour(tour.project, heard.append)
    assert not again.changed
    assert again.facts == tour.facts
    assert (again.applied, again.imported, again.project_made) == ((), 0, False)
    unchanged = {e.step for e in heard if isinstance(e, StepFinished) and e.outcome == "unchanged"}
    assert {"start server", "database", "import"} <= unchanged


def test_what_a_user_did_since_stays(tour: TourResult) -> None:
    url = EmbeddedServer(tour.project / ".neonkit" / "server", durable=True).url("demo")
    with Database.at(url).connect(Job.ADMIN) as connection:
        connection.execute(
            text("INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'new@example.org', 'N')")
        )
    again = run_tour(tour.project)
    assert again.facts.tables["users"].rows == 301
    assert not again.changed
    with Database.at(url).connect(Job.ADMIN) as connection:
        connection.execute(text("DELETE FROM users WHERE email = 'new@example.org'"))


def test_a_set_database_url_is_told_and_not_used(tour: TourResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:x@db.invalid/production")
    heard: list[Event] = []
    assert not run_tour(tour.project, heard.append).changed
    assert any(isinstance(event, Notice) and "DATABASE_URL is set" in event.sentence for event in heard)


def test_it_can_be_stopped(tour: TourResult) -> None:
    cancel = CancelToken()
    cancel.cancel("user")
    with pytest.raises(CancelledError):
        run_tour(tour.project, cancel=cancel)


def test_the_command_shows_it(tour: TourResult, neonkit: Neonkit) -> None:
    ran = neonkit("demo", "--project", str(tour.project), env={"PATH": ""})
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Nothing changed")
    for part in ("Schema", "Rows of 300 owners", "Isolation: ", ":***@", "--reveal", "neonkit tui"):
        assert part in ran.out
    assert f"cd {tour.project}" in ran.out
    assert f"{Path(sys.executable).with_name('neonkit')} tui" in ran.out  # not on this PATH
    assert "database" in ran.err
    assert "Schema" not in ran.err
    again = neonkit("demo", "--project", str(tour.project), "--json", "--url", "postgresql://db.invalid/x")
    assert again.json["changed"] is False
    assert "--url is left aside" in again.err


def test_another_project_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    with pytest.raises(DemoFolderTakenError) as caught:
        run_tour(tmp_path)
    assert caught.value.found == "alembic.ini"
    assert [path.name for path in tmp_path.iterdir()] == ["alembic.ini"]


def test_missing_seeds_are_said(tmp_path: Path) -> None:
    project = open_project(tmp_path / "new")
    shutil.rmtree(project.root / "seeds")
    try:
        with pytest.raises(MappingUnreadableError):
            run_tour(project.root)
    finally:
        EmbeddedServer(project.root / ".neonkit" / "server", durable=True).destroy()


def test_the_repository_is_its_own_project(tmp_path: Path) -> None:
    assert is_demo(ROOT)
    assert find_root(None, ROOT / "toolkit" / "demo") == ROOT
    assert not open_project(ROOT).made
    assert find_root(None, tmp_path) == tmp_path
    (tmp_path / "notes.txt").touch()
    assert find_root(None, tmp_path) == tmp_path / FOLDER
    assert find_root(tmp_path / "x", ROOT) == tmp_path / "x"


def test_a_laid_out_project_is_configured_as_the_repository_is(tmp_path: Path) -> None:
    project = open_project(tmp_path / "new")
    assert project.made
    assert is_demo(project.root)
    repository = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["neonkit"]
    assert tomllib.loads(SETTINGS)["tool"]["neonkit"] == repository
    for part in ("migrations/env.py", "seeds/mapping.toml", "alembic.ini"):
        assert (project.root / part).read_bytes() == (ROOT / part).read_bytes()
