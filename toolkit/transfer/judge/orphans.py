"""References to parents that are neither in the input nor stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.dependants import reject_dependants
from toolkit.transfer.judge.keys import Key, key_of, shown_key
from toolkit.transfer.judge.legacy import folded, near_hint
from toolkit.transfer.judge.links import Link, links_of, seeking
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.references import ParentRejectedError, References
from toolkit.transfer.judge.rows import MISSING, Row, field_of
from toolkit.transfer.values.unfit import UnfitError

_SHARED: Final = 3
"""How many missing parents of a reference are told together with their rows."""
Present = Callable[[Link, Sequence[Row]], set[Row]]
"""Which of these rows have their parent in the database."""


def judge_links(plan: Plan, book: Book, present: Present, references: References) -> None:
    """Reject rows whose parent is neither in the input nor stored, and all rows that depend on rejected ones.

    What the rule's `unknown` puts in place of a missing parent is put there first.
    """
    links = tuple(links_of(plan))
    stored: dict[Link, set[Row]] = {}
    for link in links:
        standing, fallen = _parents(plan, book, link)
        sought = [(row, key) for row, key in seeking(plan, book, link) if key not in standing]
        stored[link] = present(link, [row for row, _ in sought])
        missing = [(row, key) for row, key in sought if row not in stored[link] and key not in fallen]
        near = _near(standing) if missing else {}
        orphans: dict[Key, list[Row]] = {}
        for row, key in missing:
            if not _settled(plan, book, link, row, references, present, standing):
                orphans.setdefault(key, []).append(row)
                _reject_orphan(plan, book, link, row, near.get(_folded(key)))
        book.warnings += _shared_orphans(plan, link, orphans)
    reject_dependants(plan, book, stored)


def _settled(
    plan: Plan,
    book: Book,
    link: Link,
    row: Row,
    references: References,
    present: Present,
    standing: Mapping[Key, Row],
) -> bool:
    """Whether the column's rule put something in place of the missing parent."""
    name = link.columns[0]
    column = plan.tables[link.table].columns[name]
    rule = column.rule
    if rule.unknown == "reject" or len(link.columns) > 1 or rule.by is not None or row.rejected:
        return False
    before = row.cells[name]
    try:
        raw = MISSING if rule.path is None else field_of(row, rule.path)
        value = raw if raw is not MISSING else None
        row.cells[name] = references.unknown(row, column, rule.ref, value, UnfitError("orphan", ""))
    except (UnfitError, ParentRejectedError):
        return False
    finally:
        noted = list(column.noted)
        column.noted.clear()
    made = isinstance(rule.unknown, str)
    found = made or key_of(plan.tables[link.table], row, link.columns) in standing
    if not found and row not in present(link, [row]):
        row.cells[name] = before
        return False
    book.alterations.note(row, name, noted, value, row.cells[name])
    return True


def _shared_orphans(plan: Plan, link: Link, orphans: Mapping[Key, list[Row]]) -> Iterator[str]:
    """One missing parent of many rows is one problem: the most frequent ones, as sentences."""
    for rows in sorted(orphans.values(), key=len, reverse=True)[:_SHARED]:
        if len(rows) > 1:
            shown = shown_key(plan.tables[link.table], rows[0], link.columns)
            what = f"{link.table}.{', '.join(link.columns)}"
            yield f"{what}: {len(rows)} rows refer to {shown}, which no row of {link.parent} has."


def _reject_orphan(plan: Plan, book: Book, link: Link, row: Row, near: str | None) -> None:
    names = ", ".join(link.referred)
    reason = f"no row of {link.parent} has this {names}, neither in the input nor in the database"
    book.reject(
        row,
        UnfitError("orphan", reason, f"{near_hint(near)}Import the parent too, or mend the reference."),
        column=link.columns[0],
        value=shown_key(plan.tables[link.table], row, link.columns),
        constraint=link.constraint,
    )


def _parents(plan: Plan, book: Book, link: Link) -> tuple[dict[Key, Row], dict[Key, Row]]:
    """The parent's rows by the columns referred to: those that stand, and those that are rejected."""
    standing: dict[Key, Row] = {}
    fallen: dict[Key, Row] = {}
    for name in link.sections:
        for row in book.rows[name]:
            if all(column in row.cells for column in link.referred):
                key = key_of(plan.tables[name], row, link.referred)
                if key is not None:
                    (fallen if row.rejected else standing).setdefault(key, row)
    return standing, fallen


def _near(standing: Mapping[Key, Row]) -> dict[str, str]:
    return {_folded(key): ", ".join(map(str, key)) for key in standing}


def _folded(key: Key) -> str:
    return "\0".join(folded(str(part)) for part in key)
