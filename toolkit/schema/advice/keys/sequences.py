"""Sequences behind columns: how far they are, how far they can go, and how they are tied to their column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from toolkit.findings import Fix, Severity
from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, Silence, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Qualified, Sequence
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_STAGES: Final = ((0.9, ERROR), (0.75, WARNING), (0.5, INFO))
"""Share used up, and how much it then matters."""


@rule(
    "pk-int4-running-out",
    INFO,
    name="Integer key column is running out of numbers",
    why="When the last number of `integer` is used every insert fails, and the way to `bigint` rewrites "
    "the table and all that refer to it. From 75% on it is a warning, from 90% an error.",
    example="-- the sequence stands at 1,900,000,000\n"
    "CREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    fix="Add a `bigint` column, fill it in batches, swap the columns; columns that refer to it first.",
    needs_statistics=True,
)
def pk_int4_running_out(scope: Scope) -> Found:
    """A `smallint` or `integer` primary key fed by a sequence that has used up half of the type or more."""
    for sequence, column in _owned(scope):
        key = scope.primary_keys.get(column.relation)
        last = scope.statistics.sequences.get(Qualified(sequence.schema, sequence.name))
        if key is None or key.columns != (column.name,) or last is None:
            continue
        if column.type in ("smallint", "integer"):
            share = last / _LARGEST[column.type]
            if (severity := _stage(share)) is not None:
                yield Advice(
                    column.key,
                    f"{column.relation}.{column.name} has used up {share:.0%} of {column.type}.",
                    words("move the key to bigint in steps, columns that refer to it first"),
                    {"last value": last, "largest value": _LARGEST[column.type]},
                    severity,
                )


@rule(
    "sequence-running-out",
    INFO,
    name="Sequence is near its end",
    why="After its last value `nextval` fails, and every insert with it. From 75% on it is a warning, "
    "from 90% an error.",
    example="-- the sequence stands at 950\nCREATE SEQUENCE ticket MAXVALUE 1000;",
    fix="Give it a larger type or maximum; the column it feeds must be wide enough.",
    needs_statistics=True,
)
def sequence_running_out(scope: Scope) -> Found:
    """A sequence that does not cycle and has made half of its steps or more, upwards or downwards."""
    for sequence in scope.snapshot.own(Sequence):
        name = Qualified(sequence.schema, sequence.name)
        last = scope.statistics.sequences.get(name)
        if last is None or sequence.cycle:
            continue
        up = sequence.increment > 0
        end = sequence.maximum if up else sequence.minimum
        begin = (
            sequence.start
            if abs(end - sequence.start) > 0
            else (sequence.minimum if up else sequence.maximum)
        )
        share = abs(last - begin) / max(abs(end - begin), 1)
        if (severity := _stage(share)) is not None:
            yield Advice(
                sequence.key,
                f"{name} stands at {last:,} of {end:,}, {share:.0%} of its steps.",
                statements(
                    "let it count further",
                    f"ALTER SEQUENCE {name} AS bigint {'NO MAXVALUE' if up else 'NO MINVALUE'}",
                ),
                {"last value": last, "end": end, "increment": sequence.increment},
                severity,
            )


@rule(
    "sequence-type-wider-than-column",
    WARNING,
    name="Sequence counts further than its column can hold",
    why="The end comes as an overflow of the column, long before the sequence reports anything.",
    example="CREATE TABLE orders (id integer PRIMARY KEY);\n"
    "CREATE SEQUENCE order_numbers AS bigint OWNED BY orders.id;",
    fix="Widen the column, or end the sequence where the column ends.",
)
def sequence_type_wider_than_column(scope: Scope) -> Found:
    """The range of a sequence that a column owns goes beyond the range of the column's type."""
    for sequence, column in _owned(scope):
        largest = _LARGEST.get(column.type)
        if largest is not None and (sequence.maximum > largest or sequence.minimum < -largest - 1):
            name = Qualified(sequence.schema, sequence.name)
            yield Advice(
                sequence.key,
                f"{name} goes up to {sequence.maximum:,}, and {column.relation}.{column.name} is"
                f" {column.type}.",
                statements(
                    "end the sequence where the column ends; better, widen the column",
                    f"ALTER SEQUENCE {name} AS {column.type}",
                ),
                {"maximum": sequence.maximum, "largest value": largest},
            )


@rule(
    "sequence-behind-data",
    ERROR,
    name="Sequence is behind its column",
    why="Rows were written with numbers of their own, by a restore or an import. The next insert takes a "
    "number that is there already, and fails.",
    example="CREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);\n"
    "INSERT INTO orders (id) VALUES (41);",
    fix="Set the sequence to the largest number. Runs only when it is named, because it reads the rows.",
    needs_statistics=True,
    opt_in=True,
)
def sequence_behind_data(scope: Scope) -> Found:
    """A column that owns an ascending sequence, and holds a number larger than the last one it gave."""
    if scope.statistics.largest is None:
        yield Silence("it needs the largest value of each column, and the rows were not read")
        return
    for sequence, column in _owned(scope):
        name = Qualified(sequence.schema, sequence.name)
        largest = scope.statistics.largest.get((column.schema, column.table, column.name))
        last = scope.statistics.sequences.get(name, sequence.start - sequence.increment)
        if largest is not None and sequence.increment > 0 and largest > last:
            most = f"(SELECT max({quote_identifier(column.name)}) FROM {column.relation})"  # noqa: S608 - quoted
            yield Advice(
                column.key,
                f"{column.relation}.{column.name} goes up to {largest:,}, and {name} stands at {last:,}.",
                statements(
                    "go on behind the largest number", f"SELECT setval({quote_literal(str(name))}, {most})"
                ),
                {"largest value": largest, "last value": last},
            )


@rule(
    "serial-instead-of-identity",
    INFO,
    name="serial instead of an identity column",
    why="A `serial` is a default that anybody may override or lose, with a sequence of its own rights. An "
    "identity column is standard SQL, refuses accidental values and needs no right on the sequence.",
    example="CREATE TABLE orders (id serial PRIMARY KEY);",
    fix="Drop the default, add the identity, let it go on where the sequence stands, and drop the sequence.",
)
def serial_instead_of_identity(scope: Scope) -> Found:
    """A column whose default takes the next value of a sequence that the column owns."""
    uses = Counter(column.default for column in scope.snapshot.of(Column) if column.default)
    for sequence, column in _owned(scope):
        if sequence.identity or not (column.default or "").startswith("nextval(") or column.nullable:
            continue
        sequence_name = qualified(sequence.schema, sequence.name)
        yield Advice(
            column.key,
            f"{column.relation}.{column.name} takes its numbers from {sequence_name} by a default.",
            _identity(column, sequence_name)
            if uses[column.default or ""] == 1
            else words("others take numbers from the same sequence: see to them first"),
            {"default": column.default},
        )


def _identity(column: Column, sequence: str) -> Fix:
    """The identity goes on where the sequence stands, which may be ahead of the largest value."""
    name, table = quote_identifier(column.name), column.relation
    made = f"pg_get_serial_sequence({quote_literal(str(table))}, {quote_literal(column.name)})"
    return statements(
        "make it an identity column",
        f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT",
        f"ALTER SEQUENCE {sequence} OWNED BY NONE",
        f"ALTER TABLE {table} ALTER COLUMN {name} ADD GENERATED BY DEFAULT AS IDENTITY",
        f"SELECT setval({made}, last_value, is_called) FROM {sequence}",  # noqa: S608 - quoted names
        f"DROP SEQUENCE {sequence}",
    )


def _owned(scope: Scope) -> Iterator[tuple[Sequence, Column]]:
    for sequence in scope.snapshot.own(Sequence):
        if sequence.owned_by is not None:
            schema, table, name = sequence.owned_by
            if (column := scope.column(Qualified(schema, table), name)) is not None:
                yield sequence, column


def _stage(share: float) -> Severity | None:
    return next((severity for limit, severity in _STAGES if share >= limit), None)
