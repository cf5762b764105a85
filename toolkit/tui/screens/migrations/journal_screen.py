"""The journal: the last runs of this database, and each of them whole."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.runs import Journal, JournalRun
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.option_list import OptionList
from toolkit.tui.widgets.pane import TextPane

SIGNS = {"done": "ok", "failed": "FAIL", "gave way": "WAIT", "stopped": "stop", "running": "RUN"}
STYLES = {"ok": "green", "FAIL": "bold red", "WAIT": "yellow", "RUN": "bold"}


FOLLOWED = 2.0
"""Seconds after which the journal is read again while its newest run lasts."""
IDLE_SECONDS = 60.0


class JournalScreen(ModeScreen):
    """Runs above, the one under the cursor below."""

    mode: ClassVar[str] = "migrations"
    twin = "neonkit history --runs --statements"
    HELP = "What was run on this database, by whom, from where, and how it ended; every statement of it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="migrations.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: Journal | Failure | None = None

    def panes(self) -> ComposeResult:
        runs = OptionList(id="journal-runs")
        runs.border_title = "Journal, newest first"
        yield runs
        yield TextPane("Run", id="journal-detail")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#journal-runs", OptionList).focus()
        self._read()
        self.set_interval(FOLLOWED, self._follow)

    def _read(self) -> None:
        self.cockpit.fetch_fact("journal", lambda backend: backend.migrations.journal())

    def _follow(self) -> None:
        """Read again while a run lasts and somebody looks."""
        journal = self.cockpit.board.journal
        lasts = isinstance(journal, Journal) and any(one.outcome == "running" for one in journal.runs[:1])
        if lasts and self.is_current and self.cockpit.idle_seconds < IDLE_SECONDS:
            self._read()

    def show(self) -> None:
        journal, detail = self.cockpit.board.journal, self.query_one("#journal-detail", TextPane)
        if journal is self._shown and journal is not None:
            return
        self._shown = journal
        listing = self.query_one("#journal-runs", OptionList)
        kept = listing.highlighted or 0
        listing.clear_options()
        if journal is None:
            detail.tell("reading the journal ...")
        elif isinstance(journal, Failure):
            detail.tell(journal.text)
        elif not journal.runs:
            detail.tell(f"no runs: {journal.missing or 'the journal is empty'}")
        else:
            listing.add_options(Option(run_line(one), id=one.id) for one in journal.runs)
            listing.highlighted = min(kept, len(journal.runs) - 1)

    @on(OptionList.OptionHighlighted, "#journal-runs")
    def look(self, event: OptionList.OptionHighlighted) -> None:
        """Show the run under the cursor."""
        journal = self.cockpit.board.journal
        if not isinstance(journal, Journal):
            return
        run = next((one for one in journal.runs if one.id == event.option.id), None)
        if run is not None:
            pane = self.query_one("#journal-detail", TextPane)
            pane.border_title = Text(printable(f"{run.direction} {run.target}  {run.outcome}"))
            pane.tell("\n".join(printable(line) for line in run.detail))
            pane.scroll_home(animate=False)

    def action_back(self) -> None:
        """To the revisions."""
        self.go_back()

    def select(self, key: str) -> None:
        """Go to a revision: that is on the screen below."""
        self.go_back()
        self.cockpit.go_to(self.mode, key)


def run_line(one: JournalRun) -> Text:
    """A run in one line: how it ended, when, what, who."""
    sign = SIGNS.get(one.outcome, "?")
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{sign:<4} ", style=STYLES.get(sign, ""))
    return line.append(
        printable(f"{one.began}  {one.direction} {one.target}: {one.outcome}  {one.took}  by {one.who}")
    )
