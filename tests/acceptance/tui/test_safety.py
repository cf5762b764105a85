"""Safety: nothing is written that was not asked for, by whom and where it was asked for (checks 15 to 21)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from fixtures.blocking import Blocking
from fixtures.cockpit import CockpitProject, until
from fixtures.command_line import Neonkit
from fixtures.library import Library
from fixtures.neon_front import NeonFront
from fixtures.sitting import SIZES, Sit, execute

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.tui.backend import Backend
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.plan import PlanFacts

pytestmark = [pytest.mark.slow]

COLUMN = "public.authors.name"
"""What the library's pending revisions would lose."""


async def test_the_server_itself_refuses_what_the_client_lets_through(library: Library) -> None:
    app = library.cockpit(environment="production")
    ended: list[object] = []

    def apply(backend: Backend, emit: Emit, token: CancelToken) -> None:
        plan = backend.migrations.plan(emit, token)
        assert isinstance(plan, PlanFacts)
        backend.migrations.apply(plan.id, emit, token)

    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.board.identity, Identity), "the connection")
        app.start("apply", "neonkit upgrade", apply, ended.append)  # as if nobody had asked whether it may
        await until(pilot, lambda: bool(ended), "the end")
    assert isinstance(ended[0], Failure)
    assert library.version() == "a3"


@pytest.mark.tmux
def test_armed_by_the_exact_name_until_a_time(desk: CockpitProject, sit: Sit) -> None:
    name = str(desk.url.database)
    sitting = sit(desk.directory, desk.url, environment="production")
    sitting.press("w")
    sitting.sees("Arm writes", f"To go on, type: {name}")
    for wrong in (name.upper(), f"{name} ", f" {name}", "another"):
        sitting.terminal.type(wrong)
        sitting.press("Enter")
        sitting.sees(wrong.strip(), "Arm writes")
        sitting.press("C-u", "C-k")
    sitting.terminal.paste(f"{name}_old")
    sitting.press("Enter")
    sitting.sees(f"{name}_old", "Arm writes")
    sitting.press("Escape")
    sitting.gone("Arm writes")
    assert "READ-ONLY" in sitting.banner
    sitting.press("w")
    sitting.sees("Arm writes")
    before = datetime.now().astimezone().replace(second=0, microsecond=0)
    sitting.terminal.type(name)
    found = re.search(r"WRITES ON until (\d\d):(\d\d)", sitting.sees("WRITES ON until"))
    assert found is not None
    told = before.replace(hour=int(found[1]), minute=int(found[2]))
    armed_for = (told - before) % timedelta(days=1)
    assert timedelta(minutes=14) < armed_for < timedelta(minutes=17)
    sitting.press("w")
    sitting.sees("READ-ONLY")
    sitting.leave()


def standing(library: Library) -> list[object]:
    """Everything that asking must leave alone: rows, version, columns, and locks that somebody holds."""
    held = execute(
        library.url,
        "SELECT count(*) FROM pg_locks WHERE database = (SELECT oid FROM pg_database"
        " WHERE datname = current_database()) AND pid <> pg_backend_pid()",
    )
    return [library.ask("SELECT count(*) FROM books"), library.version(), library.columns(), held]


@pytest.mark.tmux
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_loss_stands_apart_and_is_typed_by_its_name(
    library: Library, sit: Sit, size: tuple[int, int]
) -> None:
    before = standing(library)
    sitting = sit(library.folder.root, library.url, size=size)
    sitting.sees("+2 pending")
    sitting.press("3", "p")
    screen = sitting.sees("LOSES", COLUMN, "ACCESS EXCLUSIVE", "2 rows")
    lines = screen.splitlines()
    loses = next(number for number, line in enumerate(lines) if "LOSES" in line)
    steps = next(number for number, line in enumerate(lines) if "ACCESS EXCLUSIVE" in line)
    assert loses < steps, "what is lost stands above the steps"
    sitting.press("a")
    sitting.sees("will lose", f"To go on, type: {COLUMN}")
    for wrong in (COLUMN.upper(), f"{COLUMN} ", "public.authors"):
        sitting.terminal.type(wrong)
        sitting.press("Enter")
        sitting.sees("To go on, type:")
        sitting.press("C-u", "C-k")
    sitting.terminal.paste("public.books")
    sitting.press("Enter")
    sitting.sees("public.books")
    sitting.press("Escape")
    sitting.gone("To go on")
    assert standing(library) == before
    sitting.leave()


@pytest.mark.tmux
def test_a_plan_that_holds_no_more_is_refused_with_what_changed(library: Library, sit: Sit) -> None:
    sitting = sit(library.folder.root, library.url)
    sitting.sees("+2 pending")
    sitting.press("3", "a")
    sitting.sees("To go on, type:")
    execute(library.url, "ALTER TABLE books ADD COLUMN surprise int")
    sitting.terminal.type(COLUMN)
    sitting.sees("does not hold any more: schema was changed")
    assert library.version() == "a3"
    sitting.leave()


@pytest.mark.tmux
def test_two_people_at_once(library: Library, blocking: Blocking, sit: Sit, neonkit: Neonkit) -> None:
    blocking.hold("reports", "BEGIN; LOCK TABLE authors IN ACCESS SHARE MODE")
    first = sit(library.folder.root, library.url)
    first.sees("+2 pending")
    first.press("3", "a")
    first.sees("To go on, type:")
    second = sit(library.folder.root, library.url)
    second.sees("+2 pending")
    second.press("3", "a")
    second.sees("To go on, type:")
    first.terminal.type(COLUMN)
    first.sees("WAITING FOR A LOCK")
    second.terminal.type(COLUMN)
    second.sees("E303", "is held by", "backend", "role neonkit", "connected since", "No revision had begun")
    told = neonkit(
        "upgrade", "--yes", "--allow-data-loss", COLUMN,
        cwd=library.folder.root, env={"DATABASE_URL": library.url.reveal_plain()},
    )  # fmt: skip
    assert (told.code, "is held by backend" in told.err) == (4, True), told.err
    assert library.version() == "a3"
    blocking.hold("reports", "COMMIT")
    first.sees("now at b2")
    first.leave()
    second.leave()


@pytest.mark.tmux
def test_a_pooled_endpoint_is_not_what_migrations_run_through(
    desk: CockpitProject, sit: Sit, neon_front: NeonFront
) -> None:
    sitting = sit(desk.directory, neon_front.url(pooled=True), size=(160, 50))
    direct = "Schema work uses the direct host ep-quiet-river-a1b2c3d4.local.neon.test, derived from"
    sitting.told(direct)
    sitting.sees("+16 pending")
    neon_front.server_names.clear()
    sitting.press("3", "p")
    sitting.sees("read it, a applies exactly this", seconds=120)
    sitting.press("a")
    sitting.sees("Apply the plan")
    sitting.press("y")
    sitting.sees("now at", seconds=120)
    hosts = {str(name).split(".")[0] for name in neon_front.server_names}
    assert hosts == {"ep-quiet-river-a1b2c3d4"}, "nothing of it went through the pooler"
    sitting.leave()
