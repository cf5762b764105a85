"""Help: the keys of the focused pane, then of the mode, then those that work everywhere, as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from toolkit.tui.keys import motions
from toolkit.tui.keys.table import EVERYWHERE, shown


@dataclass(frozen=True, slots=True)
class HelpPart:
    """One group of keys under a heading."""

    title: str
    text: str
    rows: tuple[tuple[str, str, str], ...]
    """Keys, words, and the id by which the key can be moved."""


class HelpScreen(ModalScreen[None]):
    """Scrolls; any of escape, q and ? closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "close", id="help.close"),
        *motions.MOTIONS,
    ]

    def __init__(self, parts: tuple[HelpPart, ...]) -> None:
        super().__init__()
        self._parts = parts

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help") as box:
            box.border_title = "Keys"
            box.border_subtitle = "j k scroll  esc close"
            yield Static(help_text(self._parts, min(92, int(self.app.size.width * 0.96)) - 7))

    def action_move(self, motion: motions.Motion) -> None:
        """Scroll."""
        motions.move(self.query_one("#help"), motion)


def help_of(screen: Screen[object]) -> tuple[HelpPart, ...]:
    """The keys that work on a screen, nearest first; a key stands once, where it has its effect."""
    parts: dict[str, list[tuple[str, str, str]]] = {"pane": [], "screen": [], "app": []}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.system or key.startswith("super") or not (binding.description or binding.tooltip):
            continue
        row = (binding.key_display or shown(key), binding.tooltip or binding.description, binding.id or "")
        everywhere = isinstance(active.node, App) or row[2].partition(".")[0] in EVERYWHERE
        everywhere = everywhere or (active.node is screen and not row[2])
        nearest = "screen" if active.node is screen else "pane"
        parts["app" if everywhere else nearest].append(row)
    focused = screen.focused
    name = (focused.border_title if focused is not None else "") or "focused pane"
    made = (
        HelpPart(f"In {Text.from_markup(str(name)).plain}", own_help(focused), joined(parts["pane"])),
        HelpPart("On this screen", own_help(screen), joined(parts["screen"])),
        HelpPart("Everywhere", "", joined(parts["app"])),
    )
    return tuple(part for part in made if part.rows or part.text)


def own_help(node: DOMNode | None) -> str:
    """The text that a pane or screen has about itself."""
    return " ".join((getattr(node, "HELP", None) or "").split()) if node is not None else ""


def joined(rows: Iterable[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Rows of one action with all its keys in one; those with an id, which are ours, first."""
    found: dict[tuple[str, str], list[str]] = {}
    for key, words, name in rows:
        found.setdefault((words, name), []).append(key)
    rows = (
        (" ".join(keys), words.lower() if not name else words, name) for (words, name), keys in found.items()
    )
    return tuple(sorted(rows, key=lambda row: not row[2]))


def help_text(parts: Iterable[HelpPart], width: int) -> Text:
    """The page, `width` columns wide. The id of an action stands at the right edge, or a line below."""
    text = Text()
    for part in parts:
        text.append(f"{part.title}\n", style="bold underline")
        if part.text:
            text.append(f"{part.text}\n")
        keys_width = max((len(keys) for keys, _, _ in part.rows), default=0)
        for keys, words, name in part.rows:
            text.append(f"  {keys:<{keys_width}}  ", style="bold")
            text.append(words)
            room = width - keys_width - len(words) - 4
            below = bool(name) and len(name) + 2 > room
            text.append(f"\n{name:>{width}}\n" if below else f"{name:>{max(0, room)}}\n", style="dim")
        text.append("\n")
    text.append("[tool.neonkit.keys] moves a key by the name on the right: docs/keys.md\n", style="dim")
    return text
