"""Random applications judged, and held against brute force: what leaks by doing is never called a pass.

Ways to owners of any length, two columns that name users, links, trees, shared tables, partitions and child
tables; policies right and wrong. `-m slow` runs the long size.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from fixtures.isolation import APP, moment_in
from isolation.random_truth import truth
from isolation.random_worlds import Application, application

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.isolation import Cell, Verdict

PASSES = (Verdict.HELD, Verdict.PROVEN)


@pytest.fixture(scope="module")
def empty(scratch: ScratchDatabases, world_template: str) -> Iterator[DatabaseUrl]:
    """An empty database on a server that has the roles."""
    with scratch.create() as url:
        yield url


def judged(
    url: DatabaseUrl, app: Application, statements: list[str], *, explain_only: bool
) -> dict[tuple[str, str], Cell]:
    with moment_in(url) as moment:
        moment.run(";".join(statements))
        report = moment.judge(rules=app.rules, explain_only=explain_only)
    names = {name for table in app.tables for name in table.relations}
    cells = {(cell.table.removeprefix("public."), cell.verb.value): cell for cell in report.cells}
    return {place: cell for place, cell in cells.items() if place[0] in names}


def compare(url: DatabaseUrl, worlds: int, seed: int, *, explain_only: bool = False) -> Counter[str]:
    """Random applications against brute force; says with which seed a promise broke."""
    source = random.Random(seed)
    tally: Counter[str] = Counter()
    for number in range(worlds):
        app = application(source)
        statements = [each.replace("{app}", APP) for each in app.statements()]
        cells = judged(url, app, statements, explain_only=explain_only)
        passed = {place for place, cell in cells.items() if cell.verdict in PASSES}
        for place in truth(url, APP, app, statements, passed):
            pytest.fail(f"seed {seed}, application {number}: {cells[place]}\n" + ";\n".join(statements))
        tally.update(cell.verdict.value for cell in cells.values())
    return tally


def test_brute_force_finds_what_nothing_holds(empty: DatabaseUrl) -> None:
    app = application(random.Random(5))
    statements = [each.replace("{app}", APP) for each in app.statements()]
    statements += [f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY" for table in app.tables]
    open_ = {(table.name, verb) for table in app.tables for verb in ("read", "insert", "update", "delete")}
    assert truth(empty, APP, app, statements, open_) == open_


def test_random_applications(empty: DatabaseUrl) -> None:
    tally = compare(empty, 3, seed=2)
    assert tally["LEAK"], tally
    assert tally["HELD"], tally


def test_random_applications_without_trying(empty: DatabaseUrl) -> None:
    assert compare(empty, 12, seed=3, explain_only=True)["HELD"] > 80


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_many_random_applications(empty: DatabaseUrl, seed: int, pytestconfig: pytest.Config) -> None:
    tally = compare(empty, 50, 100 + seed)
    pytestconfig.get_terminal_writer().line(f"seed {seed}: {dict(tally)}")
    assert tally["UNKNOWN"] < 0.1 * tally.total(), tally
