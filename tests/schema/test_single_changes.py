"""Every attribute of every kind of object: changed alone, it is found, named rightly, and nothing else is.

The cases stand in `single_changes/*.sql`; `fixtures/single_changes.py` says how they are written.
"""

from __future__ import annotations

import pytest
from fixtures.single_changes import Case, cases
from sqlalchemy import Connection

from toolkit.schema import Snapshot, read_digest, read_snapshot
from toolkit.schema.diff import SchemaDiff, compare


def said(diff: SchemaDiff) -> set[str]:
    """The differences as the case files write them."""
    words = set()
    for change in diff.changes:
        if change.change == "changed":
            words.add(f"{change.key}: {', '.join(part.attribute for part in change.attributes)}")
        else:
            words.add(f"{'+' if change.change == 'added' else '-'}{change.key}")
    return words


CASES = list(cases())


def test_the_cases_are_many_and_different() -> None:
    assert len(CASES) >= 160
    assert len({case.sql for case in CASES}) == len(CASES)


@pytest.mark.older
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_a_single_change_is_found_and_named(
    base: Snapshot, base_digest: str, every_kind: Connection, case: Case
) -> None:
    if base.server.major < case.since:
        pytest.skip(f"needs PostgreSQL {case.since}")
    # A cursor of the driver's own: without parameters it leaves percent signs alone.
    every_kind.connection.cursor().execute(case.sql.replace("{database}", base.server.database))
    changed = read_snapshot(every_kind)
    diff = compare(base, changed)
    assert said(diff) == case.wanted
    # Dropping a column drops what stands on it; the way back has to make each again.
    assert said(compare(changed, base)) >= {turned(word) for word in case.wanted}
    assert (changed.hash == base.hash) is diff.equal
    # The digest may cry wolf, and must never sleep.
    assert diff.equal or read_digest(every_kind) != base_digest


def turned(word: str) -> str:
    """The report of the way back."""
    return {"+": "-", "-": "+"}.get(word[0], word[0]) + word[1:]
