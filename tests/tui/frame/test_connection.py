"""The connection: armed and disarmed, lost and found, changed for another one, and not there at the start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject, asks, until, words
from sqlalchemy import Connection, NullPool, create_engine, text
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.settings import load_settings
from toolkit.tui.app import Cockpit
from toolkit.tui.arming import now
from toolkit.tui.connect.picker import PickerScreen
from toolkit.tui.connect.unreachable import UnreachableScreen
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.screens.modals.confirm import ConfirmScreen, Question
from toolkit.workspace import Workspace

PLANTED = "pl4nted-w0rd"
WRITE = Question("Write", (), reversible=True, verb="Write")


def identity(app: Cockpit) -> Identity:
    assert isinstance(app.board.identity, Identity)
    return app.board.identity


async def arm(pilot: Pilot[int], name: str) -> None:
    """Arm writes, the name pasted: typing it takes a second."""
    await pilot.press("w")
    await until(pilot, lambda: asks(pilot.app), "the question")
    pilot.app.screen.post_message(Paste(name))
    await until(pilot, lambda: not pilot.app.screen.query_one("#yes").disabled, "the name")
    await pilot.press("enter")


async def test_writes_disarm_by_themselves(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open(environment="production")
    name = str(cockpit_project.url.database)
    clock = [now()]
    app.arming = type(app.arming)(app, span=timedelta(seconds=0.2), clock=lambda: clock[0])
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        app.ask(WRITE, lambda: pytest.fail("it is read-only"))
        assert "READ-ONLY; w arms" in app.board.line
        await arm(pilot, name)
        # Nobody touches anything: the time passes.
        await until(pilot, lambda: "writes disarmed" in str(app.board.history), "the end of the time")
        assert "writes armed until" in str(app.board.history)
        assert app.board.armed_until is None
        await until(pilot, lambda: "READ-ONLY" in words(pilot), "the banner")
        # The machine slept, so that no timer ran: the clock is asked before a write.
        app.arming = type(app.arming)(app, span=timedelta(hours=1), clock=lambda: clock[0])
        await arm(pilot, name)
        await until(pilot, lambda: not identity(app).read_only, "the armed session")
        await until(pilot, lambda: f"WRITES ON until {app.board.armed_until}" in words(pilot), "the banner")
        clock[0] += timedelta(hours=1)
        app.ask(WRITE, lambda: pytest.fail("the time is over"))
        assert not isinstance(app.screen, ConfirmScreen)
        assert identity(app).read_only
        assert app.board.armed_until is None


@contextmanager
def server_session(url: DatabaseUrl) -> Iterator[Connection]:
    """A session on the server, outside the database."""
    engine = create_engine(url.with_database("postgres").sqlalchemy, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


def shut(url: DatabaseUrl) -> None:
    """End all sessions of the database, and let nobody in."""
    with server_session(url) as server:
        server.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'))
        server.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )


def open_again(url: DatabaseUrl) -> None:
    """Let everybody in."""
    with server_session(url) as server:
        server.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))


async def test_a_lost_connection_keeps_the_place(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    app.link.back_off = (0.1, 0.2, 30.0)
    arrived: list[object] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await until(pilot, lambda: not app.board.reads, "all facts")
        await pilot.press("3", "j", "j")
        await until(pilot, lambda: not app.board.reads, "what follows the cursor")
        before, focused = app.board.revisions, app.screen.focused
        shut(cockpit_project.url)
        try:
            app.fetch(lambda backend: backend.opened.identity(), arrived.append)
            await until(pilot, lambda: app.board.lost is not None, "the loss")
            await until(pilot, lambda: app.board.lost is not None and app.board.lost.tries >= 2, "two tries")
            await until(pilot, lambda: "WAIT connection lost, next try in" in words(pilot), "the job line")
            assert app.screen.has_class("-lost")
            assert "DEV  LOST" in words(pilot)
            assert (app.board.revisions, app.screen.focused, arrived) == (before, focused, [])
            assert not app.start("write", "neonkit write", lambda *_: None, arrived.append)
            assert "the connection is lost" in app.board.line
        finally:
            open_again(cockpit_project.url)
        await pilot.press("r")
        await until(pilot, lambda: app.board.lost is None, "the connection")
        await until(pilot, lambda: bool(arrived), "what was asked meanwhile")
        assert isinstance(arrived[0], Identity)
        assert "connected again after" in words(pilot)
        assert app.screen.focused is focused
        assert not app.screen.has_class("-lost")


async def test_reconnecting_rests_while_nobody_is_there(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        app._last_key -= 100
        app.link.lose(Failure("E215", "The connection was lost.", unreachable=True))
        assert app.board.lost is not None
        assert app.board.lost.paused
        await until(pilot, lambda: "a key tries again" in words(pilot), "the job line")
        await pilot.press("j")
        await until(pilot, lambda: app.board.lost is None, "the connection")


PROFILES = """
[tool.neonkit.profiles.staging]
url_env = "STAGING_URL"
[tool.neonkit.profiles.away]
environment = "production"
url_env = "AWAY_URL"
[tool.neonkit.profiles.broken]
environment = "dev"
url_env = "NOT_SET_ANYWHERE"
"""


def picker(app: Cockpit) -> PickerScreen:
    """The picker, which is open."""
    assert isinstance(app.screen, PickerScreen)
    return app.screen


def prompts(screen: PickerScreen) -> str:
    found = screen.query_one("#connections", OptionList)
    return "\n".join(str(found.get_option_at_index(number).prompt) for number in range(found.option_count))


async def test_another_connection_is_picked(
    cockpit_project: CockpitProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (cockpit_project.directory / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(PROFILES)
    monkeypatch.setenv("STAGING_URL", cockpit_project.url.with_database("postgres").reveal_plain())
    monkeypatch.setenv("AWAY_URL", f"postgresql://ann:{PLANTED}@db.example.org/app")
    monkeypatch.delenv("NOT_SET_ANYWHERE", raising=False)
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("c")
        screen = picker(app)
        await until(pilot, lambda: "NOT_SET_ANYWHERE" in prompts(screen), "the choices")
        listed = prompts(screen)
        for part in (
            "* (as started)  DEV  writes on",
            "  staging  STAGING  writes on  profile",
            "from profile staging: STAGING_URL  never used",
            "  away  PROD  READ-ONLY  profile",
            "db=app  db.example.org  role=ann",
            "(embedded server)",
            "absent, opening it starts it",
        ):
            assert part in listed
        assert PLANTED not in listed
        assert "*" not in listed.replace("* (as started)", "")
        await pilot.press("j", "j", "j", "enter")
        assert isinstance(app.screen, PickerScreen), "a broken profile cannot be picked"
        await pilot.press("k", "k", "enter")
        await until(pilot, lambda: "STAGING" in words(pilot), "the other database")
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "what it holds")
        assert identity(app).database == "postgres"
        assert identity(app).environment == "staging"
        assert list(app.remembered.used) == ["(as started)", "staging"]
        assert datetime.fromisoformat(app.remembered.used["staging"]) <= datetime.now()  # noqa: DTZ005 - both local
        await pilot.press("c")
        again = picker(app)
        await until(pilot, lambda: "* staging" in prompts(again), "the choices")
        await pilot.press("g", "enter")
        await until(pilot, lambda: "DEV" in words(pilot), "the first database")
        assert identity(app).database == cockpit_project.url.database


def offered(app: Cockpit, pilot: Pilot[int]) -> bool:
    """The ways out are on the screen."""
    return isinstance(app.screen, UnreachableScreen) and "NOT CONNECTED" in words(pilot)


async def test_an_unreachable_server_is_named_and_ways_out_are_offered(
    cockpit_project: CockpitProject,
) -> None:
    url = f"postgresql://ann:{PLANTED}@127.0.0.1:1/db?connect_timeout=1"
    app = cockpit_project.open(database_url=url)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: offered(app, pilot), "the offer", 90)
        seen = words(pilot)
        assert "127.0.0.1:1" in seen
        await pilot.press("r")
        await until(pilot, lambda: str(app.board.history).count("error[E201]") == 2, "another try", 90)
        await until(pilot, lambda: offered(app, pilot), "the offer again")
        await pilot.press("c")
        screen = picker(app)
        await until(pilot, lambda: "role=ann" in prompts(screen), "the choices")
        assert PLANTED not in seen + prompts(screen) + str(app.board)
        await pilot.press("escape")
        assert "NOT CONNECTED  Nothing accepts connections on 127.0.0.1:1" in words(pilot)
        await pilot.press("w")
        assert "not connected: r tries again" in app.board.line


async def test_without_a_database_the_embedded_server_is_started_from_inside(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.neonkit]\n", "utf-8")
    app = Cockpit(lambda: Workspace.open(load_settings(tmp_path, environ={})))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: offered(app, pilot), "the offer")
            assert "No database is configured" in words(pilot)
            await pilot.press("s")
            await until(pilot, lambda: app.job is not None, "the job")
            await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection", 120)
            assert identity(app).database == "postgres"
            assert any("the embedded server runs on port" in line for line in app.board.history)
    finally:
        EmbeddedServer(tmp_path / ".neonkit" / "server", durable=True).destroy()
