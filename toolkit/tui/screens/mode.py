"""The common frame of the modes: banner, tabs, panes, job line, key line.

A mode is a subclass: it gives `mode`, its panes, and `show`, which draws what the board holds. What it can do
stands in its `BINDINGS`, each with an id `<mode>.<verb>`: footer, help, palette, keymap and docs are made of
them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from toolkit.events import Event
from toolkit.tui.jobs import Job
from toolkit.tui.keys import motions
from toolkit.tui.screens import layout
from toolkit.tui.widgets.banner import Banner
from toolkit.tui.widgets.job_line import JobLine, line_now, worded
from toolkit.tui.widgets.key_line import KeyLine
from toolkit.tui.widgets.log_panel import LogPanel
from toolkit.tui.widgets.tabs import ModeTabs
from toolkit.tui.widgets.too_small import COLUMNS, ROWS, TooSmall

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class ModeScreen(Screen[None]):
    """A mode: subclasses give `mode`, their panes, and `show`, which draws the facts the app holds."""

    mode: ClassVar[str]

    BINDINGS: ClassVar[list[BindingType]] = [
        *motions.MOTIONS,
        Binding(
            "z", "zoom", "zoom", id="app.zoom", show=False, tooltip="give the screen to the focused pane"
        ),
        Binding(
            "less_than_sign",
            "widen(-5)",
            "narrower",
            id="app.narrower",
            show=False,
            key_display="<",
            tooltip="first column narrower",
        ),
        Binding(
            "greater_than_sign",
            "widen(5)",
            "wider",
            id="app.wider",
            show=False,
            key_display=">",
            tooltip="first column wider",
        ),
        Binding("L", "log", "log", id="app.log", show=False, tooltip="log over the lower third"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it per instance
        (0, "-tiny"),
        (COLUMNS, "-narrow"),
        (100, "-normal"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (ROWS, "-tall")]  # noqa: RUF012 - as above

    @property
    def twin(self) -> str:
        """The command line that shows or does the same as what is selected; `y` copies it."""
        raise NotImplementedError

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        """Start reading what this mode puts on the board. Called at the start and after changes."""

    def go_back(self) -> None:
        """Back to the screen below, once: a second key may come before that is shown."""
        if self.is_current:
            self.app.pop_screen()

    def select(self, key: str) -> None:
        """Go to an object of this mode, as the palette names it. Called when the mode is shown."""

    def why_not(self, action: str) -> str | None:
        """Why an action cannot run now, in one sentence; None if it can.

        Its key is greyed for as long, and tells the sentence in the job line when it is pressed. `action` is
        the method's name without `action_`. Call `refresh_bindings` when an answer changes.
        """
        del action
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what `why_not` gives a reason against."""
        del parameters
        return None if self.is_mounted and self.why_not(action) else True

    def compose(self) -> ComposeResult:
        yield Banner()
        yield ModeTabs(self.mode)
        with Vertical(id="body"):
            yield from self.panes()
        yield JobLine()
        yield KeyLine()
        yield TooSmall()

    def panes(self) -> ComposeResult:
        """The widgets between the tabs and the job line."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw the facts that the app holds now. Called whenever one of them changed."""
        raise NotImplementedError

    def hear_job(self, job: Job, event: Event) -> None:
        """The running job said something. Called while shown; all of it is in `board.heard`."""

    @property
    def cockpit(self) -> Cockpit:
        """The app, by its real type."""
        return cast("Cockpit", self.app)

    def on_mount(self) -> None:
        self.refresh_all()
        width = self.cockpit.remembered.sizes.get(self.mode)
        if width is not None and (column := layout.first_column(self)) is not None:
            layout.set_width(column, width)

    def on_screen_resume(self) -> None:
        self.cockpit.remember_mode(self.mode)
        self.refresh_all()

    def on_resize(self) -> None:
        self.refresh_all()

    @property
    def _stands(self) -> bool:
        """Its widgets are there: not before it is mounted, nor while the app ends."""
        return self.is_mounted and bool(self.query(TooSmall))

    def refresh_all(self) -> None:
        """Draw banner, panes and job line."""
        if not self._stands:
            return
        board = self.cockpit.board
        self.set_class(board.lost is not None, "-lost")
        self.query_one(Banner).tell(
            board.identity, board.revisions, board.armed_until, lost=board.lost is not None
        )
        self.draw_line()
        for log in self.query(LogPanel):
            log.tell(board.history)
        self.show()

    def draw_line(self) -> None:
        """Draw the job line as it is now; called alone while something is waited for."""
        if not self._stands:
            return
        text, state = line_now(self.cockpit.board, self.cockpit.job, time.monotonic())
        self.query_one(JobLine).tell(text, state=state)
        self.query_one(TooSmall).tell(worded(text, state))

    # What every mode can do

    def action_move(self, motion: motions.Motion) -> None:
        """Move the cursor of what has the focus."""
        if not motions.move(self.focused, motion):
            self.cockpit.tell("nothing to move in: tab goes to a list", state="idle")

    def action_zoom(self) -> None:
        """Give the body to the focused pane, or undo that."""
        if not layout.zoom(self, self.focused):
            self.cockpit.tell("no pane has the focus: tab goes to one", state="idle")

    def action_widen(self, by: int) -> None:
        """Make the first column wider or narrower, and remember that."""
        width = layout.widen(self, by)
        if width is None:
            self.cockpit.tell("this mode has no columns side by side here", state="idle")
        else:
            self.cockpit.remembered.sizes[self.mode] = width
            self.cockpit.remembered.keep()

    async def action_log(self) -> None:
        """Show or hide the log."""
        if open_logs := self.query(LogPanel):
            await open_logs.remove()
            return
        panel = LogPanel()
        await self.mount(panel, after="#body")
        panel.tell(self.cockpit.board.history)
        panel.focus()
