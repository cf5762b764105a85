"""Which file to import: the seeds first, what the project has, a typed path, or the tree of folders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import DirectoryTree, Footer, Input
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.importing import Offer, looks_like_data
from toolkit.tui.widgets.option_list import OptionList

MODULE_SIGN = ":"


class DataTree(DirectoryTree):
    """Folders, and files that look like data."""

    ICON_NODE = "+ "
    ICON_NODE_EXPANDED = "- "
    ICON_FILE = "  "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Hide what is hidden, and files of other kinds."""
        return [
            path
            for path in paths
            if not path.name.startswith(".") and (path.is_dir() or looks_like_data(path.name))
        ]


class PathSuggester(Suggester):
    """Completes a path that is typed; the right arrow takes what is suggested."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first name that goes on like what was typed."""
        return completed(value)


class PickFileScreen(ModalScreen[str | None]):
    """Gives the path that was chosen, or None."""

    HELP = (
        "A file, a folder with a mapping.toml, or module:attribute for objects in memory. Tab goes from the "
        "line to the offers and to the tree; nothing is read before something is chosen."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="pick.cancel")]

    def __init__(self, offers: tuple[Offer, ...], folder: Path) -> None:
        super().__init__()
        self._offers, self._folder = offers, folder

    def compose(self) -> ComposeResult:
        with Vertical(id="pick-box") as box:
            box.border_title = "Choose what to import"
            yield Input(
                placeholder="a path; right takes what is suggested",
                select_on_focus=False,
                suggester=PathSuggester(),
                id="pick-path",
            )
            with Container(id="pick-below"):
                offers = OptionList(
                    *(
                        Option(offer_text(offer), id=f"o{number}")
                        for number, offer in enumerate(self._offers)
                    ),
                    id="pick-offers",
                )
                offers.border_title = "Here"
                yield offers
                tree = DataTree(self._folder, id="pick-tree")
                tree.border_title = "Folders"
                yield tree
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        offers = self.query_one("#pick-offers", OptionList)
        if self._offers:
            offers.highlighted = 0
            offers.focus()
        else:
            self.query_one("#pick-path", Input).focus()

    def on_key(self, event: Key) -> None:
        """A letter that is typed on a list belongs to the path."""
        path = self.query_one("#pick-path", Input)
        if event.is_printable and event.character and not path.has_focus and event.character != " ":
            event.stop()
            path.focus()
            path.insert_text_at_cursor(event.character)

    @on(OptionList.OptionSelected)
    def offered(self, event: OptionList.OptionSelected) -> None:
        """Take an offer."""
        self.dismiss(self._offers[int(str(event.option.id).removeprefix("o"))].path)

    @on(DirectoryTree.FileSelected)
    def picked(self, event: DirectoryTree.FileSelected) -> None:
        """Take a file of the tree."""
        path = event.path
        self.dismiss(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))

    @on(Input.Submitted)
    def typed(self, event: Input.Submitted) -> None:
        """Take the path that was typed; enter on the beginning of one takes what is suggested."""
        value = event.value.strip()
        if value and not Path(value).expanduser().exists() and MODULE_SIGN not in value:
            value = completed(value) or value
        if value:
            self.dismiss(str(Path(value).expanduser()) if MODULE_SIGN not in value else value)

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def offer_text(offer: Offer) -> Text:
    """The path first, whole."""
    return Text(printable(f"{offer.path}  {offer.says}"), no_wrap=True, overflow="ellipsis")


def completed(value: str) -> str | None:
    """The path that goes on like `value`: a folder ends in a slash; None if there is none."""
    folder, _, begun = value.rpartition("/")
    place = Path(f"{folder}/" if folder or value.startswith("/") else ".").expanduser()
    try:
        with os.scandir(place) as entries:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
            )
    except OSError:
        return None
    fitting = [name for name in names if name.endswith("/") or looks_like_data(name)]
    prefix = value[: len(value) - len(begun)]
    return f"{prefix}{fitting[0]}" if value and fitting else None
