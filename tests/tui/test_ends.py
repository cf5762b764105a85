"""How the UI ends, and how it fails: in sentences, with the right exit code, and without a secret."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject, until, words

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Notice
from toolkit.tui.app import Cockpit
from toolkit.tui.backend import Backend
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.jobs import crash
from toolkit.workspace import Workspace

PLANTED = "pl4nted-w0rd"

HEAVY = ("sqlalchemy", "sqlmodel", "alembic", "psycopg2", "pydantic", "pydantic_settings")


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    program = f"import sys, toolkit.tui.app; print([name for name in {HEAVY} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_without_a_terminal_it_says_what_to_use(stream: str, tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "toolkit", "tui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=tmp_path,
        check=False,
        timeout=30,
    )
    assert shown.returncode == 2
    assert shown.stdout == b""
    assert b"\x1b" not in shown.stderr
    assert b"E195" in shown.stderr
    assert b"neonkit status" in shown.stderr


async def test_a_server_that_is_not_there_is_named(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open(database_url=f"postgresql://ann:{PLANTED}@127.0.0.1:1/db?connect_timeout=1")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "NOT CONNECTED" in words(pilot), "the failure", 90)
        assert isinstance(app.board.identity, Failure)
        assert "127.0.0.1" in app.board.identity.text
        assert PLANTED not in words(pilot) + str(app.board)


async def test_a_broken_project_is_named() -> None:
    def open_workspace() -> Workspace:
        raise RuntimeError(f"postgresql://ann:{PLANTED}@host/db")

    app = Cockpit(open_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "RuntimeError" in words(pilot), "the kind of error")
        assert PLANTED not in words(pilot) + str(app.board)


def test_a_crash_is_a_sentence_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(Cockpit):
        def on_mount(self) -> None:
            password = PLANTED
            raise RuntimeError(f"cannot reach {password}")

    app = Broken(lambda: pytest.fail("never opened"))
    app.run(headless=True)
    said = capsys.readouterr()
    assert app.return_code == 1
    assert "error[E995]" in said.err
    assert "RuntimeError at test_ends.py" in " ".join(said.err.split())
    assert PLANTED not in said.out + said.err


async def test_ctrl_c_stops_the_job_safely(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    ended: list[object] = []

    def work(_: Backend, emit: Emit, token: CancelToken) -> None:
        emit(Notice("info", "begun"))
        while True:
            token.raise_if_cancelled()
            time.sleep(0.01)

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        app.start("endless", "neonkit endless", work, ended.append)
        await until(pilot, lambda: any("begun" in line for line in app.board.history), "the job's word")
        await pilot.press("q")
        assert app.job is not None
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.job is None, "the end of the job")
        assert "Stopped: ctrl-c" in app.board.line
        assert isinstance(ended[0], Failure)


async def test_two_ctrl_c_leave(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c", "ctrl+c")
        await pilot.pause(0.2)
    assert app.return_code == 130


def test_an_unexpected_error_is_shown_by_kind_and_place() -> None:
    try:
        raise KeyError(PLANTED)
    except KeyError as error:
        shown = crash(error)
    assert shown.facts()["kind"] == "KeyError"
    assert PLANTED not in shown.sentence
    assert "test_ends.py:" in shown.sentence
