"""Mode 1: is it healthy, and what needs me."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets.option_list import Option

from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.screens.overview.concerns import Concern, concerns, quiet
from toolkit.tui.screens.overview.health import health, standing
from toolkit.tui.screens.overview.lines import line_text
from toolkit.tui.screens.overview.sizes import sizes
from toolkit.tui.widgets.option_list import OptionList
from toolkit.tui.widgets.pane import TextPane

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


_FRAME = 5
"""Columns of a pane that its border, its padding and its scroll bar take."""


class OverviewScreen(ModeScreen):
    """Health, migrations, sizes, what needs attention, and the log. Changes nothing."""

    HELP = (
        "Whether all is well, and what needs somebody: E error, W warning, i note, ? not known, ok. Enter "
        "goes where more is said; the keys in brackets lead there too."
    )

    mode: ClassVar[str] = "overview"

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[tuple[Concern, ...], int] = ((), 0)

    @property
    def twin(self) -> str:
        """The command line that answers most of this."""
        return "neonkit status"

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("limits", lambda backend: backend.overview.limits())
        cockpit.fetch_fact("journal", lambda backend: backend.migrations.journal())
        cockpit.fetch_fact("advice", lambda backend: backend.schema.advice.about())
        cockpit.fetch_fact("activity", lambda backend: backend.activity.sample())
        cockpit.fetch_fact("glance", lambda backend: backend.schema.drift.glance())

    def panes(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield TextPane("Health", id="health")
            yield TextPane("Migrations", id="migrations")
        with Horizontal(classes="row"):
            yield TextPane("Size", id="size")
            attention = OptionList(id="attention")
            attention.border_title = "Needs attention"
            yield attention
        yield TextPane("Log", id="log")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#attention", OptionList).focus()

    def show(self) -> None:
        board, width = self.cockpit.board, self.app.size.width
        left, right = width // 2 - _FRAME, width - width // 2 - _FRAME
        self.query_one("#health", TextPane).tell(health(board, left))
        self.query_one("#migrations", TextPane).tell(standing(board, right))
        self.query_one("#size", TextPane).tell(sizes(board, columns=left))
        self._fill_attention(concerns(board), quiet(board))
        log = self.query_one("#log", TextPane)
        log.tell("\n".join(board.history))
        log.scroll_end(animate=False)

    def _fill_attention(self, pressing: tuple[Concern, ...], calm: tuple[Concern, ...]) -> None:
        columns = self.app.size.width - self.app.size.width // 2 - _FRAME
        found = (*pressing, *calm)
        attention = self.query_one("#attention", OptionList)
        attention.border_title = Text(f"Needs attention: {len(pressing) or 'nothing'}")
        if (found, columns) == self._drawn and attention.option_count:
            return
        self._drawn, kept = (found, columns), attention.highlighted
        attention.clear_options()
        if not found:
            attention.border_title = "Needs attention"
            attention.add_option(Option("nothing has been looked at yet", disabled=True))
            return
        attention.add_options(Option(line_text(one, columns)) for one in found)
        attention.highlighted = min(kept or 0, len(found) - 1)

    @on(OptionList.OptionSelected, "#attention")
    def go_there(self, event: OptionList.OptionSelected) -> None:
        """Go to where more is said."""
        chosen = self._drawn[0][event.option_index]
        self.cockpit.go_to(chosen.mode, chosen.key or "")
