"""Mode 1: is it healthy, and what needs me."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.screens.overview.concerns import Concern, concerns
from toolkit.tui.screens.overview.health import health, standing
from toolkit.tui.screens.overview.sizes import sizes
from toolkit.tui.widgets.pane import TextPane

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class OverviewScreen(ModeScreen):
    """Health, migrations, sizes, what needs attention, and the log. Changes nothing."""

    mode: ClassVar[str] = "overview"

    def __init__(self) -> None:
        super().__init__()
        self._concerns: tuple[Concern, ...] = ()

    @property
    def twin(self) -> str:
        """The command line that answers most of this."""
        return "neonkit status"

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("limits", lambda backend: backend.overview.limits())
        cockpit.fetch_fact("journal", lambda backend: backend.migrations.journal())
        cockpit.fetch_fact("advice", lambda backend: backend.schema.advice.about())

    def panes(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield TextPane("Health", id="health")
            yield TextPane("Migrations", id="migrations", columns=True)
        with Horizontal(classes="row"):
            yield TextPane("Size", id="size", columns=True)
            attention = OptionList(id="attention")
            attention.border_title = "Needs attention"
            yield attention
        yield TextPane("Log", id="log")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#attention", OptionList).focus()

    def show(self) -> None:
        board, width = self.cockpit.board, self.app.size.width
        self.query_one("#health", TextPane).tell(health(board))
        self.query_one("#migrations", TextPane).tell(standing(board))
        self.query_one("#size", TextPane).tell(sizes(board, columns=width // 2 - 6))
        self._fill_attention(concerns(board))
        log = self.query_one("#log", TextPane)
        log.tell("\n".join(board.history))
        log.scroll_end(animate=False)

    def _fill_attention(self, found: tuple[Concern, ...]) -> None:
        attention = self.query_one("#attention", OptionList)
        if found == self._concerns and attention.option_count:
            return
        self._concerns = found
        attention.border_title = f"Needs attention: {len(found)}" if found else "Needs attention"
        kept = attention.highlighted
        attention.clear_options()
        if not found:
            attention.add_option(Option("ok  nothing that was looked at", disabled=True))
            return
        attention.add_options(Option(_line(one)) for one in found)
        attention.highlighted = min(kept or 0, len(found) - 1)

    @on(OptionList.OptionSelected, "#attention")
    def go_there(self, event: OptionList.OptionSelected) -> None:
        """Go to where more is said."""
        chosen = self._concerns[event.option_index]
        self.cockpit.go_to(chosen.mode, chosen.key or "")


def _line(concern: Concern) -> Text:
    words = f"{concern.weight}  {printable(concern.text)}"
    return Text(words, no_wrap=True, overflow="ellipsis")
