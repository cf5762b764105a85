"""References between rows: foreign keys, and what only the mapping knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import Key, key_of
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Row


@dataclass(frozen=True, slots=True)
class Link:
    """A reference from rows to rows: a foreign key, or a `ref` of the mapping."""

    table: str
    columns: tuple[str, ...]
    schema: str
    parent: str
    referred: tuple[str, ...]
    constraint: str | None
    sections: tuple[str, ...]
    """The sections of the mapping that fill the parent; none when the import does not."""


def links_of(plan: Plan) -> Iterator[Link]:
    """All foreign keys whose columns are mapped, and the references that only the mapping knows."""
    sections = plan.by_target()
    for name, table in plan.tables.items():
        known = set()
        for foreign in table.target.foreign_keys:
            if all(column in table.columns for column in foreign.columns):
                known.add(foreign.columns)
                parents = sections.get((foreign.schema, foreign.table), ())
                yield Link(
                    name,
                    foreign.columns,
                    foreign.schema,
                    foreign.table,
                    foreign.referred,
                    foreign.name,
                    parents,
                )
        for column, column_plan in table.columns.items():
            parent = column_plan.rule.ref
            if parent is None or (column,) in known or column_plan.target.type.element is not None:
                continue
            target = plan.tables[parent]
            place = target.target.schema, target.target.name
            yield Link(name, (column,), *place, (str(target.key),), None, sections[place])


def seeking(plan: Plan, book: Book, link: Link) -> Iterator[tuple[Row, Key]]:
    """The rows that refer to a parent and will need it, also those that are rejected for other reasons."""
    table = plan.tables[link.table]
    for row in book.rows[link.table]:
        if row.merged or row.skipped:
            continue
        key = key_of(table, row, link.columns) if all(name in row.cells for name in link.columns) else None
        if key is not None and None not in key:
            yield row, key
