"""Start and look: what is on the screen, at every size and in every terminal (checks 1 to 8)."""

from __future__ import annotations

import re
import socket

import pytest
from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject
from fixtures.library import Library
from fixtures.sitting import MODES, SIZES, TUI, Sit

from toolkit.database import DatabaseUrl

pytestmark = pytest.mark.tmux

PLANTED = "pl4nted-w0rd"
COLOUR = re.compile(r"\x1b\[(?:[\d;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][\d;:]*)?m")
"""A sequence that sets a colour; bold, dim and reverse are none."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_start_and_the_six_screens(desk: CockpitProject, sit: Sit, size: tuple[int, int]) -> None:
    url = desk.url
    sitting = sit(desk.directory, url, size=size, environment="production", until="q quit")
    assert "Overview" in sitting.lines[1], "the frame is there before the database"
    words = ("PROD", f"db={url.database}", f"role={url.username}", "READ-ONLY", "pending")
    sitting.named(*words)
    for mode in MODES:
        sitting.go(mode)
        lines = sitting.lines
        assert len(lines) == size[1]
        assert all(len(line) <= size[0] for line in lines)
        for line in (lines[0], lines[1], lines[-1]):
            assert "…" not in line
        assert [word for word in words if word not in lines[0]] == [], mode
        assert lines[-1].endswith("? help  q quit"), mode
    sitting.leave()


@pytest.mark.slow
def test_a_server_that_is_not_there(desk: CockpitProject, sit: Sit) -> None:
    url = DatabaseUrl.parse(f"postgresql://ann:{PLANTED}@127.0.0.1:1/shop?connect_timeout=1")
    sitting = sit(desk.directory, url, until="Retry (r)")
    sitting.sees("NOT CONNECTED", "127.0.0.1:1", "Connections (c)", "Look (esc)")
    sitting.press("r")
    sitting.sees("NOT CONNECTED", "Retry (r)")
    sitting.press("Escape")
    sitting.gone("Retry (r)")
    assert b"Traceback" not in sitting.terminal.record()
    sitting.leave()


@pytest.mark.slow
def test_a_server_nobody_has_started_is_left_in_peace(desk: CockpitProject, sit: Sit) -> None:
    sitting = sit(desk.directory, None, until="Retry (r)")
    sitting.sees("No database is configured", "Start server (s)")
    sitting.leave()


@pytest.mark.slow
def test_a_server_that_takes_its_time(desk: CockpitProject, sit: Sit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as asleep:
        port = asleep.getsockname()[1]
        url = DatabaseUrl.parse(f"postgresql://ann:{PLANTED}@127.0.0.1:{port}/shop?connect_timeout=600")
        sitting = sit(desk.directory, url, until="[1 Overview]")
        first = sitting.told("WAIT connecting to 127.0.0.1")
        assert re.search(r"\d+ s$", first)
        sitting.terminal.wait_until(lambda screen: first not in screen, "the counter going on")
        sitting.leave()


@pytest.mark.slow
def test_resized_while_a_run_goes_on(library: Library, blocking: Blocking, sit: Sit) -> None:
    pid = blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    sitting = sit(library.folder.root, library.url, size=(200, 60))
    sitting.sees("+2 pending")
    sitting.press("3", "a")
    sitting.sees("To go on, type: public.authors.name")
    sitting.terminal.type("public.authors.name")
    sitting.sees("WAITING FOR A LOCK", f"pid {pid}")
    sitting.terminal.resize(60, 15)
    sitting.sees("60x15 is too small: 80x20 is needed")
    sitting.terminal.resize(200, 60)
    sitting.sees(f"pid {pid}", "x  stop safely")
    blocking.hold("reports", "COMMIT")
    sitting.sees("now at b2", "The end: done")
    assert library.version() == "b2"
    sitting.leave()


TERMINALS = {
    "no-color": ("NO_COLOR=1",),
    "dumb": ("TERM=dumb",),
    "screen": ("TERM=screen",),
    "xterm-256color": ("TERM=xterm-256color",),
    "lang-c": ("LANG=C", "LC_ALL=C"),
}
PLAIN = ("no-color", "dumb")


@pytest.mark.parametrize(
    "terminal", ["no-color", *(pytest.param(name, marks=pytest.mark.slow) for name in list(TERMINALS)[1:])]
)
def test_every_state_is_a_word_in_every_terminal(desk: CockpitProject, sit: Sit, terminal: str) -> None:
    command = ("env", *TERMINALS[terminal], *TUI)
    sitting = sit(desk.directory, desk.url, environment="production", command=command)
    sitting.sees("PROD", "READ-ONLY", "[1 Overview]", "ok connected in", "W  16 revisions are pending")
    sitting.press("3", "a")
    sitting.told("FAIL this session is READ-ONLY; w arms writes")
    assert (COLOUR.search(sitting.terminal.coloured()) is None) == (terminal in PLAIN)
    sitting.leave()


@pytest.mark.slow
def test_production_differs_from_dev_in_word_and_colour(desk: CockpitProject, sit: Sit) -> None:
    words: set[str] = set()
    colours: set[frozenset[str]] = set()
    for environment, word in (("dev", "DEV"), ("staging", "STAGING"), ("production", "PROD")):
        sitting = sit(desk.directory, desk.url, environment=environment)
        sitting.sees(f" {word}  ")
        words.add(sitting.banner.split()[0])
        colours.add(frozenset(COLOUR.findall(sitting.terminal.coloured().splitlines()[0])))
        sitting.leave()
    assert (len(words), len(colours)) == (3, 3)


@pytest.mark.slow
def test_a_mouse_is_heard_and_not_needed(desk: CockpitProject, sit: Sit) -> None:
    sitting = sit(desk.directory, desk.url)
    assert sitting.terminal.state() == "1 1 0"
    column = sitting.lines[1].index("2 Schema") + 3
    sitting.terminal.write(f"\x1b[<0;{column};2M\x1b[<0;{column};2m")
    sitting.sees("[2 Schema]")
    sitting.leave()
