"""Functions and procedures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import dollar_quoted, set_clause
from toolkit.schema.ddl.unit import Unit, unit
from toolkit.schema.objects import Aggregate, Function, Procedure
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

_CHEAP: Final = frozenset({"c", "internal"})
_USUAL_ROWS: Final = 1000
_SET: Final = re.compile(r"(SETOF |TABLE\()")


def routine_units(routine: Function | Procedure, source: Source) -> Iterator[Unit]:
    """A function or procedure."""
    returns = routine.returns if isinstance(routine, Function) else None
    yield unit(
        routine.key,
        [create_routine(routine), *routine_rest(routine, source)],
        likely=source.references.of(routine.arguments, returns, routine.sql_body),
    )


def routine_rest(routine: Function | Procedure | Aggregate, source: Source) -> Iterator[str]:
    """Owner, comment and grants. `ROUTINE` fits all kinds, however their arguments are written."""
    target = f"ROUTINE {qualified(routine.schema, routine.name)}({routine.identity})"
    yield from owner_of(target, routine.owner)
    yield from comment_on(target, routine.comment)
    yield from new_grants("function", target, routine.owner, routine.grants, source.major)


def create_routine(routine: Function | Procedure, *, replace: bool = False) -> str:
    """`CREATE FUNCTION` or `CREATE PROCEDURE`."""
    word = "FUNCTION" if isinstance(routine, Function) else "PROCEDURE"
    lines = [f"CREATE {'OR REPLACE ' if replace else ''}{word} {qualified(routine.schema, routine.name)}"]
    lines[0] += f"({routine.arguments})"
    if isinstance(routine, Function):
        lines.append(f"RETURNS {routine.returns}")
    lines.append(" ".join([f"LANGUAGE {quote_identifier(routine.language)}", *_attributes(routine)]))
    lines += map(set_clause, routine.settings)
    return "\n".join([*lines, _body(routine)])


def _body(routine: Function | Procedure) -> str:
    if routine.sql_body is not None:
        return routine.sql_body
    if routine.symbol_file is not None:
        return f"AS {quote_literal(routine.symbol_file)}, {quote_literal(routine.body)}"
    return f"AS {dollar_quoted(routine.body)}"


def _attributes(routine: Function | Procedure) -> Iterator[str]:
    if routine.security_definer:
        yield "SECURITY DEFINER"
    if isinstance(routine, Procedure):
        return
    if routine.window:
        yield "WINDOW"
    if routine.volatility != "volatile":
        yield routine.volatility.upper()
    if routine.strict:
        yield "STRICT"
    if routine.leakproof:
        yield "LEAKPROOF"
    if routine.parallel != "unsafe":
        yield f"PARALLEL {routine.parallel.upper()}"
    if routine.cost != (1 if routine.language in _CHEAP else 100):
        yield f"COST {routine.cost!r}"
    if routine.rows and (routine.rows != _USUAL_ROWS or not _SET.match(routine.returns)):
        yield f"ROWS {routine.rows!r}"
    if routine.support is not None:
        yield f"SUPPORT {routine.support}"
