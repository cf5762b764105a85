"""Aggregates, operators and casts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on, owner_of
from toolkit.schema.ddl.routines import routine_rest
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.unit import Unit, unit
from toolkit.schema.objects import Aggregate, Cast, Operator
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

_MODIFY: Final = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
_TEXTS: Final = frozenset({"initcond", "minitcond"})
_FLAGS: Final = frozenset({"finalfunc_extra", "mfinalfunc_extra"})
_NOT_WRITTEN: Final = frozenset({"kind", "direct_arguments"})


def aggregate_units(aggregate: Aggregate, source: Source) -> Iterator[Unit]:
    """An aggregate."""
    made_of = dict(part.split("=", 1) for part in aggregate.definition)
    parameters = [_parameter(name, value) for name, value in made_of.items() if name not in _NOT_WRITTEN]
    if made_of.get("kind") == "h":
        parameters.append("HYPOTHETICAL")
    if aggregate.parallel != "unsafe":
        parameters.append(f"PARALLEL = {aggregate.parallel.upper()}")
    arguments = aggregate.arguments or "*"
    create = f"CREATE AGGREGATE {qualified(aggregate.schema, aggregate.name)}({arguments}) (\n  "
    create += ",\n  ".join(parameters) + "\n)"
    texts = (value for name, value in made_of.items() if name not in _TEXTS)
    yield unit(
        aggregate.key,
        [create, *routine_rest(aggregate, source)],
        likely=source.references.of(aggregate.arguments, *texts, *parameters),
    )


def _parameter(name: str, value: str) -> str:
    if name in _FLAGS:
        return name.upper()
    if name in _TEXTS:
        value = quote_literal(value)
    elif name.endswith("_modify"):
        value = _MODIFY[value]
    elif name == "sortop":
        value = operator_name(value)
    return f"{name.upper()} = {value}"


def operator_units(operator: Operator, source: Source) -> Iterator[Unit]:
    """An operator. Its commutator and negator need not be there yet: the server keeps a place for them."""
    name = f"{quote_identifier(operator.schema)}.{operator.name}"
    given = (
        ("FUNCTION", operator.function),
        ("LEFTARG", operator.left),
        ("RIGHTARG", operator.right),
        ("COMMUTATOR", operator_name(operator.commutator) if operator.commutator else None),
        ("NEGATOR", operator_name(operator.negator) if operator.negator else None),
        ("RESTRICT", operator.restrict),
        ("JOIN", operator.join),
    )
    parameters = [f"{parameter} = {value}" for parameter, value in given if value is not None]
    parameters += ["HASHES"] if operator.hashes else []
    parameters += ["MERGES"] if operator.merges else []
    target = f"OPERATOR {name} ({operator.left or 'NONE'}, {operator.right or 'NONE'})"
    yield unit(
        operator.key,
        [
            f"CREATE OPERATOR {name} ({', '.join(parameters)})",
            *owner_of(target, operator.owner),
            *comment_on(target, operator.comment),
        ],
        likely=source.references.of(
            operator.function, operator.left, operator.right, operator.restrict, operator.join
        ),
    )


def operator_name(signature: str) -> str:
    """`OPERATOR(app.===)` from the server's `app.===(integer,integer)`."""
    start = 0
    if signature.startswith('"'):
        start = 1
        while signature[start : start + 1] != '"' or signature[start + 1 : start + 2] == '"':
            start += 2 if signature[start] == '"' else 1
    name = signature[: signature.index("(", start)]
    return f"OPERATOR({name if '.' in name else f'pg_catalog.{name}'})"


def cast_units(cast: Cast, source: Source) -> Iterator[Unit]:
    """A cast."""
    types = f"({cast.source} AS {cast.target})"
    how = {"inout": "WITH INOUT", "binary": "WITHOUT FUNCTION"}.get(
        cast.method, f"WITH FUNCTION {cast.function}"
    )
    when = "" if cast.context == "explicit" else f" AS {cast.context.upper()}"
    yield unit(
        cast.key,
        [f"CREATE CAST {types} {how}{when}", *comment_on(f"CAST {types}", cast.comment)],
        likely=source.references.of(cast.source, cast.target, cast.function),
    )
