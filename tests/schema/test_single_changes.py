"""Every attribute of every kind of object: changed alone, it is found, named rightly, and nothing else is.

The cases stand in `single_changes/*.sql`: a change, and below it what it must be reported as, one `-->` line
per object. `+` is an added object, `-` a removed one; otherwise the changed attributes follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, read_digest, read_snapshot
from toolkit.schema.diff import SchemaDiff, compare

FOLDER = Path(__file__).with_name("single_changes")


def cases() -> Iterator[tuple[str, set[str]]]:
    """Each change with the set of its reports."""
    for file in sorted(FOLDER.glob("*.sql")):
        for block in file.read_text("utf-8").split("\n\n")[1:]:
            lines = block.strip().splitlines()
            wanted = {line.removeprefix("--> ") for line in lines if line.startswith("--> ")}
            sql = "\n".join(line for line in lines if not line.startswith("--> "))
            yield sql, wanted - {"nothing"}


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
    assert len({sql for sql, _ in CASES}) == len(CASES)


@pytest.mark.older
@pytest.mark.parametrize(("sql", "wanted"), CASES, ids=[sql.replace("\n", " ")[:70] for sql, _ in CASES])
def test_a_single_change_is_found_and_named(
    base: Snapshot, base_digest: str, every_kind: Connection, sql: str, wanted: set[str]
) -> None:
    needed = re.search(r"-- since (\d+)", sql)
    if needed is not None and base.server.major < int(needed[1]):
        pytest.skip(f"needs PostgreSQL {needed[1]}")
    # A cursor of the driver's own: without parameters it leaves percent signs alone.
    every_kind.connection.cursor().execute(sql.replace("{database}", base.server.database))
    changed = read_snapshot(every_kind)
    diff = compare(base, changed)
    assert said(diff) == wanted
    # Dropping a column drops what stands on it; the way back has to make each again.
    assert said(compare(changed, base)) >= {turned(word) for word in wanted}
    assert (changed.hash == base.hash) is diff.equal
    # The digest may cry wolf, and must never sleep.
    assert diff.equal or read_digest(every_kind) != base_digest


def turned(word: str) -> str:
    """The report of the way back."""
    return {"+": "-", "-": "+"}.get(word[0], word[0]) + word[1:]
