"""No random statement that is called bound lets other users' rows through, or touches them."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from isolation.trace.random_statements import Statements
from isolation.trace.worlds import Asked, Worlds

from toolkit.isolation.trace import Grounds, Standing, requirements


@pytest.mark.parametrize(("seed", "cases"), [(1, 500), pytest.param(2, 20_000, marks=pytest.mark.slow)])
@pytest.mark.timeout(1800)
def test_no_leaking_statement_is_called_bound(
    worlds: Worlds, grounds: Grounds, seed: int, cases: int
) -> None:
    made = Statements(Random(seed))
    told: Counter[str] = Counter()
    for _ in range(cases):
        sql = made.statement()
        standings = {each.standing(Asked()) for each in requirements(sql, grounds)}
        leaks = worlds.leaks(sql)
        if standings <= {Standing.BOUND}:
            assert not leaks, f"called bound, but leaks: {sql}"
            told["bound"] += 1
        elif Standing.UNBOUND in standings:
            told["caught" if leaks else "false alarm"] += 1
        else:
            told["unknown"] += 1
    assert told["bound"] > cases * 0.1, "too few bound ones: the test would see little"
    assert told["caught"] > cases * 0.1
    assert told["unknown"] < cases * 0.1
