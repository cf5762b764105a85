"""Mode 4 on a real database: from a file to its rows, values mended on the way; stopped and gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject, until, words
from sqlalchemy import NullPool, create_engine, text
from textual.pilot import Pilot
from textual.widgets import Input

from toolkit.database import DatabaseUrl
from toolkit.tui.app import Cockpit
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.importing import ImportOutcome, ImportSource
from toolkit.tui.screens.importing.mapping_editor import MappingEditor
from toolkit.tui.screens.importing.picker import PickFileScreen
from toolkit.tui.screens.importing.screen import ImportScreen
from toolkit.tui.screens.modals.confirm import ConfirmScreen
from toolkit.tui.widgets.ask_text import AskTextScreen

PEOPLE = [
    {"id": 1, "email": "ann@x.org", "password": "S3CR3T"},
    {"id": 2, "email": None, "password": "S3CR3T"},
    {"id": 3, "email": "[red]cleo[/]@x.org", "password": "S3CR3T"},
    {"id": 4, "email": None, "password": "S3CR3T"},
]


def run(url: DatabaseUrl, statement: str) -> object:
    """Run a statement; the first value of what it gives."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        answer = result.scalar() if result.returns_rows else None
    engine.dispose()
    return answer


@pytest.fixture
def people(cockpit_project: CockpitProject, monkeypatch: pytest.MonkeyPatch) -> CockpitProject:
    """A table for people, and a file of them beside the project's seeds."""
    monkeypatch.chdir(cockpit_project.directory)
    run(cockpit_project.url, "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, password text)")
    (cockpit_project.directory / "people.json").write_text(json.dumps(PEOPLE, indent=1))
    return cockpit_project


def outcome(app: Cockpit) -> ImportOutcome | None:
    """What the last import did."""
    found = app.board.outcome
    return found if isinstance(found, ImportOutcome) else None


async def asked(pilot: Pilot[int], kind: type[object], what: str) -> None:
    """Wait for a modal that is ready for keys."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.focused is not None, what)


async def open_file(pilot: Pilot[int], app: Cockpit, name: str) -> None:
    """Go to mode 4 and open a file by its path."""
    await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
    await pilot.press("4", "o")
    await asked(pilot, PickFileScreen, "the picker")
    await pilot.press(*name)
    assert app.screen.query_one("#pick-path", Input).value == name
    await pilot.press("enter")


async def test_a_file_becomes_rows_and_every_record_is_accounted_for(people: CockpitProject) -> None:
    app, folder = people.open(), people.directory
    async with app.run_test(size=(100, 30)) as pilot:
        await open_file(pilot, app, "people.js")  # enter takes what is suggested
        await until(pilot, lambda: "a mapping is proposed" in app.board.line, "the proposal")
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        assert screen.twin == "neonkit import suggest people.json --out people.mapping.toml"
        assert "JSON array, utf-8, 4 records" in " ".join(words(pilot).split())
        assert "$.email" in words(pilot)
        assert "S3CR3T" not in words(pilot)
        assert "[table.people]" in screen.query_one(MappingEditor).text
        await the_mapping_is_edited_and_saved(pilot, screen, folder / "people.mapping.toml")
        await what_does_not_fit_is_mended(pilot, app, people.url)
        await the_rest_is_loaded_and_the_mended_retried(pilot, app, people.url)
        await pilot.press("e")
        await asked(pilot, AskTextScreen, "the file")
        await pilot.press("enter")
        await until(pilot, lambda: "wrote the report" in app.board.line, "the report")
        assert "people" in (folder / "import-report.md").read_text()


async def the_mapping_is_edited_and_saved(pilot: Pilot[int], screen: ImportScreen, path: Path) -> None:
    """In place, checked when it is saved, and saved after asking."""
    editor = screen.query_one(MappingEditor)
    await pilot.press("f", *"x = ", "escape", "s")
    await asked(pilot, AskTextScreen, "the question")
    assert "NOT VALID" in words(pilot)
    await pilot.press("escape")
    await pilot.press("f", "home", "ctrl+k", *"# checked", "escape", "s")
    await asked(pilot, AskTextScreen, "the question")
    assert "It is valid" in words(pilot)
    assert not path.exists()
    await pilot.press("enter")
    await until(pilot, lambda: "saved people.mapping.toml" in screen.cockpit.board.line, "the mapping")
    assert path.read_text() == editor.text


async def what_does_not_fit_is_mended(pilot: Pilot[int], app: Cockpit, url: DatabaseUrl) -> None:
    """Judged without writing; the value is asked for."""
    await pilot.press("v")
    await until(pilot, lambda: outcome(app) is not None, "the verdict on each record")
    assert run(url, "SELECT count(*) FROM people") == 0
    assert "2 reasons" in str(app.screen.query_one("#reject-table").border_title)
    assert "null where the column must have a value" in words(pilot)
    # The failing field has the focus and stands on the screen, and its value can be mended.
    table = app.screen.query_one("#reject-table")
    assert table.has_focus
    await until(pilot, lambda: table.scrollable_content_region.height > 2, "room for the failing field")
    await pilot.press("enter")
    await asked(pilot, AskTextScreen, "the value")
    await pilot.press("ctrl+a", "ctrl+k", *"bob@x.org", "enter", "R")
    assert "nothing is loaded yet" in app.board.line


async def the_rest_is_loaded_and_the_mended_retried(
    pilot: Pilot[int], app: Cockpit, url: DatabaseUrl
) -> None:
    """Two loads, and every row counted."""
    # Bad rows are set aside, the others loaded; then the mended one alone.
    await pilot.press("b", "b", "l")
    await asked(pilot, ConfirmScreen, "the question")
    await pilot.press("y")
    await until(pilot, lambda: "but for the rows that do not fit" in app.board.line, "the load")
    assert run(url, "SELECT count(*) FROM people") == 2
    assert "4 read = 2 inserted + 2 rejected: balances; 0 rows before, 2 after" in words(pilot)
    assert "checksum of 2 rows" in words(pilot)
    assert "--refeed .neonkit/rejects/people.rejects.ndjson" in str(getattr(app.screen, "twin", ""))
    await pilot.press("R")
    await asked(pilot, ConfirmScreen, "the question")
    await pilot.press("y")
    await until(pilot, lambda: getattr(outcome(app), "stage", "") == "retried", "the retry")
    assert run(url, "SELECT email FROM people WHERE id = 2") == "bob@x.org"
    found = outcome(app)
    assert found is not None
    assert [line.where for line in found.lines] == ["people.json:17 /3"]


async def test_a_load_stops_between_batches_and_goes_on(people: CockpitProject, blocking: Blocking) -> None:
    rows, stopped_at = 80, 40
    lines = "".join(f'{{"id": {number}, "email": "u{number}@x.org"}}\n' for number in range(rows))
    (people.directory / "many.ndjson").write_text(lines)
    (people.directory / "many.mapping.toml").write_text(
        'version = 1\n[policy]\nmode = "batched"\nbatch_rows = 1\n[source.many]\nfrom = "many.ndjson"\n'
        '[table.people]\nrows = "/*"\n[table.people.columns]\nid = "id"\nemail = "email"\n'
    )
    # Somebody else is about to write the same row: the load waits there, and is stopped there.
    blocking.hold("other", f"INSERT INTO people VALUES ({stopped_at}, 'other')")
    app = people.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_file(pilot, app, "many.ndjson")
        await until(pilot, lambda: "opened many.ndjson" in app.board.line, "the source")
        await pilot.press("x")
        assert "nothing runs" in app.board.line
        await load(pilot, app, lambda: run(people.url, "SELECT count(*) FROM people") == stopped_at)
        await pilot.press("x")
        await until(pilot, lambda: app.job is None, "the end of the job")
        found = outcome(app)
        assert found is not None, app.board.outcome
        assert found.stopped
        assert run(people.url, "SELECT count(*) FROM people") == stopped_at
        blocking.hold("other", "ROLLBACK")
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        assert screen.twin.endswith(".rejects.ndjson --resume")

        await load(pilot, app, lambda: "everything arrived" in app.board.line)
        assert run(people.url, "SELECT count(DISTINCT id) FROM people") == rows


async def test_without_anything_to_import_the_screen_says_so(
    cockpit_project: CockpitProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (cockpit_project.directory / "seeds").iterdir():
        path.unlink()
    app = cockpit_project.open()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_file(pilot, app, "gone.json")
        await until(pilot, lambda: "gone.json cannot be opened" in app.board.line, "the reason")
        await until(pilot, lambda: isinstance(app.board.source, Failure), "no seeds")
        assert "o opens another file" in words(pilot)
        await pilot.press("v")
        assert "nothing is chosen: o opens a file" in app.board.line
        assert not isinstance(app.board.source, ImportSource)


async def load(pilot: Pilot[int], app: Cockpit, seen: Callable[[], bool]) -> None:
    """Press l, say yes, and wait."""
    await pilot.press("l")
    await asked(pilot, ConfirmScreen, "the question")
    await pilot.press("y")
    await until(pilot, seen, "the load", seconds=120)
