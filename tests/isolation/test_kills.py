"""Single faults in a right application: what brute force shows to leak is LEAK, and none of it a pass."""

from __future__ import annotations

import re

import pytest
from fixtures.isolation import APP, moment_in
from fixtures.isolation_mutants import MUTANTS, Mutant
from fixtures.isolation_truth import truth

from benchmarks.isolation_mutants import KILLED, OPENS_NOTHING, PAGE
from toolkit.database import DatabaseUrl
from toolkit.isolation import Verdict

PASSES = (Verdict.PROVEN, Verdict.HELD, Verdict.CONDITIONAL)
OFTEN = 12
"""In the normal run every so manieth mutant is tried."""


def judged(url: DatabaseUrl, mutant: Mutant) -> dict[tuple[str, str], Verdict]:
    with moment_in(url) as moment:
        moment.run(*mutant.statements)
        report = moment.judge()
    return {(cell.table.removeprefix("public."), cell.verb.value): cell.verdict for cell in report.cells}


def check(url: DatabaseUrl, mutant: Mutant) -> None:
    leaks = truth(url, APP, mutant.sql())
    verdicts = judged(url, mutant)
    assert {place: verdicts.get(place) for place in leaks} == dict.fromkeys(leaks, Verdict.LEAK)


@pytest.mark.parametrize("mutant", MUTANTS[::OFTEN], ids=lambda mutant: mutant.name)
def test_a_fault_is_killed(reference: DatabaseUrl, mutant: Mutant) -> None:
    check(reference, mutant)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_fault_is_killed(reference: DatabaseUrl, mutant: Mutant) -> None:
    check(reference, mutant)


def test_the_page_is_of_the_faults_and_of_no_miss() -> None:
    rows = re.findall(r"^\| (.+) \| \d+ \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = dict(rows)
    again = "run python -m benchmarks.isolation_mutants --write"
    of_databases = {name for name in told if not name.startswith("`")}
    assert of_databases == {mutant.name for mutant in MUTANTS}, again
    assert len(MUTANTS) >= 120
    assert {verdict for _, verdict in rows} <= {KILLED, OPENS_NOTHING, "UNKNOWN"}


def test_the_reference_is_right(reference: DatabaseUrl) -> None:
    assert truth(reference, APP, []) == set()
    with moment_in(reference) as moment:
        report = moment.judge()
    assert {cell.verdict for cell in report.cells} == {Verdict.PROVEN, Verdict.HELD}, [
        cell for cell in report.cells if cell.verdict not in (Verdict.PROVEN, Verdict.HELD)
    ]
    assert report.audit.findings == ()
    assert report.audit.unknowns == ()
