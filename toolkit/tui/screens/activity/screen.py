"""Mode 6: who waits for whom, and what each session does. Sampled while it is looked at, and only then."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import DataTable, Input
from textual.widgets.option_list import Option

from toolkit.reports.table import table
from toolkit.tui.facts.activity import ORDERS, Activity, SessionFacts
from toolkit.tui.facts.connection import Failure
from toolkit.tui.screens.activity.fitting import fitted, tree_text
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.labelled import labelled
from toolkit.tui.widgets.option_list import OptionList
from toolkit.tui.widgets.pane import TextPane

EVERY_SECONDS = 2.0
NARROW = 100
_FRAME = 5
"""Columns of a pane that its border, its padding and its scroll bar take."""
IDLE_SECONDS = 60.0
"""Without a key press for so long, sampling stops: it would keep a serverless compute awake and billed."""


class ActivityScreen(ModeScreen):
    """The sessions above; the lock trees and the session under the cursor below; counted statements last."""

    mode: ClassVar[str] = "activity"
    twin = "neonkit locks --all"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "cancel", "cancel query", id="activity.cancel"),
        Binding("K", "terminate", "terminate", id="activity.terminate", key_display="K"),
        Binding("i", "inspect", "inspect", id="activity.inspect"),
        Binding("slash", "filter", "filter", id="activity.filter", key_display="/"),
        Binding("s", "sort", "sort", id="activity.sort"),
        Binding("space", "pause", "pause", id="activity.pause"),
        Binding("escape", "clear_filter", "clear", id="activity.clear", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._paused = False
        self._sampling = False
        self._order = 0
        self._wanted = ""
        self._drawn: tuple[object, ...] = ()

    def panes(self) -> ComposeResult:
        sessions: DataTable[Text] = DataTable(id="sessions", cursor_type="row", zebra_stripes=True)
        yield sessions
        yield Input(placeholder="words of a session; escape shows all", id="session-filter")
        with Horizontal(id="activity-below"):
            tree = OptionList(id="lock-tree")
            tree.border_title = "Lock tree"
            yield tree
            yield TextPane("Session", id="session-detail")
        yield TextPane("Progress", id="progress", columns=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#session-filter", Input).display = False
        self.query_one("#sessions", DataTable).focus()
        self.set_interval(EVERY_SECONDS, self._sample)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._sample()

    def select(self, key: str) -> None:
        """Put the cursor on the session of a pid, if the sample has it."""
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        if key in sessions.rows:
            sessions.move_cursor(row=sessions.get_row_index(key))
            sessions.focus()

    def _sample(self) -> None:
        idle = self._paused or self._sampling or self.cockpit.idle_seconds >= IDLE_SECONDS
        if self.is_current and not idle and self.cockpit.connected:
            self._sampling = True
            self.cockpit.fetch(lambda backend: backend.activity.sample(), self._sampled)
            self._look_closely()

    def _sampled(self, facts: Activity | Failure) -> None:
        self._sampling = False
        self.cockpit.put("activity", facts)

    def show(self) -> None:
        activity = self.cockpit.board.activity
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        if not isinstance(activity, Activity):
            sessions.border_title = "Sessions"
            if activity is not None:
                self.query_one("#session-detail", TextPane).tell(activity.text)
            return
        drawn = (activity, self._order, self._wanted, self._paused, self.size)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._fill_sessions(activity, sessions)
        self._fill_tree(activity)
        progress = self.query_one("#progress", TextPane)
        progress.display = bool(activity.running)
        progress.tell(table(activity.running_headings, activity.running))

    def _fill_sessions(self, activity: Activity, sessions: DataTable[Text]) -> None:
        kept = self._chosen()
        lines = activity.chosen(self._wanted, ORDERS[self._order])
        title = _sessions_title(activity, len(lines), ORDERS[self._order], self._paused)
        sessions.border_title = Text(title)
        sessions.clear(columns=True)
        headings, rows = fitted(activity.headings, [line.cells for line in lines], self.size.width - _FRAME)
        for heading in headings:
            sessions.add_column(heading, key=heading)
        for line, cells in zip(lines, rows, strict=True):
            sessions.add_row(*(Text(cell, no_wrap=True) for cell in cells), key=str(line.pid))
        if not activity.sessions:
            self.query_one("#session-detail", TextPane).tell("nobody else is connected to this database")
        if kept is not None:
            self.select_quietly(kept)

    @property
    def _pane_columns(self) -> int:
        """How wide a text below the sessions may be: side by side, or one below the other."""
        return (self.size.width if self.size.width < NARROW else self.size.width // 2) - _FRAME

    def select_quietly(self, pid: int) -> None:
        """Put the cursor back on a session without taking the focus."""
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        if str(pid) in sessions.rows:
            sessions.move_cursor(row=sessions.get_row_index(str(pid)), scroll=False)

    def _fill_tree(self, activity: Activity) -> None:
        tree = self.query_one("#lock-tree", OptionList)
        wait = f", the longest for {activity.longest_wait}" if activity.longest_wait else ""
        tree.border_title = Text(f"Lock tree: {activity.waiting} waiting{wait}")
        kept = tree.highlighted
        tree.clear_options()
        if not activity.tree:
            tree.add_option(Option("nobody waits for a lock", disabled=True))
            return
        columns = self._pane_columns
        tree.add_options(
            Option(tree_text(line, columns), id=f"{number} {line.pid}")
            for number, line in enumerate(activity.tree)
        )
        tree.highlighted = min(kept or 0, len(activity.tree) - 1)

    @on(OptionList.OptionSelected, "#lock-tree")
    def go_to_session(self, event: OptionList.OptionSelected) -> None:
        """Go from a line of the tree to its session."""
        if event.option.id is not None:
            self.select(event.option.id.split()[1])

    @on(DataTable.RowHighlighted, "#sessions")
    def look(self) -> None:
        """Look closely at the session under the cursor."""
        self._look_closely()

    def _look_closely(self) -> None:
        if (pid := self._chosen()) is not None:
            self.cockpit.fetch(
                lambda backend: backend.activity.detail(pid), lambda lines: self._tell_detail(pid, lines)
            )

    def _tell_detail(self, pid: int, found: SessionFacts | Failure) -> None:
        if pid == self._chosen():
            pane = self.query_one("#session-detail", TextPane)
            pane.border_title = Text(f"Session {pid}")
            told = found.text if isinstance(found, Failure) else labelled(found.facts, self._pane_columns)
            pane.tell(told)

    def _chosen(self) -> int | None:
        sessions: DataTable[Text] = self.query_one("#sessions", DataTable)
        if not sessions.row_count:
            return None
        value = sessions.coordinate_to_cell_key(sessions.cursor_coordinate).row_key.value
        return int(value) if value else None

    def action_pause(self) -> None:
        """Stop or resume sampling."""
        self._paused = not self._paused
        self.cockpit.tell("sampling is paused" if self._paused else "sampling", state="idle")
        self._sample()

    def action_sort(self) -> None:
        """Sort by the next order."""
        self._order = (self._order + 1) % len(ORDERS)
        self.show()

    def action_inspect(self) -> None:
        """Go to the pane with everything the session holds."""
        self.query_one("#session-detail", TextPane).focus()

    def action_filter(self) -> None:
        """Ask for words of a session."""
        asked = self.query_one("#session-filter", Input)
        asked.display = True
        asked.focus()

    def action_clear_filter(self) -> None:
        """Show all sessions again."""
        asked = self.query_one("#session-filter", Input)
        asked.value, asked.display = "", False
        self.query_one("#sessions", DataTable).focus()

    @on(Input.Changed, "#session-filter")
    def narrow(self, event: Input.Changed) -> None:
        """Filter while typing."""
        self._wanted = event.value
        self.show()

    @on(Input.Submitted, "#session-filter")
    def found(self) -> None:
        """Go to the sessions that were found."""
        self.query_one("#sessions", DataTable).focus()

    def action_cancel(self) -> None:
        """Ask, then cancel the statement of the session under the cursor."""
        pid, activity = self._chosen(), self.cockpit.board.activity
        if pid is None or not isinstance(activity, Activity):
            self.cockpit.tell("no session is chosen", state="idle")
            return
        line = activity.session(pid)
        if line is not None and not line.runs:
            self.cockpit.tell(f"session {pid} runs no statement; K ends the session", state="idle")
            return
        facts = (("will cancel", f"the running statement of session {pid}"),)
        question = Question("Cancel a statement", facts, reversible=False, verb="Cancel it")
        self.cockpit.ask(question, lambda: self._end(pid, terminate=False))

    def action_terminate(self) -> None:
        """Ask for the process id to be typed, then end the session under the cursor."""
        if (pid := self._chosen()) is None:
            self.cockpit.tell("no session is chosen", state="idle")
            return
        facts = (
            ("will end", f"session {pid}"),
            ("will lose", "its open transaction, which is rolled back"),
        )
        question = Question(
            "Terminate a session", facts, reversible=False, verb="Terminate", to_type=str(pid)
        )
        self.cockpit.ask(question, lambda: self._end(pid, terminate=True))

    def _end(self, pid: int, *, terminate: bool) -> None:
        title = "terminate" if terminate else "cancel"
        self.cockpit.start(
            title,
            f"neonkit locks --{title} {pid}",
            lambda backend, *_: backend.activity.end_session(pid, terminate=terminate),
            self.cockpit.changed,
        )


def _sessions_title(activity: Activity, shown: int, order: str, paused: bool) -> str:
    """How many sessions are there and shown, in which order, and how old the picture is."""
    words = [f"Sessions: {shown} of {len(activity.sessions)}", f"by {order}"]
    if activity.hidden:
        words.append(f"{activity.hidden} hidden from this role")
    words.append(
        "paused" if paused else f"every {EVERY_SECONDS:.0f} s, {activity.milliseconds:.0f} ms a sample"
    )
    return "  ".join(words)
