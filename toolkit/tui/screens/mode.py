"""The common frame of the modes: banner, tabs, panes, job line, key line.

A mode is a subclass: it gives `mode`, its panes, and `show`, which draws what the board holds. What it can do
stands in its `BINDINGS`, each with an id `<mode>.<verb>`: footer, help, palette, keymap and docs are made of
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer

from toolkit.events import Event
from toolkit.tui.jobs import Job
from toolkit.tui.widgets.banner import Banner
from toolkit.tui.widgets.job_line import JobLine
from toolkit.tui.widgets.tabs import ModeTabs

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class ModeScreen(Screen[None]):
    """A mode: subclasses give `mode`, their panes, and `show`, which draws the facts the app holds."""

    mode: ClassVar[str]

    @property
    def twin(self) -> str:
        """The command line that shows or does the same as what is selected; `y` copies it."""
        raise NotImplementedError

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        """Start reading what this mode puts on the board. Called at the start and after changes."""

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

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it per instance
        (0, "-narrow"),
        (100, "-normal"),
        (140, "-wide"),
    ]

    def compose(self) -> ComposeResult:
        yield Banner()
        yield ModeTabs(self.mode)
        with Vertical(id="body"):
            yield from self.panes()
        yield JobLine()
        yield Footer(show_command_palette=False)

    def panes(self) -> ComposeResult:
        """The widgets between the tabs and the job line."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw the facts that the app holds now. Called whenever one of them changed."""
        raise NotImplementedError

    def hear_job(self, job: Job, event: Event) -> None:
        """The running job said something. Called while shown; all of it is in `board.heard`."""
        self.query_one(JobLine).hear(job, event)

    @property
    def cockpit(self) -> Cockpit:
        """The app, by its real type."""
        return cast("Cockpit", self.app)

    def on_mount(self) -> None:
        self.refresh_all()

    def on_screen_resume(self) -> None:
        self.refresh_all()

    def on_resize(self) -> None:
        self.refresh_all()

    def refresh_all(self) -> None:
        """Draw banner, panes and job line."""
        if not self.is_mounted:
            return
        board = self.cockpit.board
        self.query_one(Banner).tell(board.identity, board.revisions, board.armed_until)
        self.query_one(JobLine).tell(board.line, state=board.state)
        self.show()
