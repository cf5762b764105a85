"""Cut the rows of an import into portions, each of which is written and committed by itself.

The cut depends on the source and the mapping alone, never on what is in the database or what is wrong with a
row, so that a resumed run finds the portions of the first one again. Rows that another row refers to stand in
the same portion or in an earlier one.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import key_of
from toolkit.transfer.judge.links import links_of
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Row


@dataclass(frozen=True, slots=True)
class Portion:
    """What one transaction writes. In each of its sections it has the same number, from 1."""

    number: int
    rows: Mapping[str, Sequence[Row]]

    @property
    def size(self) -> int:
        """How many rows, whatever becomes of them."""
        return sum(map(len, self.rows.values()))


def portions(plan: Plan, book: Book, order: Sequence[str], size: int) -> list[Portion]:
    """The portions in the order in which they are written, of `size` rows.

    Larger ones only where rows or tables refer to each other in circles, which one COMMIT has to close. Rows
    that no record stands for are in none: whether they are needed depends on what is stored.
    """
    found = []
    given = {name: [row for row in rows if not row.made] for name, rows in book.rows.items()}
    for sections in _groups(plan, order):
        if len(sections) > 1:
            found.append(Portion(1, {name: given[name] for name in sections}))
            continue
        (name,) = sections
        for number, rows in enumerate(_cut(*_referred_first(plan, given[name], name), size), start=1):
            found.append(Portion(number, {name: rows}))
    return found


def _groups(plan: Plan, order: Sequence[str]) -> Iterator[list[str]]:
    """The sections in their order; together where one refers, by a deferrable key, to a later one."""
    place = {name: number for number, name in enumerate(order)}
    sections = plan.by_target()
    group: list[str] = []
    until = -1
    for number, name in enumerate(order):
        if number > until and group:
            yield group
            group = []
        group.append(name)
        for foreign in plan.tables[name].target.foreign_keys:
            if foreign.deferrable:
                parents = sections.get((foreign.schema, foreign.table), ())
                until = max([until, *(place[parent] for parent in parents)])
        until = max(until, number)
    if group:
        yield group


def _referred_first(plan: Plan, rows: list[Row], name: str) -> tuple[list[Row], list[Row]]:
    """The rows of a section so that none refers to a later one; and those that refer in circles."""
    table = plan.tables[name]
    wanted: dict[Row, list[Row]] = defaultdict(list)
    for link in links_of(plan):
        if link.table != name or name not in link.sections:
            continue
        if set(link.columns) & set(plan.fill.second_pass.get(name, ())):
            continue  # written when all rows stand
        by_key = {key_of(table, row, link.referred): row for row in rows}
        for row in rows:
            key = key_of(table, row, link.columns)
            parent = by_key.get(key) if key is not None and None not in key else None
            if parent is not None and parent is not row:
                wanted[row].append(parent)
    if not wanted:
        return list(rows), []
    return _sorted(rows, wanted)


def _sorted(rows: Sequence[Row], wanted: Mapping[Row, list[Row]]) -> tuple[list[Row], list[Row]]:
    waiting = {row: len(wanted.get(row, ())) for row in rows}
    children: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        for parent in wanted.get(row, ()):
            children[parent].append(row)
    ready = deque(row for row in rows if not waiting[row])
    found = []
    while ready:
        row = ready.popleft()
        found.append(row)
        for child in children[row]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return found, [row for row in rows if waiting[row]]


def _cut(rows: list[Row], circular: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
    if circular:
        yield circular
