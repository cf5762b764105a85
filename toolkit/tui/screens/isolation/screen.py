"""Mode 5: can any user see or change another user's rows. One verdict per table and verb."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.isolation import Isolation, VerdictLine
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane


class IsolationScreen(ModeScreen):
    """The verdict table, and the evidence of the cell under the cursor."""

    mode: ClassVar[str] = "isolation"
    twin = "neonkit isolation audit"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "probe", "probe again", id="isolation.probe")]

    def __init__(self) -> None:
        super().__init__()
        self._shown: Isolation | Failure | None = None

    def panes(self) -> ComposeResult:
        yield TextPane("Role", id="first")
        verdicts: DataTable[Text] = DataTable(id="verdicts", cursor_type="cell", zebra_stripes=True)
        verdicts.border_title = "Verdicts"
        yield verdicts
        yield TextPane("Evidence", id="evidence")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#verdicts", DataTable).focus()

    def show(self) -> None:
        result = self.cockpit.board.isolation
        if result is None:
            self.query_one("#first", TextPane).tell(
                "not checked yet: p probes with two users, in a transaction rolled back"
            )
            return
        if result is self._shown:
            return
        self._shown = result
        if isinstance(result, Failure):
            self.query_one("#first", TextPane).tell(result.text)
            return
        totals = "   ".join(f"{verdict} {number}" for verdict, number in result.totals)
        self.query_one("#first", TextPane).tell(f"{result.first}\n{totals}")
        self._fill(result)

    def _fill(self, result: Isolation) -> None:
        verdicts: DataTable[Text] = self.query_one("#verdicts", DataTable)
        verdicts.clear(columns=True)
        verbs = tuple(dict.fromkeys(cell.verb for cell in result.cells))
        longest = max((len(cell.table) for cell in result.cells), default=0)
        verdicts.add_column("table", key="table", width=max(longest, len("table")))
        for verb in verbs:
            verdicts.add_column(verb, key=verb)
        by_table: dict[str, dict[str, VerdictLine]] = {}
        for cell in result.cells:
            by_table.setdefault(cell.table, {})[cell.verb] = cell
        for name, cells in by_table.items():
            row = [Text(cells[verb].verdict if verb in cells else "-") for verb in verbs]
            verdicts.add_row(Text(name), *row, key=name)

    @on(DataTable.CellHighlighted, "#verdicts")
    def look(self, event: DataTable.CellHighlighted) -> None:
        """Show why the cell under the cursor has its verdict."""
        result = self.cockpit.board.isolation
        if not isinstance(result, Isolation):
            return
        table, verb = event.cell_key.row_key.value, event.cell_key.column_key.value
        cells = [cell for cell in result.cells if cell.table == table and verb in (cell.verb, "table")]
        lines = [f"{cell.table}  {cell.verb}: {cell.verdict}\n  {cell.reason}" for cell in cells]
        findings = [finding for finding in result.findings if str(table) in finding]
        self.query_one("#evidence", TextPane).tell("\n".join([*lines, *findings]))

    def action_probe(self) -> None:
        """Check again."""
        self.cockpit.start(
            "isolation",
            "neonkit isolation audit",
            lambda backend, emit, token: backend.isolation.judge(emit, token),
            lambda facts: self.cockpit.put("isolation", facts),
        )
