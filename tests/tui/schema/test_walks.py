"""Mode 2 by keys alone, on a real database with values that are hard to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject, asks, until, words
from fixtures.command_line import Neonkit
from rich.text import Text
from sqlalchemy import NullPool, create_engine
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from toolkit.tui.app import Cockpit
from toolkit.tui.backend.schema import readings
from toolkit.tui.facts.rows import Condition, RowsPage
from toolkit.tui.facts.schema import Drift, Schema
from toolkit.tui.screens.schema import asking
from toolkit.tui.screens.schema.cell import CellScreen
from toolkit.tui.screens.schema.objects import ObjectList
from toolkit.tui.screens.schema.rows import RowsPane
from toolkit.tui.screens.schema.screen import SchemaScreen
from toolkit.tui.widgets.ask_text import AskTextScreen
from toolkit.tui.widgets.choose_one import ChooseOneScreen

OBJECTS = r"""
create table people (id integer primary key, name text not null, boss integer references people);
insert into people select i, 'person ' || i, nullif(i - 1, 0) from generate_series(1, 450) i;
create table orders (id integer primary key, person_id integer references people, "a [red]note" text,
  data jsonb);
create index on orders (person_id);
insert into orders values (1, 7, e'tab\t bell\x07 [red]x[/red]', '{"a": [1.50]}'), (2, null, '', null),
  (3, 8, repeat('long ', 400), null);
create view busy as select person_id from orders;
create table doomed (id integer primary key);
insert into doomed select generate_series(1, 300);
analyze
"""


@pytest.fixture
def project(cockpit_project: CockpitProject, monkeypatch: pytest.MonkeyPatch) -> CockpitProject:
    """A project whose database holds the objects of these tests, in a terminal that takes OSC 52."""
    monkeypatch.setenv("TERM", "xterm-256color")
    run(cockpit_project, OBJECTS)
    return cockpit_project


def run(project: CockpitProject, sql: str) -> None:
    """SQL of somebody else's."""
    engine = create_engine(project.url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        connection.connection.cursor().execute(sql)
    engine.dispose()


async def in_schema(pilot: Pilot[int], app: Cockpit, found: str = "") -> SchemaScreen:
    """Mode 2 with its tree; with letters of a name, on what they find."""
    await until(pilot, lambda: isinstance(app.board.schema, Schema), "the catalog")
    await pilot.press("2")
    screen = app.screen
    assert isinstance(screen, SchemaScreen)
    await until(pilot, lambda: bool(screen.query_one(ObjectList).lines), "the tree")
    if found:
        await pilot.press("slash", *found, "enter")
    return screen


def details(screen: SchemaScreen) -> str:
    """The title of the details."""
    return str(screen.query_one("#details").border_title)


def page_of(screen: SchemaScreen) -> RowsPage:
    """The page that is shown."""
    page = screen.query_one(RowsPane).page
    assert page is not None
    return page


async def open_rows(pilot: Pilot[int], screen: SchemaScreen, key: str) -> RowsPage:
    """The rows of the object under the cursor."""
    await until(pilot, lambda: key in details(screen), "the object")
    await pilot.press("enter")
    rows = screen.query_one(RowsPane)
    await until(pilot, lambda: rows.page is not None and rows.page.asked.key == key, "its rows")
    return page_of(screen)


async def test_every_side_of_an_object(project: CockpitProject) -> None:
    app = project.open()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await in_schema(pilot, app, "ord")
        await until(pilot, lambda: "table public.orders" in details(screen), "the object")
        for key, seen in (
            ("c", "a [red]note"),
            ("o", "orders_person_id_fkey"),
            ("i", "orders_person_id_idx"),
            ("p", "row security"),
            ("t", "owner"),
            ("d", "CREATE TABLE public.orders"),
            ("a", "fix:"),
            ("g", "[g]raph"),
        ):
            await pilot.press(key)
            await until(pilot, lambda seen=seen: seen in words(pilot), seen)  # type: ignore[misc]
        await until(pilot, lambda: screen.query_one("#choices").has_focus, "the graph")
        assert screen.twin == "neonkit schema diagram public.orders"
        await pilot.press("enter")
        await until(pilot, lambda: "table public.people" in details(screen), "the table one hop away")
        await pilot.press("escape", "home", "c")
        await until(pilot, lambda: "by size, 3 of 3" in words(pilot), "the database")


async def test_rows_by_pages_order_filter_and_foreign_key(
    project: CockpitProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MANY", 100)
    app = project.open()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await in_schema(pilot, app, "peop")
        first = await open_rows(pilot, screen, "table public.people")
        assert [row[0] for row in first.rows] == [str(number) for number in range(1, 201)]
        await pilot.press("p")
        assert app.board.line == "this is the first page"
        await pilot.press("n")
        await until(pilot, lambda: page_of(screen).asked.page == 2, "the next page")
        assert page_of(screen).rows[0][0] == "201"
        await pilot.press("p")
        await until(pilot, lambda: page_of(screen).asked.page == 1, "the page before")
        await pilot.press("right", "s")
        await until(pilot, lambda: "sorting ~450 rows may take long" in words(pilot), "what it costs")
        await pilot.press("escape")
        await until(pilot, lambda: app.board.line == "the order stays as it is", "the sort to be given up")
        assert "may take long" not in words(pilot)
        assert page_of(screen).asked.sort is None
        await pilot.press("s", "s")
        await until(pilot, lambda: page_of(screen).asked.sort == "name", "the order")
        assert page_of(screen).rows[1][0] == "10"
        await pilot.press("right", "f")
        await until(
            pilot, lambda: page_of(screen).asked.where != () or "nowhere" in app.board.line, "the row"
        )
        assert "boss is NULL here" in app.board.line
        await pilot.press("down", "f")
        await until(pilot, lambda: page_of(screen).asked.where != (), "the boss")
        assert page_of(screen).rows == (("9", "person 9", "8"),)
        await pilot.press("escape")
        await until(pilot, lambda: page_of(screen).asked.sort == "name", "the rows one came from")
        await pilot.press("F")
        line = screen.query_one("#rows-filter", Input)
        await until(pilot, lambda: line.has_focus, "the line for the filter")
        assert line.value.startswith("boss")
        line.value = "name=person 33"
        await pilot.press("enter")
        await until(pilot, lambda: len(page_of(screen).rows) == 1, "what is left")
        assert screen.twin == (
            "neonkit schema rows public.people --where 'name=person 33' --sort name --page-size 200"
        )
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, ChooseOneScreen), "who refers here")
        assert "public.orders  by person_id" in offered(app)
        await pilot.press(*("down" for _ in range(offered(app).index("public.people  by boss"))), "enter")
        await until(pilot, lambda: page_of(screen).asked.where == (Condition("boss", "33"),), "the referring")
        assert page_of(screen).rows == (("34", "person 34", "33"),)
        await pilot.press("F")
        await until(pilot, lambda: line.has_focus, "the line for the filter")
        await pilot.press("escape")
        assert screen.query_one(RowsPane).table.has_focus
        assert not line.display
        await pilot.press("escape")
        await until(pilot, lambda: page_of(screen).asked.sort == "name", "the rows one came from")
        await pilot.press("escape")
        await until(pilot, lambda: not screen.query_one(RowsPane).display, "the rows to be closed")


def offered(app: Cockpit) -> list[str]:
    """What can be chosen from."""
    lines = app.screen.query_one(OptionList)
    return [str(lines.get_option_at_index(number).prompt) for number in range(lines.option_count)]


async def test_values_are_shown_copied_and_exported_as_they_are(
    project: CockpitProject, neonkit: Neonkit
) -> None:
    app = project.open()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await in_schema(pilot, app, "orders")
        page = await open_rows(pilot, screen, "table public.orders")
        table = screen.query_one(RowsPane).table
        shown = [[str(Text.assemble(cell).plain) for cell in table.get_row_at(row)] for row in range(3)]
        assert shown[0] == ["1", "7", r"tab\t bell\x07 [red]x[/red]", '{"a": [1.50]}']
        assert shown[1] == ["2", "NULL", "", "NULL"]
        assert shown[2][2].endswith("long…")
        assert (2, 2) in page.cut
        await pilot.press("right", "right", "y")
        await until(pilot, lambda: "copied the value" in app.board.line, "the copy")
        assert app.clipboard == "tab\t bell\x07 [red]x[/red]"
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CellScreen), "the whole value")
        title = Content.from_markup(str(app.screen.query_one("#cell").border_title)).plain
        assert title == "a [red]note   text   2,000 characters"
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "long " * 400, "all of it")
        await pilot.press("Y")
        await until(pilot, lambda: app.clipboard.startswith('{"id": "3"'), "the row")
        for name, option in (("out.csv", "--csv"), ("out.json", "--json")):
            await pilot.press("e")
            await until(pilot, lambda: isinstance(app.screen, AskTextScreen), "the question")
            app.screen.query_one(Input).value = name
            await pilot.press("enter")
            await until(pilot, lambda name=name: name in app.board.line, "the file")  # type: ignore[misc]
            told = neonkit(
                "schema", "rows", "public.orders", "--page-size", "200", option,
                "--url", project.url.reveal_plain(), cwd=project.directory,
            )  # fmt: skip
            assert (project.directory / name).read_text("utf-8") == told.out
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, AskTextScreen), "the question")
        app.screen.query_one(Input).value = "out.csv"
        await pilot.press("enter")
        await until(pilot, lambda: "was not written" in app.board.line, "the refusal")
        assert not list(Path(project.directory).glob(".out*"))


async def test_what_is_dropped_meanwhile_is_said_calmly(
    project: CockpitProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "LARGE", 1)
    app = project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await in_schema(pilot, app, "doo")
        await pilot.press("enter")
        await until(pilot, lambda: "primary key" in words(pilot) or "PK" in words(pilot), "its columns")
        assert not screen.query_one(ObjectList).display or not screen.query_one("#objects-side").display
        await pilot.press("enter")
        await until(pilot, lambda: screen.query_one(RowsPane).page is not None, "its rows")
        run(project, "drop table doomed")
        await pilot.press("n")
        await until(pilot, lambda: "there is no such relation" in app.board.line, "what happened")
        assert len(page_of(screen).rows) == 200
        await pilot.press("escape")
        await until(pilot, lambda: screen.query_one("#objects-side").has_focus_within, "the tree")
        await pilot.press("d")
        await until(pilot, lambda: "doomed is not there any more" in words(pilot), "what happened")
        await pilot.press("a")
        await until(pilot, lambda: "Press a again" in words(pilot), "what asking costs")
        await pilot.press("r")
        await until(pilot, lambda: "doomed" not in str(app.board.schema), "the catalog again")


async def test_advice_becomes_a_revision_after_asking(project: CockpitProject) -> None:
    app = project.open()
    versions = project.directory / "migrations" / "versions"
    before = set(versions.glob("*.py"))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await in_schema(pilot, app, "people")
        await until(pilot, lambda: "table public.people" in details(screen), "the object")
        await pilot.press("a")
        await until(pilot, lambda: screen.looking.advice is not None, "the advice")
        while screen.looking.advice is not None and screen.looking.advice.rule != "fk-without-index":
            await pilot.press("j")
        await pilot.press("y")
        await until(pilot, lambda: "copied the SQL of the fix" in app.board.line, "the copy")
        assert app.clipboard.startswith("CREATE INDEX CONCURRENTLY")
        await pilot.press("f")
        await until(pilot, lambda: asks(app), "the question")
        assert set(versions.glob("*.py")) == before
        await pilot.press("y")
        await until(pilot, lambda: "wrote" in app.board.line, "the revision", 60)
    (written,) = set(versions.glob("*.py")) - before
    text = written.read_text("utf-8")
    assert "create_index" in text
    assert "boss" in text


@pytest.mark.slow
async def test_models_and_migrations_are_held_against_the_database(project: CockpitProject) -> None:
    app = project.open()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await in_schema(pilot, app, "doomed")
        await until(pilot, lambda: "doomed" in details(screen), "the object")
        await pilot.press("m")
        await until(pilot, lambda: "Not compared yet" in words(pilot), "what it costs")
        assert app.board.drift is None
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.board.drift, Drift), "the comparison", 120)
        await until(pilot, lambda: "the database was changed by hand" in words(pilot), "who moved")
        await pilot.press("escape", "home")
        await until(pilot, lambda: "table public.orders" in words(pilot), "all differences")
        assert screen.twin == "neonkit drift"


async def test_the_palette_goes_to_an_object_that_is_folded_away(project: CockpitProject) -> None:
    run(project, "create type mood as enum ('a'); create sequence one; create sequence two")
    app = project.open()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await in_schema(pilot, app, "ord")
        await pilot.press("h", "h", "h")
        screen.select("sequence public.two")
        await until(pilot, lambda: "sequence public.two" in details(screen), "the sequence")
        line = screen.query_one(ObjectList).line
        assert line is not None
        assert line.label == "two"
        screen.select("table public.gone")
        assert "is not there" in app.board.line
        await pilot.press("slash", "t", "w", "o", "escape")
        assert screen.query_one(ObjectList).has_focus
        await pilot.press("enter")
        assert "has no rows" in app.board.line
