"""A protection before it is written: what is missing, what it changes, and the exact SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer

from toolkit.reports.table import printable
from toolkit.tui.facts.isolation import ProtectionText
from toolkit.tui.widgets.coloured import highlighted
from toolkit.tui.widgets.pane import TextPane

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class ProtectScreen(ModalScreen[bool]):
    """Shows a protection and asks whether to write it as revisions. Nothing in the database is changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "close", id="protect.cancel"),
        Binding("f", "write", "write the revisions", id="protect.write"),
        Binding("y", "copy", "copy the SQL", id="protect.copy"),
    ]

    def __init__(self, protection: ProtectionText) -> None:
        super().__init__()
        self._protection = protection

    def compose(self) -> ComposeResult:
        with Vertical(id="protect-box"):
            yield TextPane("Protection", id="protect-steps")
            yield TextPane("SQL", id="protect-sql", columns=True)
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        found = self._protection
        steps = self.query_one("#protect-steps", TextPane)
        steps.border_title = Text(f"Protection for role {printable(found.role)}")
        steps.tell(protection_text(found))
        self.query_one("#protect-sql", TextPane).tell(highlighted(found.script))
        steps.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to write only what there is, and what closes everything."""
        del parameters
        return None if action == "write" and refused(self._protection) else True

    def why_not(self, action: str) -> str | None:
        """Why nothing can be written."""
        return refused(self._protection) if action == "write" else None

    def action_write(self) -> None:
        """Write it."""
        self.dismiss(True)

    def action_copy(self) -> None:
        """Copy the whole script."""
        cast("Cockpit", self.app).copy(self._protection.script, "the SQL of the protection")

    def action_cancel(self) -> None:
        """Write nothing."""
        self.dismiss(False)


def refused(found: ProtectionText) -> str | None:
    """Why the protection is not written; None if it can be."""
    if found.still_leaking:
        return f"with all of it applied there would still be a leak: {', '.join(found.still_leaking)}"
    return None if found.revisions else "nothing is missing, so there is nothing to write"


def protection_text(found: ProtectionText) -> Text:
    """What would be written and what it does, what changes, and what is left open."""
    return Text("\n").join(_lines(found))


def _lines(found: ProtectionText) -> Iterator[Text]:
    reason = refused(found)
    if reason is not None:
        yield Text(
            f"NOT TO BE WRITTEN: {printable(reason)}", style="bold red" if found.still_leaking else "bold"
        )
    else:
        yield Text(
            f"f writes {len(found.revisions)} revision files; the database is not changed.", style="bold"
        )
    yield Text("")
    yield from (Text(printable(line)) for line in found.lines)
    if found.untried:
        yield Text(found.untried)
    elif found.changes:
        yield Text("tried and rolled back: what changes")
        yield from (Text(f"  {printable(line)}") for line in found.changes)
