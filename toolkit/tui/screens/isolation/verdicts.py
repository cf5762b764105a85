"""The verdict table: a row per table, a column per verb, the worst on top."""

from __future__ import annotations

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from toolkit.reports.table import printable
from toolkit.schema.spelling import plural
from toolkit.tui.facts.isolation import Isolation, VerdictLine, severity
from toolkit.tui.screens.isolation.evidence import SHORT, verdict_text

NARROW_NAME = 26
MOST_ROWS = 200
"""More rows at once would hold the screen up; the worst stand first, so that these are the ones to read."""


class VerdictTable(DataTable[Text]):
    """The cells of an isolation result; the cursor goes to the worst of them, and stays where it was put."""

    def __init__(self) -> None:
        super().__init__(id="verdicts", cursor_type="cell", zebra_stripes=True)
        self.border_title = "Verdicts"
        self._drawn: tuple[Isolation, bool] | None = None

    def tell(self, result: Isolation, *, short: bool) -> None:
        """Show a result; `short` for narrow screens."""
        if self._drawn == (result, short):
            return
        kept = self.chosen if self._drawn is not None else None
        self._drawn = (result, short)
        self.clear(columns=True)
        verbs = tuple(dict.fromkeys(cell.verb for cell in result.cells))
        shown = {
            name: [Text(row_title(name, cells[0].kind, short=short)), *_words(cells, verbs, short=short)]
            for name, cells in result.rows()[:MOST_ROWS]
        }
        headings = [SHORT.get(verb, verb) if short else verb for verb in verbs]
        # A width that the table finds by itself holds for the headings alone, until something is drawn anew.
        for place, (key, heading) in enumerate(zip(("table", *verbs), ("table", *headings), strict=True)):
            width = max([len(heading), *(words[place].cell_len for words in shown.values())])
            self.add_column(heading, key=key, width=width)
        for name, words in shown.items():
            self.add_row(*words, key=name)
        self.border_title = Text(table_title(result))
        self._place(kept, verbs)

    def _place(self, kept: tuple[str, str] | None, verbs: tuple[str, ...]) -> None:
        if kept is not None and kept[0] in self.rows and (kept[1] == "table" or kept[1] in verbs):
            self.move_cursor(row=self.get_row_index(kept[0]), column=self.get_column_index(kept[1]))
        elif self._drawn is not None and self.row_count:
            cells = {cell.verb: cell for cell in self._drawn[0].rows()[0][1]}
            worst = min(cells, key=lambda verb: severity(cells[verb].verdict))
            self.move_cursor(row=0, column=self.get_column_index(worst))

    @property
    def chosen(self) -> tuple[str, str] | None:
        """Table and verb under the cursor; the verb is `table` in the first column."""
        if not self.row_count:
            return None
        key = self.coordinate_to_cell_key(self.cursor_coordinate)
        return str(key.row_key.value), str(key.column_key.value)

    def next_leak(self) -> bool:
        """Move to the next LEAK, and from the last to the first; whether there is one."""
        if self._drawn is None or not self._drawn[0].leaks:
            return False
        places = sorted(
            (self.get_row_index(cell.table), self.get_column_index(cell.verb))
            for cell in self._drawn[0].leaks
            if cell.table in self.rows
        )
        here = (self.cursor_coordinate.row, self.cursor_coordinate.column)
        row, column = next((place for place in places if place > here), places[0])
        self.move_cursor(row=row, column=column)
        return True

    def go_to(self, table: str) -> None:
        """Put the cursor on a table, if it is there."""
        if table in self.rows:
            self.cursor_coordinate = Coordinate(self.get_row_index(table), self.cursor_coordinate.column)


def _words(cells: tuple[VerdictLine, ...], verbs: tuple[str, ...], *, short: bool) -> list[Text]:
    by_verb = {cell.verb: cell for cell in cells}
    found = (by_verb.get(verb) for verb in verbs)
    return [Text("-") if cell is None else verdict_text(cell.verdict, short=short) for cell in found]


def row_title(name: str, kind: str, *, short: bool) -> str:
    """How a relation is named: whole where there is room; else without `public`, and cut in the middle."""
    shown = printable(name)
    if short:
        shown = shown.removeprefix("public.")
        if len(shown) > NARROW_NAME:
            half = (NARROW_NAME - 2) // 2
            shown = f"{shown[:half]}..{shown[-half:]}"
        return shown if kind == "table" else f"> {shown}"
    return shown if kind == "table" else f"> {shown} ({kind})"


def table_title(result: Isolation) -> str:
    """How many of what."""
    rows = result.rows()
    doors = sum(cells[0].kind != "table" for _, cells in rows)
    tables = len(rows) - doors
    words = [f"Verdicts: {plural('table', tables)}"]
    if doors:
        words.append(f"{plural('way', doors)} past them (>)")
    words.append(f"{len(result.leaks)} LEAK" if result.leaks else "no LEAK")
    if len(rows) > MOST_ROWS:
        words.append(f"the worst {MOST_ROWS} shown")
    return ", ".join(words)


def chosen_cell(result: Isolation, chosen: tuple[str, str] | None) -> VerdictLine | None:
    """The cell under the cursor; for the name of a table its worst."""
    if chosen is None:
        return None
    table, verb = chosen
    if verb != "table":
        return result.cell(table, verb)
    cells = next((cells for name, cells in result.rows() if name == table), ())
    return min(cells, key=lambda cell: severity(cell.verdict), default=None)
