"""Which users act: chosen among those who have rows, or by a key that is typed."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.isolation import User
from toolkit.tui.widgets.option_list import OptionList

AUTOMATIC: tuple[str, ...] = ()


class UsersScreen(ModalScreen[tuple[str, ...] | None]):
    """Asks for a user in each role. Gives their keys, none for a choice by the core, None for no change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="users.cancel"),
        Binding("ctrl+o", "automatic", "let the probe choose", id="users.automatic"),
    ]

    def __init__(self, users: tuple[User, ...], roles: tuple[str, ...]) -> None:
        super().__init__()
        self._users, self._roles = users, roles
        self._chosen: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="users-box") as box:
            box.border_title = "Users with rows"
            yield Static(id="users-says")
            yield Input(
                placeholder="part of a key, or the whole of one that is not listed", id="users-wanted"
            )
            yield OptionList(id="users-list")
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._ask()
        self.query_one(OptionList).focus()

    def _ask(self) -> None:
        before = "".join(f"{role}: {key}\n" for role, key in zip(self._roles, self._chosen, strict=False))
        self.query_one("#users-says", Static).update(Text(f"{before}{self._roles[len(self._chosen)]}:"))
        self._fill("")

    def _fill(self, wanted: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(
            Option(user_line(user), id=f"u{number}")
            for number, user in enumerate(self._users)
            if wanted.lower() in user.key.lower() and user.key not in self._chosen
        )
        if listed.option_count:
            listed.highlighted = 0

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show the users whose keys have the typed part."""
        self._fill(event.value)

    @on(Input.Submitted)
    def typed(self, event: Input.Submitted) -> None:
        """Take the first that is listed, or the key as it was typed."""
        listed = self.query_one(OptionList)
        if listed.option_count:
            self._take(self._user(str(listed.get_option_at_index(listed.highlighted or 0).id)).key)
        elif event.value:
            self._take(event.value)

    @on(OptionList.OptionSelected)
    def picked(self, event: OptionList.OptionSelected) -> None:
        """Take the user under the cursor."""
        self._take(self._user(str(event.option.id)).key)

    def _user(self, name: str) -> User:
        return self._users[int(name.removeprefix("u"))]

    def _take(self, key: str) -> None:
        self._chosen = (*self._chosen, key)
        if len(self._chosen) == len(self._roles):
            self.dismiss(self._chosen)
            return
        self.query_one(Input).value = ""
        self._ask()
        self.query_one(OptionList).focus()

    def action_automatic(self) -> None:
        """Let the core choose."""
        self.dismiss(AUTOMATIC)

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)


def user_line(user: User) -> Text:
    """The key first, whole; how many rows, and in which tables most of them are."""
    tables = sorted(user.tables, key=lambda each: -each[1])
    places = ", ".join(f"{name.removeprefix('public.')} {rows:,}" for name, rows in tables)
    line = f"{printable(user.key)}  {user.rows:,} rows: {printable(places)}"
    return Text(line, no_wrap=True, overflow="ellipsis")
