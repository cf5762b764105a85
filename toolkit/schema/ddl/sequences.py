"""Sequences. Those of identity columns are made by their column; here is what the column cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Key, Kind, Qualified, Sequence, Table
from toolkit.sql.quoting import qualified, quote_identifier

_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def sequence_units(sequence: Sequence, source: Source) -> Iterator[Unit]:
    """A sequence, and the column it belongs to once that is there."""
    if sequence.identity:
        return
    name = qualified(sequence.schema, sequence.name)
    unlogged = "UNLOGGED " if sequence.persistence == "unlogged" else ""
    create = f"CREATE {unlogged}SEQUENCE {name}"
    if options := sequence_options(sequence):
        create += f" {options}"
    yield unit(
        sequence.key, [create, *owner_of(f"SEQUENCE {name}", sequence.owner), *_rest(sequence, source)]
    )
    if (owned := sequence.owned_by) is not None:
        column = f"{qualified(owned.schema, owned.table)}.{quote_identifier(owned.column)}"
        yield unit(
            Node(sequence.key, "owned by"),
            [f"ALTER SEQUENCE {name} OWNED BY {column}"],
            needs=[
                sequence.key,
                source.relation_key(Qualified(owned.schema, owned.table)),
                Key(Kind.COLUMN, owned),
            ],
        )


def identity_statements(sequence: Sequence, table: Table, source: Source) -> Iterator[str]:
    """What an identity column does not say of its sequence."""
    if sequence.persistence != table.persistence:
        logged = "UNLOGGED" if sequence.persistence == "unlogged" else "LOGGED"
        yield f"ALTER SEQUENCE {qualified(sequence.schema, sequence.name)} SET {logged}"
    yield from _rest(sequence, source)


def identity_options(sequence: Sequence) -> str:
    """The options of an identity column, in parentheses; empty where all are the usual ones."""
    assert sequence.owned_by is not None
    usual = (sequence.owned_by.schema, f"{sequence.owned_by.table}_{sequence.owned_by.column}_seq")
    options = sequence_options(sequence, typed=False)
    if (sequence.schema, sequence.name) != usual:
        options = f"SEQUENCE NAME {qualified(sequence.schema, sequence.name)} {options}".strip()
    return f" ({options})" if options else ""


def sequence_options(sequence: Sequence, *, typed: bool = True) -> str:
    """The options that are not the usual ones. `typed` says the type too: an identity has its column's."""
    limit = _LIMITS[sequence.type]
    rising = sequence.increment > 0
    minimum, maximum = (1, limit - 1) if rising else (-limit, -1)
    options = [f"AS {sequence.type}"] if typed and sequence.type != "bigint" else []
    if sequence.increment != 1:
        options.append(f"INCREMENT BY {sequence.increment}")
    if sequence.minimum != minimum:
        options.append(f"MINVALUE {sequence.minimum}")
    if sequence.maximum != maximum:
        options.append(f"MAXVALUE {sequence.maximum}")
    if sequence.start != (sequence.minimum if rising else sequence.maximum):
        options.append(f"START WITH {sequence.start}")
    if sequence.cache != 1:
        options.append(f"CACHE {sequence.cache}")
    if sequence.cycle:
        options.append("CYCLE")
    return " ".join(options)


def _rest(sequence: Sequence, source: Source) -> Iterator[str]:
    name = qualified(sequence.schema, sequence.name)
    yield from comment_on(f"SEQUENCE {name}", sequence.comment)
    yield from new_grants("sequence", f"SEQUENCE {name}", sequence.owner, sequence.grants, source.major)
