"""Mode 3 on a real server, by keys alone: one walk per flow."""

from __future__ import annotations

import time

import pytest
from fixtures.blocking import Blocking
from fixtures.cockpit import asks, until, words
from fixtures.library import Library, lines
from fixtures.neon_api import KEY, NeonApiServer
from textual.pilot import Pilot
from textual.widgets import Input

from toolkit.database import Backoff
from toolkit.migrate import heads
from toolkit.tui.app import Cockpit
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.plan import PlanFacts
from toolkit.tui.screens.activity.screen import ActivityScreen
from toolkit.tui.screens.migrations.journal_screen import JournalScreen
from toolkit.tui.screens.migrations.new_revision import NewRevisionScreen
from toolkit.tui.screens.migrations.run_screen import RunScreen
from toolkit.tui.screens.migrations.screen import MigrationsScreen
from toolkit.tui.screens.modals.confirm import ConfirmScreen
from toolkit.tui.screens.mode import ModeScreen


class Later:
    """A clock that is a quarter of an hour ahead."""

    @staticmethod
    def time() -> float:
        return time.time() + 15 * 60


def twin(app: Cockpit) -> str:
    """The command line of what is selected."""
    screen = app.screen
    return screen.twin if isinstance(screen, ModeScreen) else ""


async def opened(pilot: Pilot[int], app: Cockpit) -> None:
    """Mode 3 with its revisions."""
    await until(pilot, lambda: isinstance(app.board.revisions, Revisions), "the revisions")
    await pilot.press("3")
    await until(pilot, lambda: isinstance(app.screen, MigrationsScreen), "mode 3")
    await until(pilot, lambda: bool(lines(app, "#revisions")), "the list of revisions")


async def planned(pilot: Pilot[int], app: Cockpit) -> PlanFacts:
    """A plan, made by its key."""
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.board.plan, PlanFacts) and app.job is None, "the plan")
    assert isinstance(app.board.plan, PlanFacts)
    return app.board.plan


async def confirmed(pilot: Pilot[int], app: Cockpit, pasted: str = "") -> None:
    """The question, answered: by `y`, or by a name that is pasted."""
    await until(pilot, lambda: asks(app), "the question")
    if pasted:
        app.screen.query_one(Input).value = pasted
        await pilot.press("tab", "tab")
    await pilot.press("enter" if pasted else "y")


async def test_plan_rehearse_refuse_apply_and_take_back(library: Library) -> None:
    app = library.cockpit()
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, app)
        assert "no plan yet" in words(pilot)
        assert lines(app, "#revisions")[2] == "* a3 current index names"
        plan = await planned(pilot, app)
        await until(pilot, lambda: "LOSES  step 3  public.authors.name" in words(pilot), "what is lost")
        assert "gen_random_uuid()" in words(pilot)
        assert "ACCESS EXCLUSIVE R+W" in " ".join(lines(app, "#steps")[0].split())
        assert not plan.steps[0].measured
        assert twin(app) == f"neonkit plan show {plan.id}"

        await pilot.press("d")
        await until(pilot, lambda: "rehearsed on as many rows as live" in app.board.line, "the rehearsal")
        measured = app.board.plan
        assert isinstance(measured, PlanFacts)
        assert all(step.measured for step in measured.steps)
        assert "took" in words(pilot)

        with library.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE surprise (id int)")
        await pilot.press("a")
        await until(pilot, lambda: "DOES NOT HOLD" in words(pilot), "the refusal, before any question")
        assert "does not hold any more: schema was changed" in words(pilot)
        assert not asks(app)

        with library.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE surprise")
        await pilot.press("a")
        await until(pilot, lambda: asks(app), "the question")
        for fact in ("3 statements of 2 revisions", "public.authors ACCESS EXCLUSIVE", "public.authors.name"):
            assert fact in words(pilot)
        await pilot.press(*"public.authors.name", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and app.job is None, "the run's end")
        await until(pilot, lambda: "now at b2" in words(pilot), "the sentence of the state")
        assert "100 %" in words(pilot)
        assert library.version() == "b2"

        await pilot.press("escape", "J")
        await until(pilot, lambda: isinstance(app.screen, JournalScreen), "the journal")
        await until(pilot, lambda: f"plan {plan.id}" in words(pilot), "the run in the journal")
        assert "DROP COLUMN name" in words(pilot)

        await pilot.press("escape")
        app.go_to("migrations", "b1")
        await until(pilot, lambda: twin(app) == "neonkit show b1", "the revision b1")
        await pilot.press("a")
        await until(pilot, lambda: "nothing is pending" in app.board.line, "the reason")
        await pilot.press("D")
        await confirmed(pilot, app)
        await until(pilot, lambda: "downgraded 1 revision" in app.board.line, "the downgrade")
        assert library.version() == "b1"


async def test_a_restore_point_is_made_named_and_a_loss_going_down_is_typed(
    library: Library, neon_api: NeonApiServer
) -> None:
    given = {name.lower(): value for name, value in neon_api.environment.items()}
    app = library.cockpit(**given)
    async with app.run_test(size=(140, 45)) as pilot:
        await opened(pilot, app)
        plan = await planned(pilot, app)
        assert plan.restore_words == "none for this plan; b makes a Neon branch"
        await pilot.press("b")
        await confirmed(pilot, app)
        await until(pilot, lambda: "restore point: Neon branch pre-" in app.board.line, "the restore point")
        (name,) = neon_api.names
        await pilot.press("a")
        await until(pilot, lambda: asks(app), "the question")
        assert f"Neon branch {name} (br-made-1), kept until" in words(pilot)
        await pilot.press(*"public.authors.name", "enter")
        await until(pilot, lambda: "now at b2" in words(pilot), "the end of the run")
        assert f"restore  {name}" in words(pilot)
        assert f"--restore-point {name}" in twin(app)
        await pilot.press("escape", "J")
        await until(pilot, lambda: f"restore point {name}" in words(pilot), "its name in the journal")
        assert KEY not in words(pilot) + "".join(app.board.history)

        await pilot.press("escape")
        app.go_to("migrations", "a3")
        await until(pilot, lambda: twin(app) == "neonkit show a3", "the revision a3")
        await pilot.press("D")
        await until(pilot, lambda: asks(app), "the question")
        assert "LOSES  public.authors.token  2 rows, table of " in words(pilot)
        await pilot.press("y", "enter")
        assert asks(app)
        await pilot.press("backspace", *"public.authors.token", "enter")
        await until(pilot, lambda: library.version() == "a3", "the downgrade")


async def test_what_is_missing_for_a_restore_point_and_a_plan_too_old_are_told(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = library.cockpit()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await planned(pilot, app)
        await pilot.press("b")
        await until(pilot, lambda: "There is no restore point for" in app.board.line, "the reason")
        assert "restore_point in [tool.neonkit]" in app.board.line
        monkeypatch.setattr("toolkit.tui.screens.migrations.screen.time", Later())
        await pilot.press("a")
        await until(pilot, lambda: "is too old to be applied; p makes it anew" in app.board.line, "its age")
        assert not asks(app)


async def test_a_blocker_is_named_a_stop_changes_nothing_and_a_wait_ends(
    library: Library, blocking: Blocking, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE; SELECT 42 AS reading")
    monkeypatch.setattr("toolkit.migrate.run.BACKOFF", Backoff(first=1e6, cap=1e6))
    before, app = library.columns(), library.cockpit()
    async with app.run_test(size=(140, 45)) as pilot:
        await opened(pilot, app)
        await planned(pilot, app)
        await pilot.press("a")
        await confirmed(pilot, app, "public.authors.name")

        def named() -> bool:
            text = words(pilot)
            return all(word in text for word in ("WAIT ", f"pid {pid}", "'reports'", "SELECT 42 AS reading"))

        await until(pilot, named, "the blocker by pid, application and last statement")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen), "Activity")
        await pilot.press("3", "x")
        await until(pilot, lambda: app.job is None, "the stop")
        await until(pilot, lambda: "The database is at a3" in words(pilot), "the sentence of the state")
        assert (library.version(), library.columns()) == ("a3", before)

        await pilot.press("a")
        await confirmed(pilot, app, "public.authors.name")
        await until(pilot, named, "the blocker again")
        await until(pilot, lambda: "t  try again now" in words(pilot), "the pause")
        blocking.hold("reports", "COMMIT")
        for _ in range(200):  # a key that comes before the pause is not kept
            await pilot.press("t")
            if "now at b2" in words(pilot):
                break
            await pilot.pause(0.2)
        await until(pilot, lambda: "now at b2" in words(pilot), "the end of the run")
        assert library.version() == "b2"


@pytest.mark.slow
async def test_a_blocker_is_ended_by_its_number_only(library: Library, blocking: Blocking) -> None:
    app = library.cockpit()
    pid = blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.go_to("migrations", "a2")
        await until(pilot, lambda: twin(app) == "neonkit show a2", "the revision a2")
        await pilot.press("D")
        await confirmed(pilot, app)
        await until(pilot, lambda: f"pid {pid}" in words(pilot), "the blocker of the downgrade")
        await pilot.press("K")
        await until(pilot, lambda: asks(app), "the question")
        await pilot.press("y", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press(*["backspace"] * 3, *str(pid), "enter")
        await until(pilot, lambda: library.version() == "a2", "the run going on")


async def test_revisions_are_written_joined_edited_and_mended(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    library.folder.revision("c1", "a3", message="another way")
    app, project = library.cockpit(), library.folder.open()
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, app)
        await until(pilot, lambda: any(line.startswith("|") for line in lines(app, "#revisions")), "lanes")
        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, NewRevisionScreen), "the form")
        await pilot.press(*"join", "enter")
        await until(pilot, lambda: "wrote" in app.board.line and "_join.py" in app.board.line, "the merge")
        assert len(heads(project)) == 1
        await until(pilot, lambda: "(merge, head)" in lines(app, "#revisions")[0], "the merge in the list")
        await pilot.press("M")
        await until(pilot, lambda: "one head: nothing to merge" in app.board.line, "the reason")

        await pilot.press("N", *"due dates", "enter")
        await until(pilot, lambda: "_due_dates.py" in app.board.line, "the new revision")
        await pilot.press("E")
        await until(pilot, lambda: "the file is" in app.board.line, "where the file is")

        await planned(pilot, app)
        found = lines(app, "#findings")
        at = next(number for number, line in enumerate(found) if "index-create-blocking" in line)
        await pilot.press("tab", *["down"] * at, "f")
        await until(pilot, lambda: asks(app), "the rewrite")
        assert "CREATE INDEX CONCURRENTLY ix_books_id" in words(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "the fix is written into b2_names_go.py" in app.board.line, "the fix")
        mended = next((library.folder.scripts / "versions").glob("b2_*.py")).read_text()
        assert "autocommit_block" in mended
        assert "op.create_index('ix_books_id'" not in mended

        app.go_to("migrations", "b1")
        await until(pilot, lambda: twin(app) == "neonkit show b1", "the revision b1")
        await pilot.press("S")
        await confirmed(pilot, app)
        await until(pilot, lambda: "it is at b1" in app.board.line, "the stamp")
        assert (library.version(), library.columns()) == ("b1", "id,name")
        await pilot.press("R")
        await until(pilot, lambda: "nothing is left behind" in app.board.line, "that nothing is left")
