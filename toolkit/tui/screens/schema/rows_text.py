"""Rows as words: cells, the title of a page, filters as they are typed, the command line's twin. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from typing import Final

from rich.text import Text

from toolkit.reports.table import printable
from toolkit.schema.spelling import value_text
from toolkit.tui.facts.rows import PAGE, Condition, RowsAsked, RowsPage
from toolkit.tui.widgets.words import cut

CELL_COLUMNS: Final = 40
"""Columns of a value in the table; all of it is shown when it is opened."""
MANY: Final = 10_000
"""From so many rows on a sort without an index is asked about before it is done."""
_IS_NULL: Final = " is null"
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def cell_text(value: str | None, *, was_cut: bool) -> Text:
    """A value in the table: literally, control characters escaped, NULL as a dim word."""
    if value is None:
        return Text("NULL", style="dim italic", no_wrap=True)
    shown = printable(value_text(value, cut=was_cut))
    return Text(cut(shown, CELL_COLUMNS), no_wrap=True)


def whole_text(value: str | None, type_: str) -> str:
    """A value on its own, as it is kept; JSON stands on lines of its parts, and lines stay lines."""
    if value is None:
        return "NULL"
    shown = json_lines(value) if type_ in ("json", "jsonb") else value
    return "\n".join(printable(line) for line in shown.split("\n"))


def json_lines(text: str) -> str:
    """JSON with a line for each part. Only white space is added: all else stays as it is written."""
    made: list[str] = []
    depth = 0
    for part in _TOKEN.findall(text):
        if part in "{[":
            depth += 1
            made.append(f"{part}\n{'  ' * depth}")
        elif part in "}]":
            depth -= 1
            empty = bool(made) and made[-1].strip() in ("{", "[")
            made[-1:] = [f"{made[-1].strip()}{part}"] if empty else [made[-1], f"\n{'  ' * depth}{part}"]
        elif part == ",":
            made.append(f",\n{'  ' * depth}")
        else:
            made.append(": " if part == ":" else part)
    return "".join(made)


def order_words(asked: RowsAsked) -> str:
    """The order in words."""
    if asked.sort is None:
        return "by key"
    column = asked.sort.removeprefix("-")
    return f"by {printable(column)} {'descending' if asked.sort.startswith('-') else 'ascending'}"


def page_title(asked: RowsAsked) -> str:
    """The title of the rows pane."""
    filters = ", ".join(printable(one.words) for one in asked.where)
    words = ["Rows  " + printable(asked.key.partition(" ")[2]), f"page {asked.page}", order_words(asked)]
    return "   ".join([*words, f"where {filters}"] if filters else words)


def page_sentence(page: RowsPage) -> str:
    """What was read, for the job line."""
    count = len(page.rows)
    more = "" if page.next else ", the last page" if page.asked.behind else ", all of them"
    if page.next is None and page.remarks:
        more = ""
    said = "; ".join(page.remarks)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return f"read {rows} in {page.milliseconds:.0f} ms{more}{f'; {said}' if said else ''}"


def condition(text: str, columns: Sequence[str], here: str) -> Condition | str:
    """What was typed as a filter, or a sentence on what is wrong with it.

    `column=value`, `column is null`, or a value alone for the column under the cursor.
    """
    name = text[: -len(_IS_NULL)].strip()
    if text.lower().endswith(_IS_NULL) and name in columns:
        return Condition(name, None)
    for place in [place for place, letter in enumerate(text) if letter == "="][::-1]:
        if text[:place] in columns:
            return Condition(text[:place], text[place + 1 :])
    name, equals, _ = text.partition("=")
    if equals and name.strip().replace("_", "").isalnum():
        return f"there is no column {name.strip()}"
    return Condition(here, text)


def twin(asked: RowsAsked) -> str:
    """The command line that shows the same page."""
    words = ["neonkit", "schema", "rows", asked.key.partition(" ")[2]]
    for one in asked.where:
        words += ["--null", one.column] if one.value is None else ["--where", f"{one.column}={one.value}"]
    if asked.sort is not None:
        words += ["--sort", asked.sort] if not asked.sort.startswith("-") else [f"--sort={asked.sort}"]
    words += ["--page-size", str(PAGE)]
    if asked.behind:
        words += ["--after", asked.behind[-1]]
    return shlex.join(words)


def row_text(page: RowsPage, values: Sequence[str | None]) -> str:
    """A row as one JSON object, every value the server's own text."""
    names = [column.name for column in page.columns]
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
