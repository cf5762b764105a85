"""Before and after the screen: settings that are refused, a server that never answers."""

from __future__ import annotations

import socket
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject
from fixtures.terminal import OpenTerminal

from toolkit.events import Emit
from toolkit.settings.errors import UnreadableSettingsError
from toolkit.tui.app import Cockpit
from toolkit.tui.errors import MovedKeyError
from toolkit.tui.jobs import Job, post, void
from toolkit.tui.launch import launch
from toolkit.tui.reading import Read, Reading

PLANTED = "pl4nted-w0rd"


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ('"app.quit" = "r"', MovedKeyError),
        ('"app.leave" = "Q"', MovedKeyError),
        ("= broken", UnreadableSettingsError),
    ],
)
def test_keys_that_cannot_be_are_refused_before_the_screen(
    table: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.neonkit.keys]\n{table}\n", "utf-8")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(Cockpit, "run", lambda self: pytest.fail("the screen was opened"))
    with pytest.raises(error):
        launch(lambda: pytest.fail("never opened"), tmp_path)


async def test_at_most_a_pool_of_reads_runs_and_the_newest_of_a_name_wins() -> None:
    app = Cockpit(lambda: pytest.fail("not needed"))
    app.link.open = lambda: None  # type: ignore[method-assign]  # there is no project to open
    held = threading.Event()
    order: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        reading = Reading(app)
        app.link.ended = lambda message: reading.ended(message) and message.what.done(message.value)  # type: ignore[assignment,method-assign]  # only this one's reads
        first = Read(lambda: held.wait(30), lambda value: order.append("first"), "first", newest="cursor")
        reading.begin(first)
        for number in range(5):
            reading.begin(Read(partial(int, number), order.append, "later", newest="cursor"))
        held.set()
        for _ in range(200):
            await pilot.pause(0.02)
            if order:
                break
    assert order == [4]


def test_a_message_for_a_loop_that_has_ended_is_dropped() -> None:
    app = Cockpit(lambda: pytest.fail("not needed"))
    said: list[object] = []

    def work(emit: Emit, _: object) -> None:
        said.append(emit)

    Job("late", "neonkit late", work, void).run(lambda message: post(app, message))
    assert len(said) == 1


@pytest.mark.tmux
def test_leaving_does_not_wait_for_a_server_that_never_answers(
    cockpit_project: CockpitProject, open_terminal: OpenTerminal
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        url = f"postgresql://ann:{PLANTED}@127.0.0.1:{port}/app?connect_timeout=300&sslmode=disable"
        terminal = open_terminal(
            cockpit_project.directory, columns=100, rows=30, environment={"DATABASE_URL": url}
        )
        terminal.run(sys.executable, "-m", "toolkit", "tui")
        screen = terminal.wait_for("WAIT connecting to 127.0.0.1", seconds=60)
        assert "error" not in screen
        terminal.press("q")
        screen = terminal.wait_for("ended with 0")
        assert PLANTED not in screen
        assert terminal.state() == "0 0 1"
