"""How far a default expression can change from row to row, which decides whether adding it is a rewrite."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify.knowledge import Knowledge, Volatility
from toolkit.sql.classify.reading import dotted, fields_named
from toolkit.sql.parse import Tree

_STABLE: Final = frozenset(
    {"now", "transaction_timestamp", "statement_timestamp", "current_setting", "timezone"}
)
_VOLATILE: Final = frozenset(
    """
    random gen_random_uuid uuidv4 uuidv7 clock_timestamp timeofday nextval setval currval lastval
    random_normal uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes txid_current
    """.split()  # noqa: SIM905 - a plain word list reads better
)
_IMMUTABLE: Final = frozenset(
    {"lower", "upper", "md5", "length", "btrim", "abs", "round", "make_interval", "make_date"}
)


def volatility_of(expression: Tree, known: Knowledge) -> Volatility | None:
    """The worst volatility of the functions in the expression; None if one of them is not known."""
    worst = Volatility.IMMUTABLE
    if any(True for _ in fields_named(expression, "SQLValueFunction")):
        worst = Volatility.STABLE
    unknown = False
    for call in fields_named(expression, "FuncCall"):
        found = _of_function(dotted(call["funcname"]).name, known)
        if found is Volatility.VOLATILE:
            return found
        unknown = unknown or found is None
        worst = Volatility.STABLE if found is Volatility.STABLE else worst
    return None if unknown else worst


def _of_function(name: str, known: Knowledge) -> Volatility | None:
    answer = known.volatility(name)
    if answer is not None:
        return answer
    if name in _VOLATILE:
        return Volatility.VOLATILE
    if name in _STABLE:
        return Volatility.STABLE
    return Volatility.IMMUTABLE if name in _IMMUTABLE else None
