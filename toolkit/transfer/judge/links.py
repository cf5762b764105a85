"""References between rows: whose parent is missing, and whose parent is rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.keys import Key, key_of, shown_key
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.values.unfit import UnfitError


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
            if parent is not None and (column,) not in known:
                target = plan.tables[parent]
                referred = (str(target.key),)
                place = target.target.schema, target.target.name
                yield Link(name, (column,), *place, referred, None, sections[place])


Present = Callable[[Link, Sequence[Row]], set[Row]]
"""Which of these rows have their parent in the database."""


def reject_orphans(plan: Plan, book: Book, present: Present) -> None:
    """Reject rows whose parent is neither in the input nor in the database, and all that depend on them."""
    links = tuple(links_of(plan))
    for link in links:
        standing = rows_by_key(plan, book, link, rejected=False)
        fallen = rows_by_key(plan, book, link, rejected=True)
        seeking = [row for row, key in _seeking(plan, book, link) if key not in standing]
        found = present(link, seeking)
        table = plan.tables[link.table]
        for row in seeking:
            key = key_of(table, row, link.columns)
            if row in found:
                continue
            if key in fallen:
                book.reject_dependant(row, link.columns[0])
                continue
            key_names = ", ".join(link.referred)
            reason = f"no row of {link.parent} has this {key_names}, neither in the input nor in the database"
            book.reject(
                row,
                UnfitError("orphan", reason, "Import the parent too, or mend the reference."),
                column=link.columns[0],
                value=shown_key(table, row, link.columns),
                constraint=link.constraint,
            )
    while _reject_next_generation(plan, book, links):
        continue


def reject_dependants(plan: Plan, book: Book) -> None:
    """Reject the rows that depend on rows which were rejected since, the server having refused them."""
    links = tuple(links_of(plan))
    while _reject_next_generation(plan, book, links):
        continue


def _reject_next_generation(plan: Plan, book: Book, links: Sequence[Link]) -> bool:
    """Reject the rows whose parent in the input is rejected by now; True if there were any."""
    before = len(book.rejects)
    for link in links:
        if not link.sections:
            continue
        standing = rows_by_key(plan, book, link, rejected=False)
        fallen = rows_by_key(plan, book, link, rejected=True)
        for row, key in _seeking(plan, book, link):
            if key in fallen and key not in standing:
                book.reject_dependant(row, link.columns[0])
    return len(book.rejects) > before


def _seeking(plan: Plan, book: Book, link: Link) -> Iterator[tuple[Row, Key]]:
    table = plan.tables[link.table]
    for row in book.rows[link.table]:
        key = key_of(table, row, link.columns) if row.live else None
        if key is not None and None not in key:
            yield row, key


def rows_by_key(plan: Plan, book: Book, link: Link, *, rejected: bool) -> Mapping[Key, Row]:
    """The parent's rows by the columns referred to: those that stand, or those that are rejected."""
    found: dict[Key, Row] = {}
    for name in link.sections:
        rows = (row for row in book.rows[name] if row.rejected == rejected)
        keyed = ((key_of(plan.tables[name], row, link.referred), row) for row in rows)
        found |= {key: row for key, row in keyed if key is not None}
    return found
