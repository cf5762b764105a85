"""Rows that fall with a rejected one, in one pass over the graph of references.

A key falls when every row that has it is rejected, and with it the rows that refer to it. Verdicts fall
generation by generation: all rows whose parents fell in one generation fall in the next, so that neither the
order of rows nor circles matter. Each row and each key is looked at once, however long the chains are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import Key, key_of
from toolkit.transfer.judge.links import Link, links_of, seeking
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Row

_Place = tuple[tuple[str, ...], tuple[str, ...]]
"""What some links lead to: sections, and columns of theirs."""


def reject_dependants(plan: Plan, book: Book, stored: Mapping[Link, set[Row]] | None = None) -> int:
    """Reject all rows that depend on rejected ones, with the first cause; return how many.

    `stored` are the rows whose parent is in the database whatever becomes of that in the input. Ask again
    when the server has refused rows while they were written.
    """
    links = [link for link in links_of(plan) if link.sections]
    keys = {_place(link): _Keys(plan, book, *_place(link)) for link in links}
    if not any(row.rejected for rows in book.rows.values() for row in rows):
        return 0
    children = {link: _children(plan, book, link, (stored or {}).get(link, set())) for link in links}
    fallen = {place: one.fallen() for place, one in keys.items()}
    count = 0
    while any(fallen.values()):
        falling = [
            (row, link, parent)
            for link in links
            for row, parent in _falling(children[link], fallen[_place(link)])
        ]
        for row, link, parent in falling:
            book.reject_dependant(row, link.columns[0], parent)
        rows = list(dict.fromkeys(row for row, _, _ in falling))
        count += len(rows)
        fallen = {place: one.without(rows) for place, one in keys.items()}
    return count


class _Keys:
    """The keys of some columns that rows of some sections have, and how many rows still stand for each."""

    def __init__(self, plan: Plan, book: Book, sections: Sequence[str], columns: tuple[str, ...]) -> None:
        self._rows: dict[Key, list[Row]] = defaultdict(list)
        self._keys: dict[Row, Key] = {}
        for name in sections:
            for row in book.rows[name]:
                if all(column in row.cells for column in columns):
                    key = key_of(plan.tables[name], row, columns)
                    if key is not None:
                        self._rows[key].append(row)
                        self._keys[row] = key
        self._standing = {key: sum(not row.rejected for row in rows) for key, rows in self._rows.items()}

    def fallen(self) -> dict[Key, Row]:
        """The keys that nobody stands for, each with the first row that had it."""
        return {key: self._rows[key][0] for key, standing in self._standing.items() if not standing}

    def without(self, rows: Iterable[Row]) -> dict[Key, Row]:
        """The keys for which nobody stands now that these rows fell, too."""
        fallen = {}
        for row in rows:
            key = self._keys.get(row)
            if key is None:
                continue
            self._standing[key] -= 1
            if not self._standing[key]:
                fallen[key] = self._rows[key][0]
        return fallen


def _place(link: Link) -> _Place:
    return link.sections, link.referred


def _children(plan: Plan, book: Book, link: Link, stored: set[Row]) -> dict[Key, list[Row]]:
    """The rows that refer to each key, but for those whose parent is stored."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row, key in seeking(plan, book, link):
        if row not in stored:
            found[key].append(row)
    return found


def _falling(children: Mapping[Key, Sequence[Row]], fallen: Mapping[Key, Row]) -> Iterator[tuple[Row, Row]]:
    """The rows that fall with these keys, in their order, each with its parent."""
    found = [(row, parent) for key, parent in fallen.items() for row in children.get(key, ()) if row.live]
    return iter(sorted(found, key=lambda one: one[0].ordinal))
