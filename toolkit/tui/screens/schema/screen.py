"""Mode 2: what is there. A tree of objects, the details of the one under the cursor, and rows below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from toolkit.tui.copying import copy
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.schema import Schema, Tab
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.screens.schema import fixing
from toolkit.tui.screens.schema.details import Choices, Details
from toolkit.tui.screens.schema.find import FindLine
from toolkit.tui.screens.schema.looking import Looking, printable_lines
from toolkit.tui.screens.schema.objects import ObjectList
from toolkit.tui.screens.schema.rows import RowsPane
from toolkit.tui.screens.schema.tree import ObjectTree
from toolkit.tui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

REST: Final = 0.06
"""Seconds that the cursor rests on an object before it is read: who holds a key down reads nothing."""
PANES = ("objects-side", "details", "rows")


class SchemaScreen(ModeScreen):
    """The object tree on the left, details on the right, rows below. Writes nothing but revisions."""

    HELP = (
        "What is in the database. The tree lists it, / finds by some of the letters of a name, and the "
        "letters in brackets choose what is shown: columns, constraints, indexes with their use, policies, "
        "grants, DDL, advice with its fix, drift from migrations and models, tables one foreign key away."
    )
    mode: ClassVar[str] = "schema"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", id="schema.find", key_display="/"),
        Binding("tab", "pane(1)", "pane", id="schema.next_pane", show=False),
        Binding("shift+tab", "pane(-1)", "pane back", id="schema.previous_pane", show=False),
        Binding("escape", "back", "back", id="schema.back", show=False),
        Binding("d", "tab('ddl')", "ddl", id="schema.ddl"),
        Binding("a", "tab('advice')", "advice", id="schema.advice"),
        Binding("m", "tab('models')", "drift", id="schema.drift", tooltip="models and migrations beside it"),
        Binding("g", "tab('graph')", "graph", id="schema.graph", tooltip="tables one foreign key away"),
        Binding("c", "tab('columns')", "columns", id="schema.columns", show=False),
        Binding("o", "tab('constraints')", "constraints", id="schema.constraints", show=False),
        Binding("i", "tab('indexes')", "indexes", id="schema.indexes", show=False),
        Binding("p", "tab('policies')", "policies", id="schema.policies", show=False),
        Binding("t", "tab('grants')", "grants", id="schema.grants", show=False),
    ]

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("schema", lambda backend: backend.schema.read())

    def __init__(self) -> None:
        super().__init__()
        self.objects = ObjectTree()
        self.looking = Looking(self)
        self._shown: Schema | Failure | None = None
        self._drift: object = None
        self._at = "objects-side"
        self._rest: Timer | None = None

    @property
    def twin(self) -> str:
        rows = self.query_one(RowsPane)
        return rows.twin if self._at == "rows" and rows.twin is not None else self.looking.twin

    def panes(self) -> ComposeResult:
        with Vertical(id="schema-body"):
            with Horizontal(id="schema-top"):
                with Vertical(id="objects-side"):
                    yield ObjectList(id="objects")
                    yield FindLine(id="find")
                yield Details(id="details")
            yield RowsPane(id="rows")

    def on_mount(self) -> None:
        self.query_one("#objects-side").border_title = "Objects"
        self.query_one("#details").border_title = "Details"
        self.query_one(FindLine).display = False
        self.arrange_panes()
        super().on_mount()
        self.query_one(ObjectList).focus()

    # Drawing

    def show(self) -> None:
        schema, drift = self.cockpit.board.schema, self.cockpit.board.drift
        if schema is not self._shown:
            self._shown = schema
            self.looking.forget()
            if isinstance(schema, Schema):
                self.objects.take(schema)
                self._draw_tree()
                self._look_at_line()
            elif isinstance(schema, Failure):
                self.query_one(Details).tell(Text(printable_lines(schema.text)))
        if drift is not self._drift:
            self._drift = drift
            if self.looking.tab == "models":
                self.looking.look()

    def _draw_tree(self, keep: str | None = None) -> None:
        tree = self.query_one(ObjectList)
        kept = keep if keep is not None or tree.line is None else tree.line.key
        lines = self.objects.lines()
        tree.tell(lines, cursor=self.objects.place_of(lines, kept), query=self.objects.query)
        self.query_one("#objects-side").border_title = Text(self.objects.title)

    def on_resize(self) -> None:
        super().on_resize()
        self.arrange_panes()

    def arrange_panes(self) -> None:
        """Below 100 columns one pane at a time; rows only when they were asked for."""
        narrow, rows = self.app.size.width < 100, self.query_one(RowsPane)
        for name in ("objects-side", "details"):
            show(self.query_one(f"#{name}"), not narrow or self._at == name)
        show(self.query_one("#schema-top"), not narrow or self._at != "rows")
        show(rows, rows.is_open and (not narrow or self._at == "rows"))

    def go(self, pane: str) -> None:
        """Give the focus to a pane, and show it where only one is shown."""
        self._at = pane
        self.arrange_panes()
        if pane == "objects-side":
            self.query_one(ObjectList).focus()
        elif pane == "details":
            self.query_one(Details).focus_inside()
        else:
            self.query_one(RowsPane).table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        names = {widget.id for widget in event.widget.ancestors_with_self}
        self._at = next((pane for pane in PANES if pane in names), self._at)

    # Moving

    def select(self, key: str) -> None:
        """Go to an object, as the tree or the palette names it."""
        self.objects.query = ""
        self.query_one(FindLine).display = False
        if not self.objects.uncover(key):
            self.cockpit.tell(f"{key} is not there: r reads the catalog again", state="idle")
            return
        self._draw_tree(keep=key)
        self.go("objects-side")
        self._look_at_line()

    @on(ObjectList.Moved)
    def moved(self) -> None:
        """Read what the cursor rests on."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._look_at_line)

    def _look_at_line(self) -> None:
        line = self.query_one(ObjectList).line
        if line is not None and line.key is not None:
            self.looking.key = line.key
            self.looking.look()

    @on(ObjectList.Folded)
    def fold(self, message: ObjectList.Folded) -> None:
        """Open or close a group, with the cursor staying on it."""
        tree = self.query_one(ObjectList)
        self.objects.fold(message.group, is_open=message.is_open)
        tree.tell(self.objects.lines(), cursor=tree.cursor)

    @on(ObjectList.Chosen)
    def chosen(self, message: ObjectList.Chosen) -> None:
        """Open the rows; where one pane is shown at a time, the details."""
        if self.app.size.width < 100:
            self._look_at_line()
            self.go("details")
        else:
            self.open_rows(message.line.key)

    def action_pane(self, way: int) -> None:
        """The next pane, or the one before."""
        there = [pane for pane in PANES if pane != "rows" or self.query_one(RowsPane).is_open]
        at = there.index(self._at) if self._at in there else 0
        self.go(there[(at + way) % len(there)])

    def action_back(self) -> None:
        """From the details to the tree, from a find to everything."""
        if self._at != "objects-side":
            self.go("objects-side")
        elif self.objects.query:
            self.clear_find()

    # Finding

    def action_find(self) -> None:
        """Ask for letters of a name."""
        self._at = "objects-side"
        self.arrange_panes()
        find = self.query_one(FindLine)
        find.display = True
        self.set_focus(find)  # at once: the letters of a fast typist are behind this key already

    @on(Input.Changed, "#find")
    def narrow(self, event: Input.Changed) -> None:
        """Follow each letter."""
        if event.value != self.objects.query:
            self.objects.query = event.value
            self._draw_tree()
            self.moved()

    @on(Input.Submitted, "#find")
    def found(self) -> None:
        """Go into the list with what was found."""
        self.query_one(ObjectList).focus()
        self._look_at_line()

    @on(FindLine.Stepped)
    def step(self, message: FindLine.Stepped) -> None:
        """Move in the list while typing."""
        tree = self.query_one(ObjectList)
        tree.move_to(tree.cursor + message.by)

    @on(FindLine.GivenUp)
    def clear_find(self) -> None:
        """Show everything again, with the cursor on what was found."""
        line = self.query_one(ObjectList).line
        find = self.query_one(FindLine)
        self.objects.query = ""
        find.value = ""
        find.display = False
        if line is not None and line.key is not None:
            self.objects.uncover(line.key)
        self._draw_tree(keep=line.key if line else None)
        self.query_one(ObjectList).focus()

    # Details

    def action_tab(self, tab: Tab) -> None:
        """Show another side of the object; what costs more is started when it is asked for again."""
        again = self.looking.tab == tab
        self.looking.tab = tab
        if tab in ("advice", "graph") or self.app.size.width < 100:
            self.go("details")  # there is something to choose from, or only one pane is shown
        if again and tab == "models":
            self.compare()
        elif again and tab == "advice" and self.looking.advice is None:
            self.ask_rules()
        else:
            self.looking.look()

    @on(Details.Resized)
    def fit(self) -> None:
        """Fit the text to its room."""
        self.looking.look()

    @on(Details.Turned)
    def turned(self, message: Details.Turned) -> None:
        """A tab was clicked."""
        self.action_tab(message.tab)

    def compare(self) -> None:
        """Hold models and migrations against the database."""
        self.cockpit.start(
            "drift",
            "neonkit drift",
            lambda backend, emit, token: backend.schema.drift.compare(emit, token),
            lambda found: self.cockpit.put("drift", found),
        )

    def ask_rules(self) -> None:
        """Ask the rules of advice about a large catalog."""

        def answered(found: object) -> None:
            if not isinstance(found, Failure):
                self.looking.look()

        self.cockpit.start(
            "advice",
            "neonkit schema advise",
            lambda backend, emit, token: backend.schema.advice.ask(emit, token),
            answered,
        )

    @on(OptionList.OptionHighlighted, "#choices")
    def highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the fix of the advice under the cursor."""
        self.looking.highlight(event.option_index)

    @on(OptionList.OptionSelected, "#choices")
    def follow_graph(self, event: OptionList.OptionSelected) -> None:
        """Go to a table of the graph."""
        near = self.looking.neighbour(event)
        if near is not None:
            self.select(near.key)

    @on(Choices.Asked)
    def asked_of_advice(self, message: Choices.Asked) -> None:
        """Copy the fix, or write it as a revision."""
        line = self.looking.advice
        if line is None:
            self.cockpit.action_copy_twin() if message.what == "copy" else self.cockpit.tell(
                "there is no advice here to fix", state="idle"
            )
        elif not line.sql:
            self.cockpit.tell(f"{line.rule}: only a person can close this: {line.fix}", state="idle")
        elif message.what == "copy":
            sql = "".join(f"{statement};\n" for statement in line.sql)
            self.cockpit.tell(copy(self.cockpit, sql, "the SQL of the fix"), state="ok")
        else:
            fixing.ask_and_write(self.cockpit, line)

    # Rows

    @on(Details.RowsWanted)
    def rows_of_details(self) -> None:
        """Open the rows of what is looked at."""
        self.open_rows(self.looking.key)

    def open_rows(self, key: str | None) -> None:
        """Show the rows of a relation."""
        one = self.objects.thing(key) if key is not None else None
        if one is None or not one.has_rows:
            self.cockpit.tell(f"{key or 'this'} has no rows: tables and views have", state="idle")
            return
        rows = self.query_one(RowsPane)
        rows.open(one.key, self.objects.estimates())
        self.go("rows")

    @on(RowsPane.Failed)
    def read_again(self) -> None:
        """What is shown of the object may be as wrong as its rows."""
        self.looking.forget()
        self.cockpit.fetch(lambda backend: backend.schema.readings.forget(), lambda _: self.looking.look())

    @on(RowsPane.Left)
    def close_rows(self) -> None:
        """Rows are not needed any more."""
        self.query_one(RowsPane).is_open = False
        self.go("objects-side")


def show(widget: Widget, shown: bool) -> None:
    """Hide a widget, or leave it to the styles again."""
    if shown:
        widget.styles.clear_rule("display")
    else:
        widget.display = False
