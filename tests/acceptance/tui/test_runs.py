"""Runs: who is in the way is named, every phase can be stopped, what is said is true (checks 22 to 30)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from fixtures.blocking import Blocking
from fixtures.command_line import Neonkit
from fixtures.library import Library
from fixtures.sitting import MODES, Sit, Sitting, execute

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

COLUMN = "public.authors.name"
OURS = "application_name LIKE 'neonkit%' AND datname = current_database()"


def apply(sitting: Sitting) -> None:
    """Plan and apply what is pending, with whatever has to be typed."""
    sitting.sees("pending")
    sitting.go("Migrations")
    sitting.press("a")
    drawn = re.compile(r"To go on, type: (\S+) +┃|Apply \(y\)")
    screen = sitting.terminal.wait_until(lambda screen: drawn.search(screen) is not None, "the question")
    if asked := re.search(r"To go on, type: (\S+)", screen):
        sitting.terminal.type(asked[1])
    else:
        sitting.press("y")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", [(80, 24), (100, 30)], ids=["80x24", "100x30"])
def test_a_blocker_is_named_and_given_way_to(
    library: Library, blocking: Blocking, sit: Sit, size: tuple[int, int]
) -> None:
    before = library.columns()
    pid = blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE; SELECT 42 AS reading")
    sitting = sit(library.folder.root, library.url, size=size)
    apply(sitting)
    screen = sitting.sees("WAITING FOR A LOCK", f"pid {pid}", "'reports'", "idle in transaction", "SELECT 42")
    assert re.search(r"transaction [\d.:]+( s)? old", screen)
    assert "neonkit" in screen
    sitting.sees("The end", "E305", "gave way 8 times", seconds=240)
    assert (library.version(), library.columns()) == ("a3", before)
    sitting.leave()


def test_every_screen_answers_while_a_run_waits_and_it_goes_on_by_itself(
    library: Library, blocking: Blocking, sit: Sit
) -> None:
    blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    sitting = sit(library.folder.root, library.url)
    apply(sitting)
    sitting.sees("WAITING FOR A LOCK")
    for mode in (*MODES, "Migrations"):
        sitting.go(mode)
        assert "upgrade" in sitting.job_line
    sitting.sees("try 3")
    blocking.hold("reports", "COMMIT")
    sitting.sees("now at b2")
    assert library.version() == "b2"
    sitting.leave()


STALLS = "op.execute('SELECT pg_sleep(600) FROM stalling')"
"""Runs for ever in the database of the test, and not at all in a copy, whose table is empty."""


def stalling(library: Library, phase: str) -> None:
    """A project whose run stands still in a phase, until `stalling` is empty."""
    execute(library.url, "CREATE TABLE stalling AS SELECT 1 AS one")
    for name in ("b1", "b2"):
        next((library.folder.scripts / "versions").glob(f"{name}_*.py")).unlink()
    kept = "op.execute('CREATE TABLE kept (id int)')"
    folder = library.folder
    if phase == "between":
        folder.replace(
            folder.env_py,
            "connection=connection, target_metadata=target_metadata",
            "connection=connection, target_metadata=target_metadata, transaction_per_migration=True",
        )
        folder.revision("s1", "a3", kept, "op.drop_table('kept')", message="first")
        folder.revision("s2", "s1", STALLS, message="second")
    elif phase == "backfill":
        slowly = "op.execute('UPDATE books SET id = id FROM stalling WHERE pg_sleep(10) IS NOT NULL')"
        folder.revision("s1", "a3", f"{kept}\n{slowly}", "op.drop_table('kept')", message="first")
    else:
        wanted = "op.execute('LOCK TABLE authors')" if phase == "waiting" else STALLS
        folder.revision("s1", "a3", f"{kept}\n{wanted}", "op.drop_table('kept')", message="first")


def stands_still(library: Library, blocking: Blocking) -> None:
    """Wait until the run stands where it is to be stopped."""
    blocking.until(
        lambda: bool(
            execute(
                library.url,
                f"SELECT 1 FROM pg_stat_activity WHERE {OURS} AND state = 'active'"
                " AND query ~ 'pg_sleep|LOCK TABLE' AND query !~ 'pg_locks'"
                " AND (wait_event_type = 'Lock' OR wait_event = 'PgSleep')",
            )
        )
    )


def left_alone(library: Library, blocking: Blocking) -> None:
    """Wait until no session of ours is there any more."""
    ours = f"SELECT 1 FROM pg_stat_activity WHERE {OURS}"
    blocking.until(lambda: not execute(library.url, ours), seconds=120)


def begun(library: Library, blocking: Blocking, sit: Sit, phase: str) -> Sitting:
    """A run that stands still in a phase."""
    stalling(library, phase)
    if phase == "waiting":
        blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    sitting = sit(library.folder.root, library.url)
    apply(sitting)
    stands_still(library, blocking)
    return sitting


def truth(library: Library) -> tuple[object, bool]:
    """The version, and whether the first table stands."""
    return library.version(), library.ask("SELECT to_regclass('kept')") is not None


PHASES = ("waiting", "running", "between", "backfill")
"""In which a run is ended: waiting for a lock, in a statement, after a committed revision, writing."""
AFTER = {phase: ("s1", True) if phase == "between" else ("a3", False) for phase in PHASES}


@pytest.mark.parametrize("phase", PHASES)
def test_a_stop_says_the_truth_in_each_phase(
    library: Library, blocking: Blocking, sit: Sit, phase: str
) -> None:
    sitting = begun(library, blocking, sit, phase)
    sitting.press("x")
    sitting.sees("The end: stopped", f"database is at {AFTER[phase][0]}")
    assert truth(library) == AFTER[phase]
    sitting.leave()


def test_ctrl_c_stops_safely_and_the_second_leaves(library: Library, blocking: Blocking, sit: Sit) -> None:
    sitting = begun(library, blocking, sit, "running")
    sitting.press("C-c")
    sitting.sees("The end: stopped", "database is at a3")
    assert truth(library) == AFTER["running"]
    sitting.press("a")
    sitting.sees("Apply the plan")
    sitting.press("y")
    stands_still(library, blocking)
    # The server is held, so that the safe stop takes longer than the second key.
    sitting.press("C-c", "C-c")
    sitting.terminal.wait_until(lambda screen: "ended with" in screen, "the end")
    sitting.ended(130)
    left_alone(library, blocking)
    assert truth(library) == AFTER["running"]


def killed(name: str) -> Callable[[Sitting, Library], None]:
    """End it by a signal."""
    return lambda sitting, _: sitting.terminal.signal(name)


def cut(_: Sitting, library: Library) -> None:
    """Every connection breaks, and nobody is let in for a moment."""
    execute(
        library.url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}",
    )


ENDS: dict[str, tuple[Callable[[Sitting, Library], None], int | None]] = {
    "TERM": (killed("TERM"), 143),
    "HUP": (killed("HUP"), 129),
    "KILL": (killed("KILL"), 137),
    "window": (lambda sitting, _: sitting.terminal.close_window(), None),
    "network": (cut, None),
}


@pytest.mark.parametrize("phase", ["waiting", "running", "between"])
@pytest.mark.parametrize("end", ENDS)
def test_however_it_ends_nothing_is_half_done_and_the_next_start_goes_on(
    library: Library, blocking: Blocking, sit: Sit, end: str, phase: str
) -> None:
    sitting = begun(library, blocking, sit, phase)
    way, code = ENDS[end]
    way(sitting, library)
    if end == "network":
        sitting.sees("The end")
        assert truth(library) == AFTER[phase]
        sitting.leave()
    elif code is not None:
        sitting.sees(f"ended with {code}")
        if end != "KILL":  # whoever is killed restores nothing
            sitting.ended(code)
    left_alone(library, blocking)
    assert truth(library) == AFTER[phase]
    execute(library.url, "DELETE FROM stalling")
    if phase == "waiting":
        blocking.hold("reports", "COMMIT")
    again = sit(library.folder.root, library.url)
    again.sees("pending")
    again.press("3", "J")
    again.sees("Journal, newest first")
    if end in ("TERM", "HUP", "window"):
        again.sees("upgrade head: stopped", "s1  upgrade")
    elif (
        phase == "between"
    ):  # what had not committed when everything broke has left nothing, no record either
        again.sees("upgrade head", "s1  upgrade")
    again.press("Escape")
    apply(again)
    head = "s2" if phase == "between" else "s1"
    again.sees(f"now at {head}")
    assert truth(library) == (head, True)
    again.leave()


def test_an_invalid_index_is_named_and_taken_away(library: Library, sit: Sit) -> None:
    execute(library.url, "ALTER TABLE books ADD COLUMN kind int DEFAULT 1")
    for name in ("b1", "b2"):
        next((library.folder.scripts / "versions").glob(f"{name}_*.py")).unlink()
    library.folder.revision(
        "i1",
        "a3",
        "with op.get_context().autocommit_block():\n"
        "    op.create_index('ux_books_kind', 'books', ['kind'], unique=True, postgresql_concurrently=True)",
        "op.drop_index('ux_books_kind')",
        message="one of a kind",
    )
    sitting = sit(library.folder.root, library.url)
    apply(sitting)
    sitting.sees("The end: FAIL", "ux_books_kind")
    invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert library.ask(invalid) == 1
    execute(library.url, "UPDATE books SET kind = id")
    sitting.press("R")
    sitting.sees("Mend what is left behind", "REINDEX INDEX CONCURRENTLY ux_books_kind")
    sitting.press("y")
    sitting.told("ok")
    assert library.ask(invalid) == 0
    sitting.leave()


def test_the_events_of_a_run_are_those_of_the_command_line(
    library: Library, sit: Sit, neonkit: Neonkit
) -> None:
    sitting = sit(library.folder.root, library.url)
    apply(sitting)
    sitting.sees("now at b2")
    sitting.press("L")
    sitting.sees("DROP COLUMN name")
    sitting.press("e")
    told = sitting.told("wrote", "events of upgrade")
    sitting.leave()
    assert told
    (written,) = (library.folder.root / ".neonkit").glob("events-*.jsonl")
    url = {"DATABASE_URL": library.url.reveal_plain()}
    down = neonkit("downgrade", "a3", "--yes", cwd=library.folder.root, env=url)
    assert down.code == 0, down.err
    by_hand = neonkit(
        "upgrade", "--yes", "--allow-data-loss", COLUMN, "--events", cwd=library.folder.root, env=url
    )
    assert by_hand.code == 0
    assert statements(written.read_text("utf-8")) == statements(by_hand.err)


def statements(stream: str) -> list[tuple[object, ...]]:
    """What was run, without when and how long."""
    lines = [json.loads(line) for line in stream.splitlines() if line.startswith("{")]
    kinds = ("revision_started", "statement_finished", "revision_finished")
    return [
        (line["event"], line.get("revision"), line.get("sql")) for line in lines if line["event"] in kinds
    ]
