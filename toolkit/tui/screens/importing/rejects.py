"""The rows that do not fit: a table of reasons, and all of the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from toolkit.reports.table import printable, width
from toolkit.secret import MASK
from toolkit.tui.facts.importing import ImportOutcome, RejectLine

Place = tuple[str, tuple[str, ...]]
MENDED = "mended"
_LONGEST = 28


class Rejects(Vertical):
    """The reasons; a value that was mended shows the new one, and says so."""

    def compose(self) -> ComposeResult:
        table: DataTable[Text] = DataTable(id="reject-table", cursor_type="row", zebra_stripes=True)
        yield table
        yield Static(id="reject-detail")

    def on_mount(self) -> None:
        self._drawn: tuple[object, ...] = ()
        self._lines: tuple[RejectLine, ...] = ()

    @property
    def table(self) -> DataTable[Text]:
        """The table."""
        return self.query_one("#reject-table", DataTable)

    @property
    def chosen(self) -> RejectLine | None:
        """The reason under the cursor."""
        row = self.table.cursor_row
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def tell(self, outcome: ImportOutcome, mended: Mapping[Place, str]) -> None:
        """Show the reasons of an import."""
        drawn = (outcome, tuple(mended.items()))
        if drawn == self._drawn:
            return
        again = bool(self._drawn) and self._drawn[0] is outcome
        self._drawn, self._lines = drawn, outcome.lines
        table, kept = self.table, self.table.cursor_row if again else 0
        table.border_title = Text(rejects_title(outcome, len(mended)))
        table.clear(columns=True)
        for heading in ("record", "path", "value", "why"):
            table.add_column(heading, key=heading)
        for number, line in enumerate(outcome.lines):
            cells = (line.where, line.path, value_text(line, mended), line.why)
            table.add_row(*(Text(printable(cell)) for cell in cells), key=str(number))
        if kept < len(outcome.lines):
            table.move_cursor(row=kept)
        self.look(mended)

    def look(self, mended: Mapping[Place, str]) -> None:
        """Tell all of the reason under the cursor."""
        detail = self.query_one("#reject-detail", Static)
        detail.update(Text() if self.chosen is None else detail_text(self.chosen, mended))


def rejects_title(outcome: ImportOutcome, mended: int) -> str:
    """How many reasons there are and are shown, and how many values were mended."""
    shown = len(outcome.lines)
    words = [f"Rejects: {outcome.reasons:,} reasons"]
    if shown < outcome.reasons:
        words.append(f"the first {shown:,} shown")
    words.append(f"{mended} mended" if mended else "enter mends a value")
    return ", ".join(words)


def value_text(line: RejectLine, mended: Mapping[Place, str]) -> str:
    """The value, or the one that takes its place; a masked one is never shown."""
    if line.place in mended:
        value = MASK if line.masked else mended[line.place]
        return f"{_short(value)} ({MENDED})"
    return _short(line.value)


def _short(value: str) -> str:
    return value if width(value) <= _LONGEST else f"{value[: _LONGEST - 2]}.."


def detail_text(line: RejectLine, mended: Mapping[Place, str]) -> Text:
    """Where, which value, why, and what helps; whole."""
    column = f".{line.column}" if line.column else ""
    text = Text(printable(f"{line.where}  {line.path}  {line.table}{column}: {line.why}"), style="bold")
    value = MASK if line.masked else mended.get(line.place, line.current or line.value)
    text.append(f"\nvalue {printable(value)}", style="not bold")
    if line.place in mended:
        text.append(f" ({MENDED}; R imports it)", style="not bold")
    hint = f"cannot be mended here: {line.fixed}" if line.fixed else line.hint
    if hint:
        text.append(f"\nhint  {printable(hint)}", style="not bold")
    return text
