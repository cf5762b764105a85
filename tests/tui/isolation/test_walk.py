"""Mode 5 on a real database: planted leaks with their evidence, users, replays, protections, proofs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures.cockpit import CockpitProject, until, words
from fixtures.isolation import IDENTITY, World
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from toolkit.demo.project import open_project
from toolkit.tui.app import Cockpit
from toolkit.tui.facts.connection import Identity
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.screens.isolation.protecting import ProtectScreen
from toolkit.tui.screens.isolation.screen import IsolationScreen
from toolkit.tui.screens.isolation.users import UsersScreen
from toolkit.tui.screens.isolation.verdicts import VerdictTable
from toolkit.tui.widgets.ask_text import AskTextScreen

VIEW = "CREATE VIEW door AS SELECT id, title FROM notes"
TOLD = (
    "CREATE FUNCTION told() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER"
    " AS 'SELECT title FROM public.notes'"
)
PLANTED = (
    VIEW,
    "GRANT SELECT ON door TO {app}",
    TOLD,
    f"ALTER POLICY notes_select ON notes USING (user_id = {IDENTITY} OR true)",
    "ALTER POLICY comments_update ON comments USING (true) WITH CHECK (true)",
    "ALTER TABLE labels OWNER TO {app}",
    "ALTER TABLE labels NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY links_update ON links",
)
LEAKING = {
    ("public.door", "read"): "fix",
    ("public.told()", "read"): "SECURITY INVOKER",
    ("public.notes", "read"): "ALTER POLICY notes_select",
    ("public.comments", "update"): "ALTER POLICY comments_update",
    ("public.labels", "read"): "FORCE ROW LEVEL SECURITY",
}
"""What is planted, and what its evidence names as the way out."""


def project(world: World, folder: Path, app_role: str) -> CockpitProject:
    """A project whose application acts as the role, before the world's database."""
    root = open_project(folder / "project").root
    (root / "pyproject.toml").write_text(
        '[tool.neonkit]\nmetadata = "toolkit.demo.models:metadata"\n\n[tool.neonkit.isolation]\n'
        f'owner_root = "users"\nowner_columns = ["user_id"]\napp_role = "{app_role}"\n'
    )
    return CockpitProject(root, world.url)


def verdict(app: Cockpit, table: str, verb: str) -> str:
    """The word in one cell."""
    result = app.board.isolation
    cell = result.cell(table, verb) if isinstance(result, Isolation) else None
    return "" if cell is None else cell.verdict


def listed(app: Cockpit) -> int:
    """How many users the picker lists; 0 while it is not there."""
    screen = app.screen
    lists = screen.query(OptionList) if isinstance(screen, UsersScreen) else ()
    return sum(each.option_count for each in lists)


def asks(app: Cockpit) -> bool:
    """Whether a line is asked for, and can be typed."""
    return isinstance(app.screen, AskTextScreen) and isinstance(app.screen.focused, Input)


async def look_at(pilot: Pilot[int], table: str, verb: str) -> str:
    """Put the cursor on a cell; the words of its evidence."""
    screen = pilot.app.screen
    assert isinstance(screen, IsolationScreen)
    verdicts = screen.query_one(VerdictTable)
    verdicts.move_cursor(row=verdicts.get_row_index(table), column=verdicts.get_column_index(verb))
    await pilot.pause()
    return words(pilot)


async def test_leaks_are_seen_with_their_evidence_shown_again_and_closed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world.run(*PLANTED)
    app = project(world, tmp_path, world.role).open()
    async with app.run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("5", "y")
        assert "no leak under the cursor" in app.board.line
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.board.isolation, Isolation), "the verdicts")
        await every_leak_has_evidence(pilot, app)
        await a_replay_is_copied_and_saved(pilot, app, tmp_path / "replays")
        await tables_and_users_are_judged_again(pilot, app, world)
        await a_proof_is_exported(pilot, app, tmp_path)
        await a_protection_is_written(pilot, app, world, tmp_path / "project" / "migrations")


async def every_leak_has_evidence(pilot: Pilot[int], app: Cockpit) -> None:
    """The words of each planted leak; an absent policy is none."""
    for (table, verb), way_out in LEAKING.items():
        assert verdict(app, table, verb) == "LEAK", (table, verb)
        seen = await look_at(pilot, table, verb)
        for said in ("a row of another user", "neonkit isolation replay", way_out):
            assert said in " ".join(seen.split()), (table, verb, said, seen)
    assert verdict(app, "public.links", "update") == "HELD"
    assert "no policy allows it" in await look_at(pilot, "public.links", "update")


async def a_replay_is_copied_and_saved(pilot: Pilot[int], app: Cockpit, folder: Path) -> None:
    """What `y` copies is what `e` writes."""
    await look_at(pilot, "public.notes", "read")
    await pilot.press("y")
    assert "SET LOCAL ROLE" in app.clipboard
    screen = app.screen
    assert isinstance(screen, IsolationScreen)
    leak = screen.twin.rpartition(" ")[2]
    await pilot.press("e")
    await until(pilot, lambda: asks(app), "the folder")
    await pilot.press("enter")
    await until(pilot, lambda: "wrote" in app.board.line, "the replay")
    assert (folder / f"leak_{leak}.sql").read_text() == app.clipboard
    assert (folder / f"test_leak_{leak}.py").exists()


async def tables_and_users_are_judged_again(pilot: Pilot[int], app: Cockpit, world: World) -> None:
    """One table alone, then everything with two users."""
    # The fault is mended, and its table alone is judged again.
    world.run(
        f"ALTER POLICY notes_select ON notes USING (user_id = {IDENTITY})",
        "DROP VIEW door",
        "DROP FUNCTION told()",
    )
    await pilot.press("P")
    await until(pilot, lambda: verdict(app, "public.notes", "read") == "HELD", "the table again")
    assert verdict(app, "public.door", "read") == "LEAK"

    # Two users are chosen, and everything is judged again.
    await pilot.press("u")
    await until(pilot, lambda: listed(app) == 3, "the users")
    assert "1  15 rows" in str(app.screen.query_one(OptionList).get_option_at_index(0).prompt)
    await pilot.press("down", "enter", "enter")
    await until(pilot, lambda: verdict(app, "public.door", "read") == "", "the verdicts without the view")
    result = app.board.isolation
    assert isinstance(result, Isolation)
    assert result.users == ("2", "1")
    assert result.twin == "neonkit isolation audit --user 2 --user 1"


async def a_proof_is_exported(pilot: Pilot[int], app: Cockpit, folder: Path) -> None:
    """For one user, as JSON and as text."""
    await pilot.press("x")
    await until(pilot, lambda: listed(app) == 3, "whose proof")
    await pilot.press("enter")
    await until(pilot, lambda: asks(app), "the file")
    await pilot.press("enter")
    await until(pilot, lambda: "proof of user 1" in app.board.line, "the proof")
    proof = json.loads((folder / "proof-1.json").read_text())
    assert proof["proof"]["user"] == "1"
    assert proof["digest"] in (folder / "proof-1.txt").read_text()


async def a_protection_is_written(pilot: Pilot[int], app: Cockpit, world: World, migrations: Path) -> None:
    """Shown, asked for, and written as revisions."""
    # What the role owns it can always open again, which is nothing that a revision closes.
    world.run("ALTER TABLE labels OWNER TO CURRENT_USER")
    before = set(migrations.rglob("*.py"))
    await pilot.press("f")
    await until(pilot, lambda: "public.comments update: LEAK -> HELD" in words(pilot), "the protection")
    assert isinstance(app.screen, ProtectScreen)
    await pilot.press("f")
    await until(pilot, lambda: "revisions in" in app.board.line, "the revisions")
    written = set(migrations.rglob("*.py")) - before
    assert any("comments" in path.read_text() for path in written)


async def test_for_a_role_that_ignores_policies_nothing_is_called_proven(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    app = project(world, tmp_path, str(world.url.username)).open(environment="production")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        await pilot.press("5", "p")
        await until(pilot, lambda: isinstance(app.board.isolation, Isolation), "the verdicts")
        assert "NOTHING IS PROVEN: role" in words(pilot)
        assert "NOTHING IS PROVEN" in app.board.line
        result = app.board.isolation
        assert isinstance(result, Isolation)
        totals = dict(result.totals)
        assert (totals["PROVEN"], totals["HELD"]) == (0, 0)
        assert totals["LEAK"] > 0
        # Production is read-only, so nothing was executed, and the screen says so.
        assert result.twin == "neonkit isolation audit --explain-only"
        assert "READ-ONLY: nothing is executed" in words(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "copied the SQL that shows the plan" in app.board.line, "the copy")
        assert "EXPLAIN (VERBOSE, COSTS OFF)" in app.clipboard
        await pilot.press("e", "enter")
        await until(pilot, lambda: "wrote" in app.board.line, "the file")
        (saved,) = (tmp_path / "project").glob("plan-*.sql")
        assert saved.read_text("utf-8") == app.clipboard
        table = app.screen.query_one(VerdictTable)
        while table.chosen is not None and table.chosen[1] != "insert":
            await pilot.press("l")
        await pilot.press("y")
        assert "a plan shows no check of new rows" in app.board.line
