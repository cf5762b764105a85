"""Rows as words: values literally, filters as typed, sorts that cost, along a foreign key, the twin."""

from __future__ import annotations

import dataclasses
import json

import pytest

from toolkit.reports.table import width
from toolkit.tui.facts.rows import Condition, Reference, RowsAsked, RowsColumn, RowsPage
from toolkit.tui.screens.schema import asking
from toolkit.tui.screens.schema.rows_text import (
    cell_text,
    page_sentence,
    page_title,
    row_text,
    twin,
    whole_text,
)

ASKED = RowsAsked("table public.tasks")
TO_USERS = Reference("table public.users", ("user_id",), ("id",))
PAGE = RowsPage(
    asked=ASKED,
    columns=(
        RowsColumn("id", "integer", indexed=True),
        RowsColumn("user_id", "integer", indexed=False, references=(TO_USERS,)),
        RowsColumn("a=b", "text", indexed=False),
    ),
    rows=(("1", "7", None), ("2", None, "x" * 500)),
    next="CURSOR",
    cut=frozenset({(1, 2)}),
    estimate=2_000_000,
    milliseconds=4.2,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "NULL"),
        ("NULL", '"NULL"'),
        ("", ""),
        ("[red]x[/red]", "[red]x[/red]"),
        ("a\tb\n\x1b[31m", r"a\tb\n\x1b[31m"),
        ("\u202eabc", r"\u202eabc"),
        ("x" * 60, "x" * 39 + "…"),
        ("家" * 30, "家" * 19 + "…"),
    ],
)
def test_a_cell_shows_its_value_literally(value: str | None, shown: str) -> None:
    text = cell_text(value, was_cut=False)
    assert text.plain == shown
    assert width(text.plain) <= 40
    assert text.spans == []


def test_a_value_that_was_cut_says_so() -> None:
    assert cell_text("short", was_cut=True).plain == "short…"


@pytest.mark.parametrize(
    ("value", "type_", "shown"),
    [
        (None, "text", "NULL"),
        ("a\nb\x07", "text", "a\nb\\x07"),
        ('{"a": [1.10, {}, []], "b": "x, {y}\\""}', "jsonb",
         '{\n  "a": [\n    1.10,\n    {},\n    []\n  ],\n  "b": "x, {y}\\""\n}'),
        ("[1]", "text", "[1]"),
    ],
)  # fmt: skip
def test_a_whole_value(value: str | None, type_: str, shown: str) -> None:
    assert whole_text(value, type_) == shown
    if type_ == "jsonb" and value is not None:
        assert json.loads(shown) == json.loads(value)


@pytest.mark.parametrize(
    ("typed", "column", "wanted"),
    [
        ("user_id=7", 0, (Condition("user_id", "7"),)),
        ("a=b=c", 0, (Condition("a=b", "c"),)),
        ("user_id is null", 0, (Condition("user_id", None),)),
        ("7", 1, (Condition("user_id", "7"),)),
        ("x=y", 0, "there is no column x"),
        ("http://x?a=1", 2, (Condition("a=b", "http://x?a=1"),)),
        ("  ", 1, ()),
    ],
)
def test_what_is_typed_as_a_filter(typed: str, column: int, wanted: object) -> None:
    found = asking.filtered(PAGE, typed, column)
    assert (found if isinstance(found, str) else found.where) == wanted


def test_filters_of_other_columns_stay_and_the_page_is_the_first() -> None:
    deep = dataclasses.replace(
        PAGE, asked=dataclasses.replace(ASKED, where=(Condition("id", "1"),), behind=("A", "B"))
    )
    found = asking.filtered(deep, "user_id=7", 0)
    assert isinstance(found, RowsAsked)
    assert (found.where, found.page) == ((Condition("id", "1"), Condition("user_id", "7")), 1)


def test_the_order_turns_and_a_costly_one_is_warned_about() -> None:
    up = asking.sorted_by(PAGE, 1)
    down = asking.sorted_by(dataclasses.replace(PAGE, asked=up), 1)
    none = asking.sorted_by(dataclasses.replace(PAGE, asked=down), 1)
    assert [one.sort for one in (up, down, none)] == ["user_id", "-user_id", None]
    assert "~2,000,000 rows" in (asking.warning(PAGE, up) or "")
    assert asking.warning(PAGE, asking.sorted_by(PAGE, 0)) is None
    assert asking.warning(PAGE, none) is None
    assert asking.warning(dataclasses.replace(PAGE, estimate=50), up) is None
    assert "sorting all rows" in (asking.warning(dataclasses.replace(PAGE, estimate=None), up) or "")


@pytest.mark.parametrize(
    ("row", "column", "wanted"),
    [
        (0, 1, RowsAsked("table public.users", (Condition("id", "7"),))),
        (1, 1, "user_id is NULL here: it leads nowhere"),
        (0, 0, "no foreign key is on id; there is one on user_id"),
    ],
)
def test_where_a_foreign_key_leads(row: int, column: int, wanted: object) -> None:
    assert asking.followed(PAGE, row, column) == wanted


@pytest.mark.parametrize(
    ("row", "number", "wanted"),
    [
        (0, 0, RowsAsked("table public.links", (Condition("task_id", "1"), Condition("owner", "7")))),
        (1, 0, "user_id is NULL here: it leads nowhere"),
        (1, 1, RowsAsked("table public.tasks", (Condition("above", "2"),))),
    ],
)
def test_which_rows_refer_to_one(row: int, number: int, wanted: object) -> None:
    links = Reference("table public.links", ("id", "user_id"), ("task_id", "owner"))
    tree = Reference("table public.tasks", ("id",), ("above",))
    page = dataclasses.replace(PAGE, referrers=(links, tree))
    assert asking.referring(page, row, number) == wanted
    assert links.words == "public.links  by task_id, owner"


def test_pages_are_walked_by_cursors() -> None:
    second = asking.behind(ASKED, "A")
    third = asking.behind(second, "B")
    assert (third.page, asking.before(third)) == (3, second)


def test_the_twin_and_the_title_say_what_is_asked() -> None:
    asked = RowsAsked(
        'table public."My Table"', (Condition("a b", "it's"), Condition("c", None)), "-c", ("X", "Y")
    )
    assert twin(asked) == (
        """neonkit schema rows 'public."My Table"' --where 'a b=it'"'"'s' --null c --sort=-c"""
        " --page-size 200 --after Y"
    )
    assert page_title(asked) == (
        """Rows  public."My Table"   page 3   by c descending   where a b=it's, c is null"""
    )
    assert page_sentence(PAGE) == "read 2 rows in 4 ms"
    assert page_sentence(dataclasses.replace(PAGE, next=None)) == "read 2 rows in 4 ms, all of them"
    assert json.loads(row_text(PAGE, PAGE.rows[0])) == {"id": "1", "user_id": "7", "a=b": None}
