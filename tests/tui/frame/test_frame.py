"""The frame on a real database: log, events, help, palette, zoom, themes, copying, and too little room."""

from __future__ import annotations

import json
import time

import pytest
from fixtures.cockpit import CockpitProject, until, words
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from toolkit.cancel import CancelToken
from toolkit.cli.event_stream import EventStream
from toolkit.database.errors import LockWaitTimedOutError
from toolkit.events import Emit, Event, Notice, Progress, RevisionFinished, StatementFinished, Waiting
from toolkit.settings import load_settings
from toolkit.tui.app import Cockpit
from toolkit.tui.backend import Backend
from toolkit.tui.facts.connection import Identity
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.remembered import Remembered
from toolkit.tui.screens.modals.help import HelpScreen
from toolkit.tui.screens.modals.leave import LeaveScreen
from toolkit.tui.screens.mode import ModeScreen
from toolkit.workspace import Workspace

SAID: tuple[Event, ...] = (
    Notice("warning", "a [red]name[/red]"),
    Waiting("a lock", 0.5),
    StatementFinished("b7d1", "ALTER TABLE a", 0.25, None),
    Progress("rows", 5, 10, "rows"),
    RevisionFinished("b7d1", "upgrade", 0.3),
)


def speak(_: Backend, emit: Emit, token: CancelToken) -> None:
    """A job that says what it is told to, and fails."""
    for event in SAID:
        emit(event)
    raise LockWaitTimedOutError((7,))


def remembering(project: CockpitProject) -> Cockpit:
    """A cockpit that remembers in the project's folder, as the command opens it."""
    given = {"database_url": project.url.reveal_plain()}
    return Cockpit(
        lambda: Workspace.open(load_settings(project.directory, given, environ={})),
        remembered=Remembered.of_project(project.directory),
        project_dir=project.directory,
    )


def below(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    """Lines without what differs from run to run."""
    return [{key: line[key] for key in line if key not in ("run", "time", "seconds")} for line in lines]


async def test_the_events_of_a_job_are_written_as_the_command_line_streams_them(
    cockpit_project: CockpitProject, capsys: pytest.CaptureFixture[str]
) -> None:
    app = remembering(cockpit_project)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("L", "e")
        assert "no job has run yet" in app.board.line
        app.start("speak", "neonkit speak", speak, lambda result: None)
        await until(pilot, lambda: app.job is None, "the end of the job")
        assert app.board.state == "fail"
        seen = words(pilot)
        assert "warning: a [red]name[/red]" in seen
        assert "ALTER TABLE a  0.250 s" in seen
        assert "error[E301]" in seen
        await pilot.press("e")
        assert "wrote 7 events of speak to" in app.board.line
        written = cockpit_project.directory.parent / app.board.line.rpartition(" to ")[2]
    assert written.is_relative_to(cockpit_project.directory)
    lines = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    with (cockpit_project.directory / "streamed").open("w+", encoding="utf-8") as file:
        stream = EventStream(file)
        for event in SAID:
            stream.hear(event)
        stream.failed(LockWaitTimedOutError((7,)))
        stream.ended(4)
        file.seek(0)
        assert below([json.loads(line) for line in file]) == below(lines)
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)


async def test_a_walk_around_the_frame(cockpit_project: CockpitProject) -> None:
    app = remembering(cockpit_project)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        # Help: the focused pane first, then what works everywhere.
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        page = words(pilot)
        assert page.index("In ") < page.index("Everywhere") < page.index("app.quit")
        await pilot.press("q")
        # The palette finds a revision, and enter goes there.
        revisions = app.board.revisions
        assert isinstance(revisions, Revisions)
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette), "the palette")
        wanted = revisions.lines[-1].message
        app.screen.query_one(Input).value = wanted
        await until(pilot, lambda: [wanted in hit for hit in hits(app)] == [True], "the one hit")
        await pilot.press("enter")
        await until(pilot, lambda: shown(app) == "migrations", "the mode of revisions")
        # Zoom hides the other panes, and brings them back.
        visible = len([pane for pane in app.screen.query("#body *") if pane.region])
        await pilot.press("z")
        await until(pilot, lambda: bool(app.screen.query(".-behind-zoom")), "the zoom")
        assert app.screen.focused is not None
        assert app.screen.focused.region.width == 100
        await pilot.press("z")
        await until(pilot, lambda: not app.screen.query(".-behind-zoom"), "all panes")
        await until(
            pilot, lambda: len([p for p in app.screen.query("#body *") if p.region]) == visible, "all panes"
        )
        # The command line twin is copied; a theme and a width are remembered.
        await pilot.press("y")
        assert app.clipboard.startswith("neonkit ")
        assert "copied neonkit" in app.board.line
        await pilot.press("greater_than_sign", "2")
        await app.run_action("app.theme('light')")
        assert "theme light" in app.board.line
        # Too little room: one line, and the focus stays where it was.
        focused = app.screen.focused
        await pilot.resize_terminal(60, 15)
        await until(pilot, lambda: app.screen.query_one("#too-small").region.width == 60, "the honest line")
        assert "60x15 is too small: 80x20 is needed" in words(pilot)
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: not app.screen.query_one("#too-small").region, "the mode again")
        assert app.screen.focused is focused
    kept = Remembered.of_project(cockpit_project.directory)
    assert (kept.theme, kept.mode, list(kept.sizes)) == ("light", "schema", ["migrations"])
    assert list(kept.used) == ["(as started)"]
    again = remembering(cockpit_project)
    async with again.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: shown(again) == "schema", "the mode of the last time")
        assert again.theme == "light"


def hits(app: Cockpit) -> list[str]:
    """What the palette has found."""
    found = app.screen.query_one(OptionList)
    return [str(found.get_option_at_index(number).prompt) for number in range(found.option_count)]


def shown(app: Cockpit) -> str:
    """The mode that is shown."""
    return app.screen.mode if isinstance(app.screen, ModeScreen) else ""


async def test_leaving_while_a_job_runs_asks_and_stops_it_safely(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()

    def endless(_: Backend, emit: Emit, token: CancelToken) -> None:
        emit(Notice("info", "begun"))
        while True:
            token.raise_if_cancelled()
            time.sleep(0.01)

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        app.start("endless", "neonkit endless", endless, lambda result: None)
        await until(pilot, lambda: any("begun" in line for line in app.board.history), "the job's word")
        await pilot.press("c")
        assert "is running on this connection" in app.board.line
        await pilot.press("q", "enter")
        assert app.job is not None
        await pilot.press("q")
        assert isinstance(app.screen, LeaveScreen)
        await pilot.press("s")
        await until(pilot, lambda: app.return_code == 0, "the end")
        assert app.job is None
