"""Progress on standard error: lines in a pipe, one live line on a terminal, objects in JSON mode."""

from __future__ import annotations

import io
import json

import pytest

from toolkit import events
from toolkit.cli.diagnostics import Diagnostics
from toolkit.cli.progress import ProgressLines, sentence_of


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def heard(
    stream: io.StringIO,
    *told: events.Event,
    json: bool = False,
    verbose: bool = False,
    seconds_apart: float = 10,
) -> str:
    """What is written when the events come `seconds_apart`."""
    clock = iter(range(10_000))
    progress = ProgressLines(
        Diagnostics(stream, json=json, verbose=verbose, color=False), lambda: next(clock) * seconds_apart
    )
    for event in told:
        progress.hear(event)
    progress.end()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (events.StepStarted("start server"), "-> start server"),
        (events.StepStarted("start server", "port 1"), "-> start server: port 1"),
        (events.StepFinished("import", "done", "5 rows", 1.234), "ok import: 5 rows (1.23 s)"),
        (events.StepFinished("import", "unchanged"), "ok import, unchanged"),
        (events.StepFinished("import", "failed"), "FAIL import"),
        (events.Progress("import", 1, 3, "rows"), "   import: 1 of 3 rows (33 %)"),
        (events.Progress("import", 2999, 3000, "rows"), "   import: 2999 of 3000 rows (99 %)"),
        (events.Progress("import", 7, None, "rows"), "   import: 7 rows, total unknown"),
        (events.Progress("import", 0, 0, "rows"), "   import: 0 of 0 rows (100 %)"),
        (events.Waiting("lock on tasks", 1.55, 2), "WAIT lock on tasks, 1.6 s, try 2"),
        (
            events.Blocked(
                "DROP TABLE a", 0.31, (events.Blocker(7, "app", None, "active", 9.2, "SELECT 1"),)
            ),
            "WAIT for pid 7 (app, transaction 9 s, active: SELECT 1), 0.3 s: DROP TABLE a",
        ),
        (events.RevisionStarted("a1", "upgrade", "add tags"), "-> upgrade a1: add tags"),
        (events.RevisionFinished("a1", "downgrade", 0.5), "ok downgrade a1 (0.50 s)"),
        (events.StatementFinished("a1", "ALTER\n TABLE x", 0.5, 3), "   ALTER TABLE x, 3 rows (0.50 s)"),
        (events.StatementFinished("a1", "SELECT 1", 0, -1), "   SELECT 1"),
        (events.StepStarted("a\x1b[31m\nb"), "-> a\\x1b[31m\\nb"),
    ],
    ids=repr,
)
def test_one_event_is_one_line(event: events.Event, line: str) -> None:
    assert sentence_of(event) == line
    told = [event, event] if isinstance(event, events.Progress) else [event]
    assert heard(io.StringIO(), *told, verbose=True) == f"{line}\n"


def test_statements_are_for_the_curious() -> None:
    assert heard(io.StringIO(), events.StatementFinished("a", "SELECT 1", 0, 1)) == ""


def test_a_pipe_gets_few_figures() -> None:
    told = [events.Progress("import", n, 100, "rows") for n in range(100)]
    assert heard(io.StringIO(), *told, seconds_apart=0.1).count("\n") == 4
    assert heard(io.StringIO(), *told[:10], seconds_apart=0.1) == ""


def test_a_terminal_has_one_live_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    written = heard(
        Screen(),
        events.Progress("import", 1, 2, "rows"),
        events.Progress("import", 2, 2, "rows"),
        events.StepFinished("import"),
    )
    clear = "\r\x1b[2K"
    assert written == (
        f"{clear}   import: 1 of 2 rows (50 %){clear}   import: 2 of 2 rows (100 %){clear}ok import\n"
    )


@pytest.mark.parametrize("stream", [io.StringIO, Screen])
def test_in_json_mode_there_are_objects_only(stream: type[io.StringIO]) -> None:
    written = heard(
        stream(),
        events.StepStarted("import"),
        events.Progress("import", 1, 2, "rows"),
        events.Notice("warning", "Mind the gap."),
        json=True,
    )
    assert json_lines(written) == [{"notice": {"level": "warning", "sentence": "Mind the gap."}}]


def json_lines(text: str) -> list[object]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_notice_in_text() -> None:
    assert heard(io.StringIO(), events.Notice("info", "So it is.")) == "info: So it is.\n"
