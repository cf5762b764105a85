"""The rows pane: pages by key, sorted, filtered, from table to table along foreign keys. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import DataTable, Input, Static

from toolkit.cancel import CancelToken
from toolkit.reports.table import printable
from toolkit.tui.copying import copy
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.rows import Form, RowsAsked, RowsColumn, RowsPage
from toolkit.tui.screens.schema import asking
from toolkit.tui.screens.schema.cell import CellScreen
from toolkit.tui.screens.schema.find import FilterLine
from toolkit.tui.screens.schema.rows_text import (
    cell_text,
    page_sentence,
    page_title,
    row_text,
    twin,
)
from toolkit.tui.widgets.ask_text import AskTextScreen
from toolkit.tui.widgets.choose_one import ChooseOneScreen

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class RowsTable(DataTable[Text]):
    """The table of a page."""

    HELP = (
        "Rows, read only, 200 at a time by their key, so that a later page costs no more than the first. "
        "NULL is dim; control characters are shown by their codes; enter shows a long value whole."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "rows('next')", "next", id="rows.next", tooltip="the next page"),
        Binding("p", "rows('back')", "prev", id="rows.previous", tooltip="the page before"),
        Binding("s", "rows('sort')", "sort", id="rows.sort", tooltip="sort by this column: up, down, by key"),
        Binding("F", "rows('filter')", "filter", id="rows.filter"),
        Binding("f", "rows('follow')", "follow", id="rows.follow", tooltip="go where the foreign key leads"),
        Binding(
            "b",
            "rows('referring')",
            "referring",
            id="rows.referring",
            tooltip="the rows that refer to this one",
        ),
        Binding("enter", "rows('cell')", "cell", id="rows.cell", tooltip="the whole value"),
        Binding("y", "rows('copy_cell')", "copy cell", id="rows.copy_cell"),
        Binding("Y", "rows('copy_row')", "copy row", id="rows.copy_row"),
        Binding("e", "rows('export')", "export", id="rows.export", tooltip="this page as CSV or JSON"),
        Binding("u", "rows('copy_twin')", "copy command", id="rows.copy_twin", show=False),
        Binding("escape", "rows('leave')", "back", id="rows.back", tooltip="stop reading, go back, close"),
    ]

    def action_rows(self, what: str) -> None:
        """Hand it to the pane."""
        self.post_message(RowsPane.Wanted(what))


class RowsPane(Vertical):
    """Rows of one relation at a time; remembers the way it came."""

    class Wanted(Message):
        """A key of the table was pressed."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Left(Message):
        """The pane is not needed any more."""

    class Failed(Message):
        """The rows could not be read: the relation may have changed, or be gone."""

    def compose(self) -> ComposeResult:
        table = RowsTable(id="rows-table", cursor_type="cell", zebra_stripes=True)
        table.cursor_foreground_priority = "css"
        yield table
        yield Static(id="rows-remark")
        yield FilterLine(id="rows-filter")

    def on_mount(self) -> None:
        self.is_open = False
        self.asked: RowsAsked | None = None
        self.page: RowsPage | None = None
        self._way: list[RowsAsked] = []
        self._token: CancelToken | None = None
        self._warned: str | None = None
        self._estimates: dict[str, int | None] = {}
        self.query_one("#rows-filter").display = False

    @property
    def twin(self) -> str | None:
        """The command line that shows these rows."""
        return twin(self.asked) if self.is_open and self.asked is not None else None

    @property
    def _cockpit(self) -> Cockpit:
        return cast("Cockpit", self.app)

    @property
    def table(self) -> RowsTable:
        """The table."""
        return self.query_one(RowsTable)

    # Reading

    def open(self, key: str, estimates: dict[str, int | None]) -> None:
        """Show the rows of a relation from the beginning; `estimates` are the rows of each, about."""
        self.is_open = True
        self._way, self._estimates = [], estimates
        self.load(RowsAsked(key))
        self.table.focus()

    def load(self, asked: RowsAsked) -> None:
        """Read a page. One that is being read is given up."""
        self.stop("another page is wanted")
        self._warned = None
        self._token = token = CancelToken()
        self._note(f"reading {page_title(asked)} ... esc gives up")
        estimate = self._estimates.get(asked.key)
        self._cockpit.fetch(
            lambda backend: backend.schema.rows.page(asked, token, estimate),
            lambda page: self._loaded(asked, token, page),
        )

    def stop(self, why: str) -> bool:
        """Give up what is being read; False if nothing is."""
        token, self._token = self._token, None
        if token is None:
            return False
        # It opens a connection to cancel the statement, which is nothing for the loop to wait for.
        self.app.run_worker(lambda: token.cancel(why), thread=True, exit_on_error=False, group="facts")
        return True

    def _loaded(self, asked: RowsAsked, token: CancelToken, page: RowsPage | Failure) -> None:
        if token is not self._token or not self.is_mounted:
            return
        self._token = None
        if isinstance(page, Failure):
            self._note(page.text)
            self._cockpit.tell(page.sentence, state="fail")
            self.post_message(self.Failed())
            if self.page is None or self.page.asked.key != asked.key:
                self.asked, self.page = asked, None
                self.table.clear(columns=True)
                self.border_title = Text(page_title(asked))
            return
        moved = self.page is None or self.page.asked.key != asked.key
        self.asked, self.page = asked, page
        self.border_title = Text(page_title(asked))
        self._note("no rows" if not page.rows else "")
        self._fill(page, keep_column=not moved)
        self._cockpit.tell(page_sentence(page), state="ok")

    def _fill(self, page: RowsPage, *, keep_column: bool) -> None:
        table = self.table
        column = table.cursor_column if keep_column else 0
        table.clear(columns=True)
        for number, one in enumerate(page.columns):
            table.add_column(_heading(one, page.asked), key=str(number))
        for number, row in enumerate(page.rows):
            table.add_row(
                *(cell_text(value, was_cut=(number, place) in page.cut) for place, value in enumerate(row))
            )
        table.move_cursor(row=0, column=column, animate=False)

    def _note(self, text: str) -> None:
        remark = self.query_one("#rows-remark", Static)
        remark.display = bool(text)
        remark.update(Text(printable(text.replace("\n", "  "))))

    # What the keys do

    @on(Wanted)
    def do(self, message: Wanted) -> None:
        """Do what a key of the table asks for."""
        page = self.page
        if message.what == "leave":
            self.leave()
        elif page is None:
            self._say("there are no rows here")
        elif message.what in ("next", "back", "sort", "filter"):
            {"next": self._next, "back": self._back, "sort": self._sort, "filter": self._ask_filter}[
                message.what
            ](page)
        elif message.what == "copy_twin":
            self._say(copy(self._cockpit, twin(page.asked), "the command"))
        elif message.what == "export":
            self._ask_export(page)
        elif not page.rows:
            self._say("there are no rows here")
        else:
            self._with_cell(message.what, page)

    def leave(self) -> None:
        """Stop reading, or go back to the rows one came from, or close."""
        if self.stop("escape"):
            self._note("")
            self._say("given up")
        elif self._warned is not None:
            self._warned = None
            self._note("")
            self._say("the order stays as it is")
        elif self._way:
            self.load(self._way.pop())
        else:
            self.post_message(self.Left())

    def _say(self, sentence: str) -> None:
        self._cockpit.tell(sentence, state="idle")

    def _next(self, page: RowsPage) -> None:
        if page.next is None:
            self._say("; ".join(page.remarks) or "this is the last page")
        else:
            self.load(asking.behind(page.asked, page.next))

    def _back(self, page: RowsPage) -> None:
        if page.asked.behind:
            self.load(asking.before(page.asked))
        else:
            self._say("this is the first page")

    def _sort(self, page: RowsPage) -> None:
        wanted = asking.sorted_by(page, self.table.cursor_column)
        warning = asking.warning(page, wanted)
        if warning is not None and self._warned != wanted.sort:
            self._warned = wanted.sort
            self._note(f"W  {warning}. s sorts all the same, esc leaves the order as it is.")
            self._say("not sorted yet: s sorts all the same, esc leaves the order")
            return
        self.load(wanted)

    def _ask_filter(self, page: RowsPage) -> None:
        line = self.query_one(FilterLine)
        line.display = True
        line.value = asking.proposed(page, self.table.cursor_row, self.table.cursor_column)
        line.cursor_position = len(line.value)
        line.focus()

    @on(FilterLine.GivenUp)
    def keep_filter(self) -> None:
        """The rows stay as they are."""
        self.close_filter()

    @on(Input.Submitted, "#rows-filter")
    def filter(self, event: Input.Submitted) -> None:
        """Keep the rows that were asked for."""
        event.stop()
        page = self.page
        self.close_filter()
        if page is None:
            return
        wanted = asking.filtered(page, event.value, self.table.cursor_column)
        if isinstance(wanted, str):
            self._cockpit.tell(wanted, state="fail")
        else:
            self.load(wanted)

    def close_filter(self) -> None:
        """Back to the table."""
        self.query_one("#rows-filter").display = False
        self.table.focus()

    def _with_cell(self, what: str, page: RowsPage) -> None:
        row, column = self.table.cursor_row, self.table.cursor_column
        if what == "follow":
            self._go(page, asking.followed(page, row, column))
        elif what == "referring":
            self._ask_referrer(page, row)
        elif what == "cell":
            self._whole(
                page, row, {column}, lambda values: self._open_cell(page.columns[column], values[column])
            )
        elif what == "copy_cell":
            self._whole(page, row, {column}, lambda values: self._copy(values[column] or "", "the value"))
        else:
            every = set(range(len(page.columns)))
            self._whole(
                page, row, every, lambda values: self._copy(row_text(page, values), "the row as JSON")
            )

    def _go(self, page: RowsPage, wanted: RowsAsked | str) -> None:
        if isinstance(wanted, str):
            self._say(wanted)
        else:
            self._way.append(page.asked)
            self.load(wanted)

    def _ask_referrer(self, page: RowsPage, row: int) -> None:
        """Go to the rows that refer to this one; asks for the foreign key where there are several."""
        if not page.referrers:
            self._say("no foreign key leads here")
        elif len(page.referrers) == 1:
            self._go(page, asking.referring(page, row, 0))
        else:
            texts = [Text(printable(one.words)) for one in page.referrers]
            self.app.push_screen(
                ChooseOneScreen("Rows that refer to this one", texts),
                lambda number: (
                    self._go(page, asking.referring(page, row, number)) if number is not None else None
                ),
            )

    def _whole(self, page: RowsPage, row: int, columns: set[int], then: Any) -> None:
        """The values of a row with these columns whole: what was cut is read again."""
        if not any((row, column) in page.cut for column in columns):
            then(page.rows[row])
            return
        if not page.places:
            self._say("only the beginning can be read: no key tells this row from the others")
            return

        def arrived(found: tuple[str | None, ...] | Failure | None) -> None:
            if isinstance(found, Failure):
                self._cockpit.tell(found.sentence, state="fail")
            elif found is None:
                self._say("this row is not there any more")
            else:
                then(found)

        self._cockpit.fetch(lambda backend: backend.schema.rows.row(page.asked, page.places[row]), arrived)

    def _open_cell(self, column: RowsColumn, value: str | None) -> None:
        def closed(copied: bool | None) -> None:
            if copied:
                self._copy(value or "", "the value")

        self.app.push_screen(CellScreen(column, value), closed)

    def _copy(self, text: str, what: str) -> None:
        self._cockpit.tell(copy(self._cockpit, text, what), state="ok")

    def _ask_export(self, page: RowsPage) -> None:
        def named(path: str | None) -> None:
            if path is None:
                return
            form: Form = "json" if path.lower().endswith(".json") else "csv"
            self._cockpit.fetch(
                lambda backend: backend.schema.rows.export(page.asked, form, path), self._exported
            )

        name = page.asked.key.partition(" ")[2].replace("/", "_").replace('"', "")
        says = (
            "This page, every value whole, as the command line writes it. "
            "Where the name ends in .json it is JSON, else CSV."
        )
        self.app.push_screen(AskTextScreen("Export", says, f"{name}.csv"), named)

    def _exported(self, sentence: str | Failure) -> None:
        if isinstance(sentence, Failure):
            self._cockpit.tell(sentence.sentence, state="fail")
        else:
            self._cockpit.board.note(sentence)
            self._cockpit.tell(sentence, state="ok")


def _heading(column: RowsColumn, asked: RowsAsked) -> Text:
    mark = {column.name: " ^", f"-{column.name}": " v"}.get(asked.sort or "", "")
    key = " ->" if column.references else ""
    return Text(f"{printable(column.name)}{mark}{key}", style="bold", no_wrap=True)
