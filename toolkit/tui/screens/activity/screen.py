"""Mode 6: who waits for whom, and the sessions. Sampled while it is looked at, and only then."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from toolkit.reports.table import printable
from toolkit.tui.facts.activity import Activity
from toolkit.tui.facts.connection import Failure
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane

EVERY_SECONDS = 2.0
IDLE_SECONDS = 60.0
"""Without a key press for so long, sampling stops: it would keep a serverless compute awake and billed."""


class ActivityScreen(ModeScreen):
    """The lock tree above, the sessions below."""

    mode: ClassVar[str] = "activity"
    twin: ClassVar[str] = "neonkit locks --all"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", id="activity.pause"),
        Binding("k", "cancel", "cancel query", id="activity.cancel"),
        Binding("K", "terminate", "terminate", id="activity.terminate", key_display="K"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._paused = False
        self._sampling = False

    def panes(self) -> ComposeResult:
        yield TextPane("Lock tree", id="lock-tree", columns=True)
        sessions: DataTable[Text] = DataTable(id="sessions", cursor_type="row", zebra_stripes=True)
        sessions.border_title = "Sessions"
        yield sessions

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#sessions", DataTable).focus()
        self.set_interval(EVERY_SECONDS, self._sample)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._sample()

    def _sample(self) -> None:
        idle = self._paused or self._sampling or self.cockpit.idle_seconds >= IDLE_SECONDS
        if self.is_current and not idle and self.cockpit.connected:
            self._sampling = True
            self.cockpit.fetch(lambda backend: backend.activity.sample(), self._sampled)

    def _sampled(self, facts: Activity | Failure) -> None:
        self._sampling = False
        self.cockpit.put("activity", facts)

    def show(self) -> None:
        activity = self.cockpit.board.activity
        pane = self.query_one("#lock-tree", TextPane)
        if activity is None:
            pane.tell("looking ...")
        elif isinstance(activity, Failure):
            pane.tell(activity.text)
        else:
            lines = [printable(line) for line in activity.tree] or ["nobody waits for a lock"]
            pane.tell("\n".join(lines))
            pane.border_title = f"Lock tree: {activity.waiting} waiting" + (
                " (paused)" if self._paused else ""
            )
            self._fill(activity)

    def _fill(self, activity: Activity) -> None:
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        kept = self._chosen()
        sessions.clear(columns=True)
        for heading in activity.headings:
            sessions.add_column(heading, key=heading)
        for cells in activity.sessions:
            sessions.add_row(*(Text(printable(cell)) for cell in cells), key=cells[0])
        if kept is not None and kept in sessions.rows:
            sessions.move_cursor(row=sessions.get_row_index(kept))

    def _chosen(self) -> str | None:
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        if not sessions.row_count:
            return None
        return sessions.coordinate_to_cell_key(sessions.cursor_coordinate).row_key.value

    def action_pause(self) -> None:
        """Stop or resume sampling."""
        self._paused = not self._paused
        self.cockpit.tell("sampling is paused" if self._paused else "sampling", state="idle")
        self._sample()

    def action_cancel(self) -> None:
        """Ask, then cancel the statement of the session under the cursor."""
        if (pid := self._chosen()) is not None:
            facts = (("will cancel", f"the running statement of session {pid}"),)
            question = Question("Cancel a statement", facts, reversible=False, verb="Cancel it")
            self.cockpit.ask(question, lambda: self._end(int(pid), terminate=False))

    def action_terminate(self) -> None:
        """Ask for the process id to be typed, then end the session under the cursor."""
        if (pid := self._chosen()) is not None:
            facts = (
                ("will end", f"session {pid}"),
                ("will lose", "its open transaction, which is rolled back"),
            )
            question = Question("Terminate a session", facts, reversible=False, verb="Terminate", to_type=pid)
            self.cockpit.ask(question, lambda: self._end(int(pid), terminate=True))

    def _end(self, pid: int, *, terminate: bool) -> None:
        title = "terminate" if terminate else "cancel"
        self.cockpit.start(
            title,
            f"SELECT pg_{title}_backend({pid})",
            lambda backend, *_: backend.activity.end_session(pid, terminate=terminate),
            self.cockpit.changed,
        )
