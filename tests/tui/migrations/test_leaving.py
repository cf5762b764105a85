"""Leaving while a run does not listen: insisted upon, by a signal, and detached; in a real terminal.

The revision waits in Python for a file, where no statement can be cancelled: the job hears its token only
when the file is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.library import Library
from fixtures.sitting import CLEAN, Sit, Sitting

from toolkit.settings import load_settings
from toolkit.tui.backend.migrations.revisions import read_revisions
from toolkit.workspace import Workspace

pytestmark = pytest.mark.tmux
BODY = """
import pathlib, time
while not pathlib.Path({gate!r}).exists():
    time.sleep(0.05)
op.execute("CREATE TABLE passed (id int)")
"""

Deaf = tuple[Sitting, Path]


@pytest.fixture
def deaf(library: Library, sit: Sit, tmp_path: Path) -> Callable[[], Deaf]:
    """A sitting with a run that hears nothing until the gate is there."""
    gate = tmp_path / "gate"
    for pending in (library.folder.scripts / "versions").glob("b*.py"):
        pending.unlink()
    library.folder.revision("b1", "a3", BODY.format(gate=str(gate)), "pass", message="a gate")

    def begin() -> Deaf:
        gate.touch()  # the trial on a copy goes through it
        sitting = sit(library.folder.root, library.url)
        sitting.sees("+1 pending")
        sitting.press("3", "p")
        sitting.sees("min ", "CREATE TABLE passed")
        gate.unlink()
        sitting.press("a")
        sitting.sees("Apply the plan")
        sitting.press("y")
        sitting.sees("RUNNING upgrade", "a gate")
        return sitting, gate

    return begin


def passed(library: Library) -> object:
    return library.ask("SELECT to_regclass('passed') IS NOT NULL")


@pytest.mark.slow
def test_insisting_leaves_with_a_warning_and_nothing_done(deaf: Callable[[], Deaf], library: Library) -> None:
    sitting, gate = deaf()
    sitting.press("C-c")
    sitting.told("stopping safely, ctrl+c again leaves at once")
    sitting.press("C-c")
    sitting.sees("warning: left while upgrade was still running", "`neonkit repair` what is left half done")
    sitting.ended(130)
    gate.touch()
    assert (library.version(), passed(library)) == ("a3", False)


@pytest.mark.slow
def test_a_signal_waits_for_the_safe_end(deaf: Callable[[], Deaf], library: Library) -> None:
    sitting, gate = deaf()
    sitting.terminal.signal("TERM")
    sitting.terminal.wait_until(lambda _: sitting.terminal.state() == CLEAN, "a clean terminal")
    assert "ended with 1" not in sitting.sees("upgrade is stopped where that is safe")
    gate.touch()
    sitting.ended(143)
    assert (library.version(), passed(library)) == ("a3", False)


def test_detached_it_goes_on_and_another_sees_it(deaf: Callable[[], Deaf], library: Library) -> None:
    sitting, gate = deaf()
    sitting.press("q")
    sitting.sees("upgrade is running", "Detach (d)")
    sitting.press("d")
    sitting.sees("upgrade goes on without the screen, as process")
    assert sitting.terminal.state() == CLEAN
    sitting.terminal.signal("HUP")
    url = {"DATABASE_URL": library.url.reveal_plain()}
    found = read_revisions(Workspace.open(load_settings(library.folder.root, {}, environ=url)))
    assert found.going_on.startswith("upgrade head is going on since ")
    assert f"process {sitting.terminal.process()})" in found.going_on
    gate.touch()
    sitting.sees("upgraded 1 revision in ", "now at b1")
    sitting.ended(0)
    assert (library.version(), passed(library)) == ("b1", True)
    after = read_revisions(Workspace.open(load_settings(library.folder.root, {}, environ=url)))
    assert after.going_on == ""
