"""From an empty database to an upgraded, filled and checked one, by keys alone."""

from __future__ import annotations

from collections import Counter

from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject, asks, until, words
from fixtures.library import Library
from sqlalchemy import NullPool, create_engine, text
from textual.pilot import Pilot
from textual.widgets import OptionList

from toolkit.database import DatabaseUrl
from toolkit.tui.app import Cockpit
from toolkit.tui.facts.importing import ImportOutcome
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.schema import Schema
from toolkit.tui.screens.activity.screen import ActivityScreen
from toolkit.tui.screens.isolation.users import UsersScreen
from toolkit.tui.screens.modals.confirm import ConfirmScreen
from toolkit.tui.screens.mode import ModeScreen


def ask(url: DatabaseUrl, question: str) -> object:
    """One value of the database."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    with engine.connect() as connection:
        answer = connection.execute(text(question)).scalar()
    engine.dispose()
    return answer


class Keys:
    """Presses keys, and counts them by flow."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self._pilot = pilot
        self.presses: Counter[str] = Counter()

    async def __call__(self, flow: str, *keys: str) -> None:
        """Press keys for a flow."""
        self.presses[flow] += len(keys)
        await self._pilot.press(*keys)


async def test_from_empty_to_filled_and_checked_in_few_keys(cockpit_project: CockpitProject) -> None:
    app, url = cockpit_project.open(), cockpit_project.url
    async with app.run_test(size=(100, 30)) as pilot:
        press = Keys(pilot)
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await until(pilot, lambda: "pending" in words(pilot), "what is pending")
        pending = app.board.revisions.pending if isinstance(app.board.revisions, Revisions) else ()
        assert len(pending) >= 8

        await press("apply", "3", "p")
        await until(pilot, lambda: "CREATE TABLE" in words(pilot), "the plan's SQL")
        await pilot.press("a")
        await until(pilot, lambda: asks(app), "the question")
        assert str(url.database) in words(pilot)
        await pilot.press("escape")
        assert ask(url, "SELECT to_regclass('alembic_version')") is None
        await press("apply", "a")
        await until(pilot, lambda: asks(app), "the question")
        await press("apply", "y")
        await until(pilot, lambda: "now at" in app.board.line, "the end of the upgrade")
        assert ask(url, "SELECT version_num FROM alembic_version") == pending[-1]

        await press("import", "4")
        await until(pilot, lambda: "users.json" in words(pilot), "the seeds")
        await press("import", "v")
        await until(pilot, lambda: isinstance(app.board.outcome, ImportOutcome), "the rehearsal")
        assert ask(url, "SELECT count(*) FROM users") == 0
        await press("import", "l")
        await until(pilot, lambda: asks(app), "the question")
        await press("import", "y")
        await until(pilot, lambda: "everything arrived" in app.board.line, "the end of the load")
        assert ask(url, "SELECT count(*) FROM users") == 300

        await press("isolation", "5", "u")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen) and listed(app) > 1, "the users")
        await press("isolation", "down", "enter", "enter")
        await until(pilot, lambda: isinstance(app.board.isolation, Isolation), "the verdicts")
        result = app.board.isolation
        assert isinstance(result, Isolation)
        assert dict(result.totals)["LEAK"] == 0
        assert dict(result.totals)["HELD"] > 0

        await pilot.press("3", "escape")
        app.go_to("migrations", pending[-2])
        await until(pilot, lambda: twin(app) == f"neonkit show {pending[-2]}", "the revision before")
        await pilot.press("D")
        await until(pilot, lambda: asks(app), "the question")
        await pilot.press("y")
        await until(pilot, lambda: "downgraded" in app.board.line, "the end of the downgrade")
        assert ask(url, "SELECT version_num FROM alembic_version") == pending[-2]
        assert press.presses == {"apply": 4, "import": 4, "isolation": 5}, "docs/tui.md says how many"


async def test_from_a_blocked_run_to_its_cause_and_out_in_few_keys(
    library: Library, blocking: Blocking
) -> None:
    blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    app = library.cockpit()
    async with app.run_test(size=(100, 30)) as pilot:
        press = Keys(pilot)
        await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
        await pilot.press("3", "a")
        await until(pilot, lambda: asks(app), "the question, for a plan that was made first")
        await pilot.press(*"public.authors.name", "enter")
        await until(pilot, lambda: "'reports'" in words(pilot), "the blocker, without a key")
        await press("blocked", "i")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen), "its session")
        await press("blocked", "3", "x")
        await until(pilot, lambda: "The database is at a3" in words(pilot), "the sentence of the state")
        assert press.presses == {"blocked": 3}, "docs/tui.md says how many"


def listed(app: Cockpit) -> int:
    """How many users the picker lists."""
    return sum(each.option_count for each in app.screen.query(OptionList))


def twin(app: Cockpit) -> str:
    """The command line that does what is selected."""
    return app.screen.twin if isinstance(app.screen, ModeScreen) else ""


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
        await until(pilot, lambda: asks(app), "the question")
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
        await until(pilot, lambda: asks(app), "the question")
        await pilot.press(*name, "enter")
        await until(pilot, lambda: "now at" in app.board.line, "the end of the upgrade")
        await pilot.press("w")
        await until(pilot, lambda: "READ-ONLY" in words(pilot), "the banner")
    assert ask(cockpit_project.url, "SELECT count(*) FROM alembic_version") == 1
