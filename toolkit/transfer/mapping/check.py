"""What a mapping says about itself: tables, sources and parents that it names must be in it."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from toolkit.transfer.errors import MappingProblem
from toolkit.transfer.mapping.model import ColumnRule, ParentColumn, TableRule, TransferMapping


def problems_of(mapping: TransferMapping) -> tuple[MappingProblem, ...]:
    """Everything that contradicts itself in a mapping whose keys are all well formed."""
    return tuple(_problems(mapping))


def source_of(mapping: TransferMapping, rule: TableRule) -> str:
    """The name of the source of this table; `input` where the mapping names no source at all."""
    return rule.source or next(iter(mapping.sources), "input")


def _problems(mapping: TransferMapping) -> Iterator[MappingProblem]:
    for name, source in mapping.sources.items():
        yield from _zone(f"source.{name}.timezone", source.timezone)
    for name, table in mapping.tables.items():
        yield from _source(mapping, name, table)
        yield from _table(name, table)
        for column, rule in table.columns.items():
            yield from _column(mapping, name, column, rule)


def _source(mapping: TransferMapping, name: str, table: TableRule) -> Iterator[MappingProblem]:
    key = f"table.{name}.source"
    if table.source is None and len(mapping.sources) > 1:
        yield MappingProblem(key, f"there are several sources ({', '.join(mapping.sources)}); say which")
    if table.source is not None and table.source not in mapping.sources:
        yield MappingProblem(key, f"there is no [source.{table.source}]")


def _column(mapping: TransferMapping, table: str, column: str, rule: ColumnRule) -> Iterator[MappingProblem]:
    key = f"table.{table}.columns.{column}"
    yield from _zone(f"{key}.zone", rule.zone)
    yield from _zone(f"{key}.to_zone", rule.to_zone)
    if rule.parent is not None:
        yield from _parent(mapping, table, rule.parent, rule.column, key)
    for name, source in (rule.by or {}).items():
        if rule.ref in mapping.tables and name not in mapping.tables[rule.ref].columns:
            yield MappingProblem(f"{key}.by", f"table {rule.ref} maps no column {name!r}")
        if isinstance(source, ParentColumn):
            yield from _parent(mapping, table, source.parent, source.column, f"{key}.by.{name}")
    yield from _referred(mapping, rule, key)


def _referred(mapping: TransferMapping, rule: ColumnRule, key: str) -> Iterator[MappingProblem]:
    named = {"ref": (rule.ref,), "refs": (rule.refs or {}).values(), "inside": (rule.inside or {}).values()}
    for word, tables in named.items():
        for name in tables:
            if name is not None and name not in mapping.tables:
                yield MappingProblem(f"{key}.{word}", f"there is no [table.{name}]")
    if rule.unknown == "stub" and rule.ref in mapping.tables and mapping.tables[rule.ref].stub is None:
        yield MappingProblem(f"{key}.unknown", f"table {rule.ref} has no 'stub' to make its rows from")


def _table(name: str, table: TableRule) -> Iterator[MappingProblem]:
    made = {*table.columns, *([table.key.to] if table.key else ())}
    named = {"reconcile.sums": table.reconcile.sums, "stub": tuple(table.stub or ())}
    named["reconcile.group_by"] = (table.reconcile.group_by,) if table.reconcile.group_by else ()
    for word, columns in named.items():
        for column in columns:
            if column not in made and word != "stub":
                yield MappingProblem(f"table.{name}.{word}", f"no column {column!r} is mapped")
            if word == "stub" and table.key is not None and column == table.key.to:
                yield MappingProblem(f"table.{name}.stub", f"the key {column!r} comes from the reference")
    rests = [column for column, rule in table.columns.items() if rule.rest]
    if len(rests) > 1:
        yield MappingProblem(
            f"table.{name}.columns", f"only one column takes the rest, not {', '.join(rests)}"
        )


def _parent(
    mapping: TransferMapping, table: str, parent: str, column: str | None, key: str
) -> Iterator[MappingProblem]:
    rule, target = mapping.tables[table], mapping.tables.get(parent)
    if target is None:
        yield MappingProblem(f"{key}.parent", f"there is no [table.{parent}]")
    elif (
        parent == table
        or source_of(mapping, target) != source_of(mapping, rule)
        or not target.rows.encloses(rule.rows)
    ):
        yield MappingProblem(
            f"{key}.parent", f"the rows {rule.rows} do not lie inside those of {parent}, {target.rows}"
        )
    elif (
        column is not None
        and column not in target.columns
        and (target.key is None or column != target.key.to)
    ):
        yield MappingProblem(f"{key}.column", f"table {parent} maps no column {column!r}")


def _zone(key: str, name: str | None) -> Iterator[MappingProblem]:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (
        KeyError,
        OSError,
        ValueError,
    ):  # not found; a folder of the zone files; a name with dots or slashes
        yield MappingProblem(key, f"there is no time zone {name!r}")
