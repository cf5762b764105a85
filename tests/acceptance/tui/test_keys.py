"""Keys: every key does what the last line says, can be moved, and none does harm (checks 9 to 14)."""

from __future__ import annotations

import random
import re
import shutil
import string
import time

import psutil
import pytest
from fixtures.cockpit import CockpitProject
from fixtures.library import Library
from fixtures.sitting import CLEAN, MODES, TUI, Sit, Sitting, execute

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.schema import read_snapshot

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

GREYED = re.compile(r"\((\S+) [^()]+\)")
"""A key of the last line that does not work now."""
KEY = re.compile(r"(?:^|  )\(?(\S+) ")


def test_help_begins_with_the_pane_and_has_every_key_of_the_last_line(library: Library, sit: Sit) -> None:
    sitting = sit(library.folder.root, library.url, size=(100, 50))
    sitting.sees("+2 pending")
    for mode in MODES:
        sitting.go(mode)
        line = sitting.key_line
        keys = KEY.findall(line)
        assert {"?", "q"} < set(keys)
        sitting.press("?")
        sitting.sees("Keys")
        page = sitting.sees("In ")
        seen = page
        while "app.quit" not in page:
            sitting.press("j", "j", "j", "j")
            page = sitting.terminal.screen()
            seen += page
        assert seen.index("In ") < seen.index("Everywhere"), mode
        assert [key for key in keys if not re.search(rf"┃ +(?:\S+ )?{re.escape(key)} ", seen)] == [], mode
        sitting.press("Escape")
        sitting.gone("┏━ Keys")
    sitting.leave()


def at_rest(sitting: Sitting) -> str:
    """The last line once it has not changed for a second: what is read may turn a key on."""
    seen: list[str] = []
    while len(seen) < 10 or len(set(seen[-10:])) > 1:
        seen.append(sitting.key_line)
        time.sleep(0.1)
    return seen[-1]


def test_a_greyed_key_says_why(desk: CockpitProject, sit: Sit) -> None:
    sitting = sit(desk.directory, desk.url)
    sitting.sees("+16 pending")
    pressed = []
    for mode in MODES:
        sitting.go(mode)
        for key in GREYED.findall(at_rest(sitting)):
            sitting.press("r")
            sitting.told("ok connected in")
            if f"({key} " not in at_rest(sitting):
                continue
            sitting.press(key)
            sitting.gone("ok connected in")
            assert len(sitting.job_line.split()) >= 3, (mode, key)
            pressed.append((mode, key))
    assert len(pressed) >= 4, "there is something to press"
    sitting.leave()


def test_one_of_thousands_is_found_by_letters(desk: CockpitProject, sit: Sit) -> None:
    for first in range(0, 5000, 500):
        execute(
            desk.url,
            f"DO $$ BEGIN FOR i IN {first}..{first + 499} LOOP EXECUTE format('CREATE TABLE %s_%s (id int)',"
            " CASE WHEN i % 1000 = 7 THEN 'orders' ELSE 'things' END, i); END LOOP; END $$",
        )
    sitting = sit(desk.directory, desk.url)
    sitting.press("2")
    sitting.sees("5,000 tables")
    sitting.press("/", "o", "r", "d")
    sitting.sees("orders_7", "orders_4007", "5 of 5,00")
    sitting.gone("things_")
    sitting.press("Escape")
    sitting.sees("5,000 tables")
    sitting.leave()


def test_the_palette_finds_tables_revisions_and_actions(library: Library, sit: Sit) -> None:
    sitting = sit(library.folder.root, library.url)
    sitting.sees("+2 pending", "authors")
    for typed, found, arrived in (
        ("autho", "public.authors", ("[2 Schema]", "table public.authors")),
        ("names go", "names go", ("[3 Migrations]", "b2_names_go.py")),
        ("activity", "activity", ("[6 Activity]",)),
    ):
        sitting.press(":")
        sitting.sees("▔▔▔▔")
        sitting.terminal.write(typed)
        sitting.sees(found)
        sitting.press("Enter")
        sitting.sees(*arrived)
    sitting.leave()


def test_a_moved_key_is_moved_everywhere(library: Library, sit: Sit) -> None:
    library.folder.write("pyproject.toml", '[tool.neonkit.keys]\n"migrations.apply" = "A"\n')
    sitting = sit(library.folder.root, library.url, environment="production", size=(160, 50))
    sitting.sees("+2 pending")
    sitting.go("Migrations")
    sitting.sees("A apply")
    sitting.press("a")
    sitting.press("?")
    assert re.search(r"┃ +A +run exactly the plan", sitting.sees("migrations.apply"))
    sitting.press("Escape")
    sitting.gone("migrations.apply")
    assert "READ-ONLY" not in sitting.job_line
    sitting.press("A")
    sitting.told("READ-ONLY")
    sitting.leave()


def test_two_actions_on_one_key_are_refused_before_the_screen(library: Library, sit: Sit) -> None:
    library.folder.write("pyproject.toml", '[tool.neonkit.keys]\n"migrations.apply" = "p"\n')
    sitting = sit(library.folder.root, library.url, until="ended with 2")
    screen = sitting.terminal.screen()
    assert "migrations.apply" in screen
    assert "migrations.plan" in screen
    assert sitting.terminal.state() == CLEAN


NEVER = "q:"
"""Keys that are not pressed at random: the two that lead to leaving, which is no crash."""
NAMED = [
    "Enter",
    "Escape",
    "Tab",
    "BTab",
    "Up",
    "Down",
    "Left",
    "Right",
    "PPage",
    "NPage",
    "Home",
    "End",
    "BSpace",
]
KEYS = [*sorted(set(string.ascii_letters + string.digits + "/:?<>.,'= ") - set(NEVER)), *NAMED]
SECONDS, PER_SECOND = 30, 200


def state(url: DatabaseUrl) -> tuple[str, object]:
    """The structure and the rows of the database."""
    with Database.at(url).connect(Job.INSPECT) as connection:
        structure = read_snapshot(connection).hash
    return structure, execute(url, "SELECT md5(string_agg(a::text, ',' ORDER BY a::text)) FROM authors a")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", MODES)
def test_random_keys_do_no_harm(library: Library, sit: Sit, mode: str) -> None:
    before = state(library.url)
    editor = {"EDITOR": "true", "VISUAL": "true"}
    sitting = sit(library.folder.root, library.url, environment="production", more=editor)
    sitting.sees("+2 pending")
    sitting.go(mode)
    chosen, process = random.Random(mode), psutil.Process(sitting.terminal.process())
    memory = [hammered(sitting, chosen, process) for _ in range(SECONDS)]
    left(sitting)
    assert state(library.url) == before
    assert memory[-1] - memory[SECONDS // 3] < 60 * 1024 * 1024, [one // 2**20 for one in memory]


def left(sitting: Sitting) -> None:
    """Close whatever is open, stop what runs, and leave."""
    for _ in range(120):
        screen = sitting.terminal.screen()
        if "ended with" in screen:
            break
        sitting.press("s" if "stop safely, then leave" in screen else "Escape")
        if "? help  q quit" in sitting.terminal.screen():
            sitting.press("q")
        time.sleep(0.2)
    sitting.ended(0)


def hammered(sitting: Sitting, chosen: random.Random, process: psutil.Process) -> int:
    """Press keys for a second; the memory in bytes after it."""
    began = time.monotonic()
    for _ in range(10):
        sitting.terminal.press_at_once(*chosen.choices(KEYS, k=PER_SECOND // 10))
        time.sleep(0.08)
    time.sleep(max(0.0, 1 - (time.monotonic() - began)))
    assert process.is_running(), f"it has ended:\n{sitting.terminal.screen()}"
    return int(process.memory_info().rss)


def test_inside_another_tmux(desk: CockpitProject, sit: Sit) -> None:
    assert shutil.which("tmux")
    inner = ("tmux", "-L", f"inner-{desk.url.database}", "-f", "/dev/null", "new-session")
    prefix = ("set-option", "-g", "prefix", "C-a")
    sitting = sit(desk.directory, desk.url, command=(*inner, " ".join(TUI), ";", *prefix))
    for mode in MODES:
        sitting.press(str(MODES.index(mode) + 1))
        sitting.sees(f"[{MODES.index(mode) + 1} {mode}]")
    sitting.press("q")
    sitting.sees("ended with 0")
    assert sitting.terminal.state() == CLEAN
