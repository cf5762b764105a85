"""Banner, job line and key line as words, at every width."""

from __future__ import annotations

import dataclasses

import pytest

from toolkit.tui.board import Board
from toolkit.tui.facts.connection import Failure, Identity, Lost
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.jobs import Job, void
from toolkit.tui.widgets.banner import banner_text
from toolkit.tui.widgets.job_line import line_now, worded
from toolkit.tui.widgets.key_line import Hint, fitting, line_text
from toolkit.tui.widgets.too_small import sentence

PRODUCTION = Identity(
    environment="production",
    host="ep-cool-lake-123456.eu-central-1.aws.neon.tech",
    database="app",
    role="migrator",
    version="17.2",
    pooled=False,
    read_only=True,
    bypasses_policies=True,
    milliseconds=23.4,
)
TWO_PENDING = Revisions((), current=("9f2c",), heads=("41c0",), pending=("b7d1", "41c0"))
LONG = dataclasses.replace(
    PRODUCTION, database="a_database_whose_name_is_longer_than_most_names_are_anywhere"
)


@pytest.mark.parametrize("identity", [PRODUCTION, LONG], ids=["short name", "long name"])
@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("armed", [None, "14:51"])
def test_the_banner_fits_and_keeps_what_matters(identity: Identity, lost: bool, armed: str | None) -> None:
    shown = dataclasses.replace(identity, read_only=armed is None)
    for width in range(80, 240):
        text = banner_text(shown, TWO_PENDING, width, armed, lost=lost)
        assert len(text) < width
        assert text.startswith(" PROD  LOST" if lost else " PROD")
        assert f"db={identity.database[:6]}" in text
        assert ("WRITES ON until 14:51" if armed else "READ-ONLY") in text
        assert text.endswith("+2 pending")


def test_what_falls_away_from_a_banner_first() -> None:
    widest = banner_text(PRODUCTION, TWO_PENDING, 240)
    words = ["rev 9f2c", "direct", "PG17", "ep-cool-lake-123456", "role=migrator"]
    assert all(word in widest for word in [*words, PRODUCTION.host])
    for width in range(60, 240):
        shown = [word for word in words if word in banner_text(PRODUCTION, TWO_PENDING, width)]
        assert shown == words[len(words) - len(shown) :]


def test_an_address_is_not_cut_in_the_middle() -> None:
    here = dataclasses.replace(PRODUCTION, host="10.20.30.40")
    for width in range(60, 160):
        text = banner_text(here, TWO_PENDING, width)
        assert "10.20.30.40" in text or "10" not in text


@pytest.mark.parametrize(
    ("identity", "words"),
    [(None, "opening the project"), (Failure("E201", "No such host: x."), "NOT CONNECTED  No such host: x.")],
)
def test_a_banner_without_a_connection(identity: Failure | None, words: str) -> None:
    assert words in banner_text(identity, None, 100)


RUNNING = Job("import", "neonkit import seeds", lambda emit, token: None, void)
RUNNING.started = 100.0
STOPPING = Job("import", "neonkit import seeds", lambda emit, token: None, void)
STOPPING.started = 100.0
STOPPING.token.cancel("ctrl-c")


@pytest.mark.parametrize(
    ("board", "job", "line", "state"),
    [
        (Board(line="connected in 3 ms", state="ok"), None, "connected in 3 ms", "ok"),
        (Board(reads={1: ("reading schema", 111.5)}, line="x", state="idle"), None, "x", "idle"),
        (
            Board(identity=PRODUCTION, reads={1: ("b", 110.0), 2: ("reading schema", 108.0)}),
            None,
            f"reading schema from {PRODUCTION.host}  4 s",
            "wait",
        ),
        (Board(line="300 rows", state="run"), RUNNING, "import  12 s  300 rows", "run"),
        (Board(line="pid 7", state="wait"), RUNNING, "import  12 s  pid 7", "wait"),
        (
            Board(line="300 rows", state="run"),
            STOPPING,
            "import  12 s  stopping safely, ctrl+c again leaves at once  300 rows",
            "wait",
        ),
        (
            Board(lost=Lost("gone", 100.0, tries=2, next_try=116.0)),
            RUNNING,
            "connection lost, next try in 4 s  (2 tries, 12 s)  r now  c elsewhere",
            "wait",
        ),
        (
            Board(lost=Lost("gone", 100.0, tries=1)),
            None,
            "connection lost, trying to reconnect  (1 try, 12 s)",
            "wait",
        ),
        (
            Board(lost=Lost("gone", 100.0, tries=1, paused=True)),
            None,
            "connection lost, nobody here: a key tries again  (1 try, 12 s)",
            "wait",
        ),
    ],
)
def test_the_job_line_tells_the_most_pressing(board: Board, job: Job | None, line: str, state: str) -> None:
    assert line_now(board, job, 112.0) == (line, state)


@pytest.mark.parametrize(
    ("text", "state", "line"),
    [
        ("connected", "ok", "ok connected"),
        ("ok connected", "ok", "ok connected"),
        ("no such table", "fail", "FAIL no such table"),
        ("reading", "wait", "WAIT reading"),
        ("reading", "run", "RUN reading"),
        ("idle", "idle", "idle"),
    ],
)
def test_a_state_is_a_word(text: str, state: str, line: str) -> None:
    assert worded(text, state) == line


def hint(key: str, words: str, *, enabled: bool = True, last: bool = False) -> Hint:
    return Hint(key, key, words, enabled, last)


def test_keys_that_do_not_fit_are_left_out_and_help_stays() -> None:
    given = [hint("a", "apply"), hint("?", "help", last=True), hint("q", "quit", last=True)]
    given[1:1] = [hint(letter, "does something long") for letter in "bcdefg"]
    for width in range(40, 200):
        drawn = fitting(given, width)
        assert line_text(drawn).cell_len <= width
        assert [each.key for each in drawn][-2:] == ["?", "q"]
        assert [each.key for each in drawn] == [each.key for each in given if each in drawn]
    assert [each.key for each in fitting(given, 200)] == [each.key for each in given]


def test_a_greyed_key_is_in_brackets() -> None:
    assert "(a apply)" in line_text([hint("a", "apply", enabled=False)]).plain


def test_the_line_for_a_terminal_without_room() -> None:
    assert sentence(60, 15, "RUN import") == "60x15 is too small: 80x20 is needed. RUN import"


def test_another_database_forgets_what_was_read() -> None:
    board = Board(identity=Failure("E201", "gone"), revisions=TWO_PENDING, armed_until="12:00", line="kept")
    board.note("kept")
    board.begin(RUNNING)
    board.forget()
    assert dataclasses.replace(board, history=[], line="", state="") == Board(line="", state="")
    assert board.line == "kept"
    assert board.history[0].endswith("  kept")
