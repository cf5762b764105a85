"""The details of one object: a line of tabs, and below it a text or a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static
from textual.widgets.option_list import Option

from toolkit.tui.facts.schema import TABS, Tab
from toolkit.tui.widgets.option_list import OptionList

LABELS: Final[dict[Tab, tuple[str, str]]] = {
    "columns": ("c", "columns"),
    "constraints": ("o", "constraints"),
    "indexes": ("i", "indexes"),
    "policies": ("p", "policies"),
    "grants": ("t", "grants"),
    "ddl": ("d", "ddl"),
    "advice": ("a", "advice"),
    "models": ("m", "models"),
    "graph": ("g", "graph"),
}
"""The key and the name of each tab. A key is a letter of the name, and is shown in brackets in it."""


class Choices(OptionList):
    """What can be chosen from: advice, or tables near the object."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy sql", id="schema.copy_fix", tooltip="copy the SQL of the fix"),
        Binding("f", "fix", "write fix", id="schema.write_fix", tooltip="write the fix as a revision"),
        Binding("enter", "select", "go there", id="schema.go_there", tooltip="to the table of the graph"),
    ]

    of_advice: reactive[bool] = reactive(default=True, bindings=True)
    """Whether it is advice that is shown, and not tables."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show the keys of what is shown."""
        del parameters
        return action not in (("select",) if self.of_advice else ("copy", "fix"))

    class Asked(Message):
        """Something is to be done with what is highlighted."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def action_copy(self) -> None:
        """Copy the fix."""
        self.post_message(self.Asked("copy"))

    def action_fix(self) -> None:
        """Write the fix as a revision."""
        self.post_message(self.Asked("fix"))


class Details(Vertical):
    """What there is to say of the object under the cursor."""

    HELP = "One side of the object at a time: the letters in brackets turn to another."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "rows", "rows", id="schema.rows")]

    class RowsWanted(Message):
        """The rows of the object are wanted."""

    def action_rows(self) -> None:
        """Open the rows of the object."""
        self.post_message(self.RowsWanted())

    def compose(self) -> ComposeResult:
        yield Static(id="tabs")
        with VerticalScroll(id="view"):
            yield Static(id="text")
        yield Choices(id="choices")
        with VerticalScroll(id="fix", can_focus=False):
            yield Static(id="fix-text")

    def on_mount(self) -> None:
        self.tab: Tab = "columns"
        self._fitted = 0
        self.query_one("#choices").display = False
        self.query_one("#fix").display = False
        self.turn_to("columns")

    @property
    def columns(self) -> int:
        """How wide a text may be."""
        return max(20, self.content_size.width - 1)

    class Resized(Message):
        """There is more or less room than there was: the text has to be fitted again."""

    def on_resize(self) -> None:
        if self.columns != self._fitted:
            self.turn_to(self.tab)
            self.post_message(self.Resized())

    def turn_to(self, tab: Tab) -> None:
        """Mark the tab in the line of tabs."""
        self.tab, self._fitted = tab, self.columns
        self.query_one("#tabs", Static).update(tabs_text(tab, self.columns))

    def tell(self, text: Text | Content) -> None:
        """Show a text."""
        self._show_list(False)
        self.query_one("#text", Static).update(text)
        self.query_one("#view").scroll_home(animate=False)

    def choose_from(self, options: Sequence[tuple[Text, bool]]) -> None:
        """Show a list, with the cursor on the first line that can be chosen, and not only read."""
        choices = self.query_one(Choices)
        choices.clear_options()
        choices.add_options([Option(option, disabled=not chosen) for option, chosen in options])
        self._show_list(True)
        choices.action_first()
        choices.scroll_home(animate=False)
        choices.of_advice = self.tab == "advice"

    def _show_list(self, shown: bool) -> None:
        view, choices = self.query_one("#view"), self.query_one(Choices)
        had_focus = view.has_focus or choices.has_focus
        view.display, choices.display = not shown, shown
        self.query_one("#fix").display = False
        if had_focus:
            self.focus_inside()

    def tell_fix(self, text: Text | None) -> None:
        """Show what closes the advice under the cursor."""
        pane = self.query_one("#fix")
        pane.display = text is not None
        if text is not None:
            self.query_one("#fix-text", Static).update(text)
            pane.scroll_home(animate=False)

    def focus_inside(self) -> None:
        """Give the focus to what is shown."""
        choices = self.query_one(Choices)
        (choices if choices.display else self.query_one("#view")).focus()

    @on(events.Click, "#tabs")
    def click_tab(self, event: events.Click) -> None:
        """A click on a tab goes there."""
        tab = tab_at(self.tab, self.columns, event.x, event.y)
        if tab is not None:
            self.post_message(self.Turned(tab))

    class Turned(Message):
        """Another tab is wanted."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab


def _label(tab: Tab, current: Tab) -> str:
    letter, name = LABELS[tab]
    head, _, tail = name.partition(letter)
    return f"{'*' if tab == current else ''}{head}[{letter}]{tail}"


def tab_rows(current: Tab, columns: int) -> list[list[Tab]]:
    """The tabs in as many rows as they need."""
    rows: list[list[Tab]] = [[]]
    taken = 0
    for tab in TABS:
        wide = len(_label(tab, current)) + 1
        if rows[-1] and taken + wide - 1 > columns:
            rows.append([])
            taken = 0
        rows[-1].append(tab)
        taken += wide
    return rows


def tabs_text(current: Tab, columns: int) -> Text:
    """The tabs with their keys; the current one has a star and is bold."""
    text = Text()
    for number, row in enumerate(tab_rows(current, columns)):
        if number:
            text.append("\n")
        for place, tab in enumerate(row):
            text.append(" " if place else "")
            text.append(_label(tab, current), style="bold" if tab == current else "dim")
    return text


def tab_at(current: Tab, columns: int, x: int, y: int) -> Tab | None:
    """The tab at a place of the line."""
    rows = tab_rows(current, columns)
    if not 0 <= y < len(rows):
        return None
    edge = 0
    for tab in rows[y]:
        edge += len(_label(tab, current)) + 1
        if x < edge:
            return tab
    return None
