"""Looking at an object: what is asked of the backend, what was kept of it, and how it is drawn."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual.content import Content
from textual.highlight import highlight

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.schema import (
    EVERYTHING,
    AdviceLine,
    AdviceView,
    Drift,
    Neighbour,
    ObjectLine,
    ObjectView,
    Schema,
    Tab,
)
from toolkit.tui.screens.schema import choices
from toolkit.tui.screens.schema.details import Choices, Details
from toolkit.tui.screens.schema.drift_text import drift_text
from toolkit.tui.screens.schema.sections import sections_text
from toolkit.tui.widgets.option_list import OptionList
from toolkit.tui.widgets.words import count, size

if TYPE_CHECKING:
    from toolkit.tui.screens.schema.screen import SchemaScreen

_KEPT: Final = 200
"""Views that are kept; the oldest goes first."""
_COMMANDS: Final[dict[Tab, str]] = {
    "ddl": "neonkit schema ddl",
    "advice": "neonkit schema advise",
    "graph": "neonkit schema diagram",
    "models": "neonkit drift",
    "indexes": "neonkit schema sizes --indexes --limit 0",
}


class Looking:
    """The object and the tab that are looked at."""

    def __init__(self, screen: SchemaScreen) -> None:
        self._screen = screen
        self.key = EVERYTHING
        self.tab: Tab = "columns"
        self._kept: dict[tuple[str, Tab], ObjectView | AdviceView] = {}
        self._advice: tuple[AdviceLine, ...] = ()
        self._near: list[Neighbour | None] = []

    def forget(self) -> None:
        """The catalog was read anew."""
        self._kept.clear()

    @property
    def _details(self) -> Details:
        return self._screen.query_one(Details)

    def look(self) -> None:
        """Show what is known, or ask for it."""
        key, tab = self.key, self.tab
        details = self._details
        details.turn_to(tab)
        one = self._screen.objects.thing(key)
        details.border_title = Text(headline(key, one, self._screen.cockpit.board.schema))
        if tab == "models":
            self._show_drift()
        elif (kept := self._kept.get((key, tab))) is not None:
            self._draw(kept)
        elif tab == "advice":
            self._screen.cockpit.fetch(
                lambda backend: backend.schema.advice.about(key), lambda found: self._arrived(key, tab, found)
            )
        else:
            self._screen.cockpit.fetch(
                lambda backend: backend.schema.look(key, tab), lambda found: self._arrived(key, tab, found)
            )

    def _arrived(self, key: str, tab: Tab, found: ObjectView | AdviceView | Failure | None) -> None:
        if isinstance(found, ObjectView | AdviceView):
            self._kept[key, tab] = found
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        if (key, tab) != (self.key, self.tab) or not self._screen.is_mounted:
            return  # the cursor moved on while this was read
        if isinstance(found, Failure):
            self._details.tell(Text(printable_lines(found.text)))
        elif found is None:
            said = "The rules look at the whole catalog, which is large here.\n\nPress a again to ask them."
            self._details.tell(Text(said))
        else:
            self._draw(found)

    def _draw(self, found: ObjectView | AdviceView) -> None:
        details = self._details
        if isinstance(found, AdviceView):
            self._advice = found.lines
            if found.lines:
                columns = details.columns - 2
                details.choose_from(
                    [(choices.advice_text(line, columns, about=found.key), True) for line in found.lines]
                )
                self.highlight(0)
            else:
                details.tell(Text(choices.advice_remark(found)))
        elif found.neighbours:
            lines = choices.graph_lines(found.key, found.neighbours)
            self._near = [near for _, near in lines]
            details.choose_from([(text, near is not None) for text, near in lines])
        elif found.sql is not None and not found.sections:
            details.tell(sql_text(found.sql))
        else:
            text = sections_text(found.sections, details.columns, found.remark)
            if found.sql is not None:
                text.append(f"\n\n{printable_lines(found.sql)}")
            details.tell(text)

    def _show_drift(self) -> None:
        drift = self._screen.cockpit.board.drift
        if isinstance(drift, Failure):
            self._details.tell(Text(printable_lines(drift.text)))
        elif drift is None:
            said = (
                "Not compared yet.\n\nPress m again: migrations and models are built in scratch databases "
                "and held against this one, which is only read."
            )
            self._details.tell(Text(said))
        else:
            self._details.tell(self._drift_text(drift))

    def _drift_text(self, drift: Drift) -> Text:
        path = path_of(self.key, self._screen.objects.thing(self.key))
        return drift_text(drift, self.key, path, self._details.columns)

    def highlight(self, number: int | None) -> None:
        """Another line of the list is under the cursor."""
        if self.tab == "advice" and number is not None and number < len(self._advice):
            self._details.tell_fix(choices.fix_text(self._advice[number], self._details.columns))
        else:
            self._details.tell_fix(None)

    @property
    def advice(self) -> AdviceLine | None:
        """The advice under the cursor."""
        number = self._screen.query_one(Choices).highlighted
        if self.tab != "advice" or number is None or number >= len(self._advice):
            return None
        return self._advice[number]

    def neighbour(self, chosen: OptionList.OptionSelected) -> Neighbour | None:
        """The table that was chosen in the graph."""
        if self.tab != "graph" or chosen.option_index >= len(self._near):
            return None
        return self._near[chosen.option_index]

    @property
    def twin(self) -> str:
        """The command line that shows the same."""
        name = self.key.partition(" ")[2] if self.tab == "graph" else self.key
        if self.tab in ("models", "indexes") and (self.tab == "models" or not self.key):
            return _COMMANDS[self.tab]
        command = (
            _COMMANDS.get(self.tab, "neonkit schema show") if self.tab != "indexes" else "neonkit schema show"
        )
        return f"{command} {shlex.quote(name)}" if self.key else command


def headline(key: str, one: ObjectLine | None, schema: Schema | Failure | None) -> str:
    """The title of the details: the object, its size, about how many rows."""
    if key == EVERYTHING:
        return f"database {printable(schema.database)}" if isinstance(schema, Schema) else "Details"
    facts = [printable(key)]
    if one is not None and one.size_bytes is not None:
        facts.append(size(one.size_bytes))
    if one is not None and one.rows is not None:
        facts.append(f"~{count(one.rows)} {'row' if one.rows == 1 else 'rows'}")
    return "   ".join(facts)


def path_of(key: str, one: ObjectLine | None) -> tuple[str, ...]:
    """The names that lead to an object; of a schema its name."""
    if one is None:
        name = key.partition(" ")[2]
        return (name[1:-1].replace('""', '"') if name.startswith('"') else name,)
    return (one.name,) if one.schema is None else (one.schema, one.name)


def sql_text(sql: str) -> Content:
    """SQL in colours; control characters are shown by their codes."""
    return highlight(printable_lines(sql), language="postgresql")


def printable_lines(text: str) -> str:
    """The text line by line, tabs widened, control characters escaped."""
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.splitlines())
