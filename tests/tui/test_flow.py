"""From an empty database to an upgraded, filled and checked one, by keys alone."""

from __future__ import annotations

from fixtures.cockpit import CockpitProject, until, words
from sqlalchemy import NullPool, create_engine, text

from toolkit.database import DatabaseUrl
from toolkit.tui.facts.importing import ImportOutcome
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.schema import Schema
from toolkit.tui.screens.modals.confirm import ConfirmScreen


def ask(url: DatabaseUrl, question: str) -> object:
    """One value of the database."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.connect() as connection:
        answer = connection.execute(text(question)).scalar()
    engine.dispose()
    return answer


async def test_from_empty_to_filled_and_checked(cockpit_project: CockpitProject) -> None:
    app, url = cockpit_project.open(), cockpit_project.url
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await until(pilot, lambda: "pending" in words(pilot), "what is pending")
        pending = app.board.revisions.pending if isinstance(app.board.revisions, Revisions) else ()
        assert len(pending) >= 8

        await pilot.press("3", "p")
        await until(pilot, lambda: "CREATE TABLE" in words(pilot), "the plan's SQL")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        assert str(url.database) in words(pilot)
        await pilot.press("escape")
        assert ask(url, "SELECT to_regclass('alembic_version')") is None

        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        await pilot.press("y")
        await until(pilot, lambda: "now at" in app.board.line, "the end of the upgrade")
        assert ask(url, "SELECT version_num FROM alembic_version") == pending[-1]

        await pilot.press("4")
        await until(pilot, lambda: "users.json" in words(pilot), "the seeds")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.board.outcome, ImportOutcome), "the rehearsal")
        assert ask(url, "SELECT count(*) FROM users") == 0
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        await pilot.press("y")
        await until(pilot, lambda: "everything arrived" in app.board.line, "the end of the load")
        assert ask(url, "SELECT count(*) FROM users") == 300

        await pilot.press("2")
        await until(pilot, lambda: "public.alembic_version" in str(app.board.schema), "the tree")
        await until(pilot, lambda: "version_num" in words(pilot), "the details of the first table")

        await pilot.press("5", "p")
        await until(pilot, lambda: isinstance(app.board.isolation, Isolation), "the verdicts")
        result = app.board.isolation
        assert isinstance(result, Isolation)
        assert dict(result.totals)["LEAK"] == 0
        assert dict(result.totals)["HELD"] > 0

        await pilot.press("3", "escape")
        app.go_to("migrations", pending[-2])
        await until(pilot, lambda: app.screen.twin == f"neonkit show {pending[-2]}", "the revision before")
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        await pilot.press("y")
        await until(pilot, lambda: "downgraded" in app.board.line, "the end of the downgrade")
        assert ask(url, "SELECT version_num FROM alembic_version") == pending[-2]


async def test_a_search_finds_objects(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open()
    engine = create_engine(cockpit_project.url.sqlalchemy, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id int); CREATE TABLE users (id int)"))
    engine.dispose()
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.schema, Schema), "the catalog")
        await pilot.press("2", "slash", "o", "r", "d", "enter")
        await until(
            pilot,
            lambda: "table public.orders" in str(app.screen.query("#details").first().border_title),
            "it",
        )


async def test_production_is_read_only_and_says_so(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open(environment="production")
    async with app.run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await until(pilot, lambda: "PROD" in words(pilot) and "READ-ONLY" in words(pilot), "the banner")
        await pilot.press("3", "a")
        await until(pilot, lambda: "READ-ONLY" in app.board.line, "the refusal")
        assert not isinstance(app.screen, ConfirmScreen)
    assert ask(cockpit_project.url, "SELECT to_regclass('alembic_version')") is None


async def test_production_that_may_write_wants_the_name_typed(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open(environment="production", read_only=False)
    name = str(cockpit_project.url.database)
    async with app.run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("3", "a")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        await pilot.press("y", "enter")
        await pilot.press(*name.upper(), "enter")
        assert isinstance(app.screen, ConfirmScreen)
        assert app.screen.query_one("#yes").disabled
        await pilot.press("escape")
    assert ask(cockpit_project.url, "SELECT to_regclass('alembic_version')") is None


async def test_writes_are_armed_by_name_and_disarmed(cockpit_project: CockpitProject) -> None:
    app = cockpit_project.open(environment="production")
    name = str(cockpit_project.url.database)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: "READ-ONLY" in words(pilot), "the banner")
        await pilot.press("w", *name, "enter")
        await until(pilot, lambda: "WRITES ON until" in words(pilot), "the banner")
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("3", "a")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen), "the question")
        await pilot.press(*name, "enter")
        await until(pilot, lambda: "now at" in app.board.line, "the end of the upgrade")
        await pilot.press("w")
        await until(pilot, lambda: "READ-ONLY" in words(pilot), "the banner")
    assert ask(cockpit_project.url, "SELECT count(*) FROM alembic_version") == 1
