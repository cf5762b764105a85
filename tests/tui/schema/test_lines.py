"""The tree and the details as text: nothing wider than its room, nothing lost, nothing obeyed."""

from __future__ import annotations

import pytest

from toolkit.reports.table import width
from toolkit.tui.facts.schema import (
    EVERYTHING,
    AdviceLine,
    Drift,
    DriftLine,
    Neighbour,
    ObjectLine,
    Schema,
    SchemaSection,
)
from toolkit.tui.screens.schema.choices import advice_text, fix_text, graph_lines
from toolkit.tui.screens.schema.details import tab_at, tabs_text
from toolkit.tui.screens.schema.drift_text import drift_text
from toolkit.tui.screens.schema.lines import TreeLine, line_text
from toolkit.tui.screens.schema.looking import path_of
from toolkit.tui.screens.schema.sections import pieces, sections_text
from toolkit.tui.screens.schema.tree import ObjectTree

WIDTHS = (24, 40, 60, 76, 120)


def table(name: str, schema: str = "app", **more: object) -> ObjectLine:
    """A table of the tree."""
    return ObjectLine(f"table {schema}.{name}", "table", schema, name, **more)  # type: ignore[arg-type]


SCHEMA = Schema(
    database="demo",
    schemas=(("app", "schema app"), ("odd [red]", 'schema "odd [red]"')),
    objects=(
        table("orders", size_bytes=9_771_050_598, rows=21_480_112),
        table("orders_2025", partition=True, size_bytes=8192),
        table("x", "odd [red]"),
        ObjectLine("view app.busy", "view", "app", "busy"),
        ObjectLine("extension citext", "extension", None, "citext"),
    ),
    counts=("3 tables",),
    tables=(),
    measured=True,
)


def tree() -> ObjectTree:
    """The tree as it is at first."""
    made = ObjectTree()
    made.take(SCHEMA)
    return made


def test_objects_stand_by_schema_and_kind_and_partitions_are_folded() -> None:
    assert [(line.depth, line.label, line.key) for line in tree().lines()] == [
        (0, "demo", EVERYTHING),
        (0, "app", "schema app"),
        (1, "tables", None),
        (2, "orders", "table app.orders"),
        (1, "partitions", None),
        (1, "views", None),
        (2, "busy", "view app.busy"),
        (0, "odd [red]", 'schema "odd [red]"'),
        (1, "tables", None),
        (2, "x", "table odd [red].x"),
        (0, "extensions", None),
        (1, "citext", "extension citext"),
    ]


def test_what_is_found_stands_flat_and_what_is_uncovered_is_shown() -> None:
    made = tree()
    made.query = "orders"
    assert [line.label for line in made.lines()] == ["app.orders", "app.orders_2025"]
    assert made.title == "Objects  2 of 5"
    made.query = ""
    assert made.uncover("table app.orders_2025")
    lines = made.lines()
    assert lines[made.place_of(lines, "table app.orders_2025")].label == "orders_2025"
    assert not made.uncover("table app.gone")
    made.fold("app", is_open=False)
    assert "orders" not in [line.label for line in made.lines()]


@pytest.mark.parametrize("columns", [8, 20, 34, 80])
@pytest.mark.parametrize(
    "name", ["orders", "a_name_that_is_longer_than_every_list", "家族の予定表", "[red]\x1b[31m\n"]
)
def test_a_line_is_exactly_as_wide_as_its_room(name: str, columns: int) -> None:
    line = TreeLine(1, name, "table x", "9.1 GB", thing=table(name))
    text = line_text(line, columns, cursor=True, query="o").plain
    assert width(text) in (columns, columns - 1)
    assert text[0] == ">"
    assert "\x1b" not in text


SECTION = SchemaSection(
    "columns",
    ("key", "name", "type", "null", "default", "comment"),
    (
        ("PK", "id", "uuid", "no", "gen_random_uuid()", ""),
        ("", "a_name_of_a_column_that_is_quite_long", "character varying(200)", "yes", "", ""),
        ("", "[bold]markup[/]", "text", "yes", "'a default of several words and with 家 in it'::text", ""),
    ),
)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_section_fits_its_room_and_loses_nothing(columns: int) -> None:
    text = sections_text((SECTION,), columns, "refs out: users").plain
    assert max(width(line) for line in text.splitlines()) <= columns
    together = "".join(text.split())
    for row in SECTION.rows:
        for cell in row:
            if columns >= 60 or len(cell) < 10:
                assert all(word in together for word in cell.split() if len(word) < 12)
    assert "comment" not in text
    assert "refs out: users" in text


@pytest.mark.parametrize(
    ("line", "room", "parts"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("家家家", 4, ["家家", "家"]),
    ],
)
def test_lines_are_cut_between_words(line: str, room: int, parts: list[str]) -> None:
    assert pieces(line, room) == parts


ADVICE = AdviceLine(
    rule="fk-without-index",
    severity="warning",
    subject="app.orders.fk_customer",
    sentence="No index begins with (customer_id), which a delete of a customer looks for.",
    facts=("rows: 21480112",),
    fix="create it without blocking writers",
    sql=('CREATE INDEX CONCURRENTLY "ix [red]" ON app.orders (customer_id)',),
)


@pytest.mark.parametrize("columns", WIDTHS)
def test_advice_and_its_fix_fit(columns: int) -> None:
    said, fix = advice_text(ADVICE, columns, about="table app.orders").plain, fix_text(ADVICE, columns).plain
    assert said.startswith("W fk-without-index  fk_customer\n")
    assert "CONCURRENTLY" in fix
    assert "[red]" in "".join(fix.split())
    for line in (*said.splitlines()[1:], *fix.splitlines()):
        assert width(line) <= columns


def test_the_tables_one_foreign_key_away() -> None:
    near = (
        Neighbour("table app.items", False, ("order_id",), ""),
        Neighbour("table app.customers", True, ("customer_id",), "optional"),
    )
    lines = graph_lines("table app.orders", near)
    assert [text.plain for text, _ in lines] == [
        "app.orders refers to",
        "  -> app.customers  by customer_id   optional",
        "app.orders is referred to by",
        "  <- app.items      by order_id",
    ]
    assert [one for _, one in lines] == [None, near[1], None, near[0]]


NOTE = DriftLine(
    key="column app.orders.note",
    path=("app", "orders", "note"),
    attribute="type",
    models="text",
    migrations="varchar(20)",
    pending="text",
    database="text",
    cause="somebody moved",
    fix="Decide.",
)
LOST = DriftLine(
    key="table app.lost",
    path=("app", "lost"),
    attribute="existence",
    models="-",
    migrations="absent",
    pending="absent",
    database="present",
    cause="by hand",
    fix="Write a revision.",
)
DRIFT = Drift((NOTE, LOST), ("unknown: models: env.py gives none",), "2 differences")


@pytest.mark.parametrize("columns", WIDTHS)
def test_drift_stands_side_by_side(columns: int) -> None:
    everything = drift_text(DRIFT, EVERYTHING, (), columns).plain
    assert max(width(line) for line in everything.splitlines()) <= columns
    assert "2 differences" in everything
    assert "unknown" in everything
    one = drift_text(DRIFT, "table app.orders", ("app", "orders"), 76).plain
    assert "text                      varchar(20); pending:     text" in one
    assert "app.lost" not in one
    agreed = drift_text(DRIFT, "table app.items", ("app", "items"), 76).plain
    assert agreed.startswith("database, migrations and models agree on table app.items")


@pytest.mark.parametrize("columns", [30, 60, 100])
def test_a_click_finds_the_tab_under_it(columns: int) -> None:
    text = tabs_text("ddl", columns).plain
    assert "*[d]dl" in text
    for row, line in enumerate(text.splitlines()):
        assert len(line) <= columns
        for label, tab in (("[c]olumns", "columns"), ("*[d]dl", "ddl"), ("[g]raph", "graph")):
            if label in line:
                assert tab_at("ddl", columns, line.index(label), row) == tab
    assert tab_at("ddl", columns, 0, 9) is None


@pytest.mark.parametrize(
    ("key", "one", "path"),
    [
        ("table app.orders", SCHEMA.objects[0], ("app", "orders")),
        ("extension citext", SCHEMA.objects[4], ("citext",)),
        ('schema "odd ""x"""', None, ('odd "x"',)),
    ],
)
def test_the_way_to_an_object(key: str, one: ObjectLine | None, path: tuple[str, ...]) -> None:
    assert path_of(key, one) == path
