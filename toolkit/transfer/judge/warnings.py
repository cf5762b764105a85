"""What breaks no rule and looks wrong all the same. Warnings never reject a row and change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.identity import read_legacy
from toolkit.transfer.judge.keys import key_of
from toolkit.transfer.judge.legacy import folded, legacy_key
from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Missing, Row, field_of
from toolkit.transfer.mapping.paths import FieldPath
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.unfit import UnfitError

_INTEGERS: Final = ("int2", "int4", "int8", "numeric")
_TEXTS: Final = ("text", "varchar", "bpchar")
_LIKE_AN_ID: Final = re.compile(r"(id|ids|uuid|ref|parent|owner|author|assignee|by)$", re.IGNORECASE)
_TELLING: Final = 8
"""Legacy keys of so many characters are not met by chance."""


def warn(plan: Plan, book: Book) -> None:
    """Add the warnings of all tables to the book."""
    for table in plan.tables.values():
        book.warnings += [*_rounded_ids(table, book), *_near_keys(table, book)]
    book.warnings += _unwritten_ids(plan, book)
    for mixed in book.mixed:
        kinds = ", ".join(f"{one.kind} {one.count} times (first at {one.where})" for one in mixed.kinds)
        book.warnings.append(f"{mixed.table}.{mixed.column} gets values of several kinds: {kinds}.")


def _rounded_ids(table: TablePlan, book: Book) -> Iterator[str]:
    """Numbers beside a text of the same name with other digits: a program with binary floats rounded them."""
    for name, column in table.columns.items():
        path = column.rule.path
        if path is None or not path.names or column.target.type.name not in _INTEGERS:
            continue
        beside = FieldPath((*path.names[:-1], f"{path.names[-1]}_str"))
        differing = [row for row in book.rows[table.name] if _differ(row, path, beside)]
        if differing:
            yield (
                f"{table.name}.{name}: in {len(differing)} rows the number differs from the text in "
                f"{beside}, first at {differing[0].place}; a program with binary floats rounded it."
            )


def _differ(row: Row, path: FieldPath, beside: FieldPath) -> bool:
    number, text = _read(row, path), _read(row, beside)
    return isinstance(number, Number) and isinstance(text, str) and text.isdecimal() and number.text != text


def _near_keys(table: TablePlan, book: Book) -> Iterator[str]:
    """Keys that a rule takes for different and people for the same."""
    for unique in table.target.uniques:
        names = unique.columns
        if not all(name in table.columns for name in names) or not any(
            table.columns[name].target.type.name in _TEXTS for name in names
        ):
            continue
        groups: dict[tuple[str, ...], dict[tuple[str | None, ...], Row]] = {}
        for row in book.rows[table.name]:
            key = key_of(table, row, names) if row.live else None
            if key is not None and None not in key:
                groups.setdefault(tuple(folded(str(part)) for part in key), {}).setdefault(key, row)
        near = [rows for rows in groups.values() if len(rows) > 1]
        if near:
            one, other = list(near[0].values())[:2]
            yield (
                f"{table.name}.{', '.join(names)}: {len(near)} keys differ from another one only in case, "
                f"spaces or Unicode form, first at {one.place} and {other.place}."
            )


def _unwritten_ids(plan: Plan, book: Book) -> Iterator[str]:
    """Columns whose values are all legacy keys of a table that gets new ones, and stay as they are."""
    for name, table in plan.tables.items():
        if table.assign == "same":
            continue
        legacy = {row.legacy for row in book.rows[name] if read_legacy(table, row) is not None}
        for other in plan.tables.values() if legacy else ():
            for column, planned in other.columns.items():
                rule = planned.rule
                declared = rule.ref or rule.refs or rule.inside is not None
                if rule.path is None or declared or column == other.key:
                    continue
                telling = all(len(key or "") >= _TELLING for key in legacy)
                if (telling or _LIKE_AN_ID.search(str(rule.path))) and _all_in(
                    book, other, rule.path, legacy
                ):
                    yield (
                        f"{other.name}.{column}: all values are legacy keys of {name} and stay as they are; "
                        f'ref = "{name}" would rewrite them.'
                    )


def _all_in(book: Book, table: TablePlan, path: FieldPath, legacy: set[str | None]) -> bool:
    some = False
    for row in book.rows[table.name]:
        value = _read(row, path)
        for one in value if isinstance(value, list | tuple) else (value,):
            if one is None:
                continue
            try:
                if legacy_key(one) not in legacy:
                    return False
            except UnfitError:
                return False
            some = True
    return some


def _read(row: Row, path: FieldPath) -> Value:
    try:
        value = field_of(row, path)
    except UnfitError:
        return None
    return None if isinstance(value, Missing) else value
