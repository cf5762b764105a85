"""Each labelled statement stands as its label says, and the label is what a server shows.

The values are those of user 1, who asks for things of user 2.
"""

from __future__ import annotations

import pytest
from isolation.trace.worlds import Asked, Worlds, cases

from toolkit.isolation.trace import Grounds, Standing, requirements

NOT_RUN = ("COPY", "EXPLAIN")
"""Statements that answer otherwise than by rows."""


def standings(sql: str, grounds: Grounds) -> set[Standing]:
    return {each.standing(Asked()) for each in requirements(sql, grounds)}


@pytest.mark.parametrize("sql", cases("bound"))
def test_safe_statement_is_bound(sql: str, grounds: Grounds) -> None:
    assert standings(sql, grounds) <= {Standing.BOUND}


@pytest.mark.parametrize("sql", cases("unbound"))
def test_unsafe_statement_is_not(sql: str, grounds: Grounds) -> None:
    assert Standing.UNBOUND in standings(sql, grounds)


@pytest.mark.parametrize("sql", cases("untold"))
def test_what_cannot_be_told_is_told(sql: str, grounds: Grounds) -> None:
    assert Standing.UNKNOWN in standings(sql, grounds)


def test_labels_are_what_a_server_shows(worlds: Worlds) -> None:
    assert [sql for sql in cases("bound") if worlds.leaks(sql)] == []
    unbound = [sql for sql in cases("unbound") if not sql.startswith(NOT_RUN)]
    assert [sql for sql in unbound if not worlds.leaks(sql)] == []
