"""Data: values are shown as they are, copied, and large tables are walked by key (checks 31 to 35)."""

from __future__ import annotations

import base64
import re

import pytest
from fixtures.cockpit import CockpitProject
from fixtures.command_line import Neonkit
from fixtures.sitting import SIZES, TUI, Sit, Sitting, execute
from rich.cells import cell_len

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

VALUES = r"""
CREATE TABLE nasty (id int PRIMARY KEY, value text, doc jsonb, raw bytea, many int[]);
INSERT INTO nasty VALUES
  (1, NULL, NULL, NULL, NULL), (2, '', '{}', '', '{}'),
  (3, repeat('long ', 400), '{"a": [1.50, null]}', '\xdeadbeef', '{1,NULL,3}'),
  (4, '[red]x[/red] [bold', '"[b]"', '\x00', '{}'),
  (5, e'tab\t bell\x07 esc\x1b[31m line\nend', 'true', '\x1b', '{}'),
  (6, 'wide 日本語 emoji 🎉👩‍👩‍👧 e' || chr(769), '[]', NULL, '{}'),
  (7, 'right ' || chr(8238) || 'to left שלום', '0', NULL, '{}')
"""


def rows_of(sitting: Sitting, table: str) -> None:
    """Find a table and open its rows."""
    sitting.go("Schema")
    sitting.sees("public")
    sitting.press("/")
    sitting.terminal.write(table)
    sitting.press("Enter")
    sitting.sees(f">public.{table}")
    if sitting.terminal.columns < 100:  # one pane at a time: the object, then its rows
        sitting.press("Enter")
    sitting.sees(f"table public.{table}")
    sitting.press("Enter")
    sitting.sees("page 1", "n next")  # the last line is that of the rows: keys go to them
    sitting.told("ok read")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_values_are_shown_literally_and_keep_their_width(
    desk: CockpitProject, sit: Sit, size: tuple[int, int]
) -> None:
    execute(desk.url, VALUES)
    sitting = sit(desk.directory, desk.url, size=size)
    rows_of(sitting, "nasty")
    screen = sitting.terminal.screen()
    for word in ("NULL", "long long", "[red]x[/red] [bold", r"\x07", r"\x1b[31m"):
        assert word in screen, word
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", screen)
    edges = {
        cell_len(line)
        for line in screen.splitlines()
        if line.rstrip().endswith(("┃", "│")) and cell_len(line) <= size[0]
    }
    assert edges == {size[0]}, "the right border stands in one column"
    sitting.leave()


def test_a_copy_goes_to_the_terminal_or_to_a_file(desk: CockpitProject, sit: Sit) -> None:
    sitting = sit(desk.directory, desk.url, command=("env", "TERM=xterm-256color", *TUI))
    sitting.sees("+16 pending")
    sitting.press("3", "y")
    sitting.told("copied neonkit", "OSC 52")
    sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", sitting.terminal.record())
    assert base64.b64decode(sent[-1]).startswith(b"neonkit ")
    sitting.leave()
    sitting = sit(desk.directory, desk.url, command=("env", "TERM=dumb", *TUI))
    sitting.sees("+16 pending")
    sitting.press("3", "y")
    told = sitting.told("wrote neonkit plan to project/.neonkit/copied.txt")
    assert "OSC 52" not in told
    assert (desk.directory / ".neonkit" / "copied.txt").read_text("utf-8").startswith("neonkit ")
    sitting.leave()


def test_a_large_table_is_walked_by_key(desk: CockpitProject, sit: Sit) -> None:
    execute(
        desk.url,
        "CREATE TABLE large (id int PRIMARY KEY, note text); INSERT INTO large SELECT i, md5(i::text)"
        " FROM generate_series(1, 1000000) i; ANALYZE large",
    )
    sitting = sit(desk.directory, desk.url)
    rows_of(sitting, "large")
    execute(desk.url, "SELECT pg_stat_reset()")
    for page in (2, 3, 4):
        sitting.press("n")
        sitting.sees(f"page {page}")
    sitting.sees("601")
    sitting.press("p")
    sitting.sees("page 3")
    sitting.press("Right", "s")
    warned = sitting.sees("no index")
    assert warned
    sitting.press("Escape")
    sitting.leave()


def test_an_export_is_what_the_command_line_writes(desk: CockpitProject, sit: Sit, neonkit: Neonkit) -> None:
    execute(desk.url, VALUES)
    sitting = sit(desk.directory, desk.url)
    rows_of(sitting, "nasty")
    for name, option in (("out.csv", "--csv"), ("out.json", "--json")):
        sitting.press("e")
        sitting.sees("csv")
        sitting.press("C-u")
        sitting.terminal.type(name)
        sitting.told(name)
        told = neonkit(
            "schema", "rows", "public.nasty", "--page-size", "200", option,
            cwd=desk.directory, env={"DATABASE_URL": desk.url.reveal_plain()},
        )  # fmt: skip
        assert (desk.directory / name).read_text("utf-8") == told.out
    sitting.leave()


def test_a_table_that_is_dropped_meanwhile(desk: CockpitProject, sit: Sit) -> None:
    execute(desk.url, "CREATE TABLE doomed AS SELECT generate_series(1, 300) AS id")
    sitting = sit(desk.directory, desk.url)
    rows_of(sitting, "doomed")
    execute(desk.url, "DROP TABLE doomed")
    sitting.press("n")
    sitting.told("there is no such relation")
    assert "Traceback" not in sitting.terminal.screen()
    sitting.press("Escape", "r")
    sitting.sees("table public.doomed is not there any more")
    sitting.leave()
