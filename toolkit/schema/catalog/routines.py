"""Functions, procedures, aggregates, operators and casts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.objects import Aggregate, Cast, Function, Operator, Procedure, SchemaObject

_VOLATILITY: Mapping[str, Any] = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL: Mapping[str, Any] = {"s": "safe", "r": "restricted", "u": "unsafe"}
_CONTEXT: Mapping[str, Any] = {"e": "explicit", "a": "assignment", "i": "implicit"}
_METHOD: Mapping[str, Any] = {"f": "function", "i": "inout", "b": "binary"}
_MODIFY_DEFAULT = {"n": "r", "o": "w", "h": "w"}
"""By aggregate kind: whether the final function may change the state, unless told otherwise."""


def routines(
    rows: Iterable[Any], directory: Directory, aggregates: Mapping[int, Mapping[str, Any]]
) -> Iterator[SchemaObject]:
    """Every function, procedure and aggregate."""
    for row in rows:
        (
            oid, schema, name, letter, owner, input_types, arguments, result, language, source, sql_body,
            binary, volatility, parallel, strict, leakproof, definer, cost, count, settings, support, acl,
        ) = row  # fmt: skip
        common: dict[str, Any] = {
            "schema": schema,
            "name": name,
            "identity": input_types,
            "owner": directory.role(owner),
            "arguments": arguments,
            "grants": directory.grants("f", owner, acl),
            "comment": directory.comment("pg_proc", oid),
            "origin": directory.origin("pg_proc", oid, schema),
        }
        if letter == "a":
            made_of = _aggregate_definition(aggregates.get(oid, {}))
            yield Aggregate(**common, returns=result, definition=made_of, parallel=_PARALLEL[parallel])
            continue
        common |= {"language": language, "body": source, "sql_body": sql_body, "symbol_file": binary}
        common |= {"security_definer": definer, "settings": tuple(settings or ())}
        if letter == "p":
            yield Procedure(**common)
            continue
        common |= {"strict": strict, "leakproof": leakproof, "cost": cost, "rows": count, "support": support}
        yield Function(
            **common,
            returns=result,
            volatility=_VOLATILITY[volatility],
            parallel=_PARALLEL[parallel],
            window=letter == "w",
        )


def _aggregate_definition(row: Mapping[str, Any]) -> tuple[str, ...]:
    kind = row.get("kind", "n")
    left_out = {"function": None, "kind": "n", "direct_arguments": "0"}
    left_out |= {"finalfunc_modify": _MODIFY_DEFAULT[kind], "mfinalfunc_modify": _MODIFY_DEFAULT[kind]}
    return tuple(
        f"{name}={value}"
        for name, value in sorted(row.items())
        if value is not None and name != "function" and left_out.get(name) != value
    )


def operators(rows: Iterable[Any], directory: Directory) -> Iterator[Operator]:
    """User-made operators."""
    for row in rows:
        oid, schema, name, owner, left, right, function, result, *others = row
        yield Operator(
            schema,
            name,
            left,
            right,
            directory.role(owner),
            function,
            result,
            *others,
            comment=directory.comment("pg_operator", oid),
            origin=directory.origin("pg_operator", oid, schema),
        )


def casts(rows: Iterable[Any], directory: Directory) -> Iterator[Cast]:
    """User-made casts."""
    for oid, source, target, context, method, function in rows:
        yield Cast(
            source,
            target,
            _CONTEXT[context],
            _METHOD[method],
            function,
            comment=directory.comment("pg_cast", oid),
            origin=directory.origin("pg_cast", oid),
        )
