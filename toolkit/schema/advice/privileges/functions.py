"""Functions that run with other rights, or find other objects, than their author meant."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import statements
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Function, Procedure
from toolkit.sql.quoting import quote_identifier

_Code = Function | Procedure


@rule(
    "definer-function-mutable-path",
    ERROR,
    name="SECURITY DEFINER function without a search_path",
    why="It runs with the rights of its owner and looks names up where the caller says: a caller who can "
    "create an object puts one in front of what the function means, and it runs with those rights.",
    example="CREATE FUNCTION audit() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN 1; END';",
    fix="`SET search_path` on the function, with `pg_temp` last.",
)
def definer_function_mutable_path(scope: Scope) -> Found:
    """A SECURITY DEFINER function or procedure that does not set `search_path` for itself."""
    for code in _code(scope):
        if code.security_definer and not _sets_path(code):
            yield Advice(
                code.key,
                f"{code.key.name} runs as {code.owner} and looks names up where the caller says.",
                _pinned(code),
                {"owner": code.owner, "language": code.language},
            )


@rule(
    "function-mutable-path",
    INFO,
    name="Function without a search_path",
    why="What its names mean depends on the caller: it works in one session and fails, or does something "
    "else, in another - in a restore, in an index, under a pooler.",
    example="CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN n * 2; END';",
    fix="`SET search_path`, or names with schemas, or a body in BEGIN ATOMIC. A set path keeps SQL "
    "functions from being inlined.",
)
def function_mutable_path(scope: Scope) -> Found:
    """A function or procedure in PL/pgSQL, not SECURITY DEFINER, that does not set `search_path`."""
    for code in _code(scope):
        if not code.security_definer and not _sets_path(code) and code.language == "plpgsql":
            yield Advice(
                code.key,
                f"What the names in {code.key.name} mean depends on the caller.",
                _pinned(code),
                {"language": code.language},
            )


@rule(
    "definer-function-public-execute",
    WARNING,
    name="SECURITY DEFINER function that everybody may call",
    why="Functions are executable by PUBLIC unless that is taken away: every role of the cluster acts "
    "with the rights of its owner.",
    example="CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = "
    "pg_catalog, pg_temp\n"
    "  AS 'BEGIN NULL; END';",
    fix="Take EXECUTE from PUBLIC, and give it to the roles that need it. Functions of triggers need no "
    "right.",
)
def definer_function_public_execute(scope: Scope) -> Found:
    """A SECURITY DEFINER function or procedure, not of a trigger, that PUBLIC or one of `low_roles` may
    execute.
    """
    for code in _code(scope):
        returns = getattr(code, "returns", "")
        if not code.security_definer or returns in ("trigger", "event_trigger"):
            continue
        if holders := scope.low_holders(code.grants):
            word = "PROCEDURE" if isinstance(code, Procedure) else "FUNCTION"
            who = "Everybody" if "PUBLIC" in holders else ", ".join(holders)
            yield Advice(
                code.key,
                f"{who} may call {code.key.name}, which runs as {code.owner}.",
                statements(
                    "take the right from everybody, and give it to those who need it",
                    f"REVOKE EXECUTE ON {word} {_name(code)} FROM {', '.join(holders)}",
                ),
                {"owner": code.owner, "held by": list(holders)},
            )


def _code(scope: Scope) -> Iterator[_Code]:
    yield from scope.snapshot.own(Function)
    yield from scope.snapshot.own(Procedure)


def _sets_path(code: _Code) -> bool:
    return any(setting.startswith("search_path=") for setting in code.settings)


def _name(code: _Code) -> str:
    return f"{quote_identifier(code.schema)}.{code.signature}"


def _pinned(code: _Code) -> Fix:
    word = "PROCEDURE" if isinstance(code, Procedure) else "FUNCTION"
    path = f"{quote_identifier(code.schema)}, pg_temp"
    return statements("pin the path to what it uses", f"ALTER {word} {_name(code)} SET search_path = {path}")
