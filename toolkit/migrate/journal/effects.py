"""What a statement leaves behind, told from its text: decides what may run twice.

Lookups and settings of the session run again when a revision is resumed; changes are counted, and those that
are committed are passed over. A SELECT that calls a function not known to be harmless counts as a change.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class Effect(Enum):
    """What a statement does to the database."""

    LOOKUP = "lookup"
    SESSION = "session"
    COMMIT = "commit"
    """Ends the transaction by its own word."""
    ROLLBACK = "rollback"
    CHANGE = "change"


_GAP: Final = r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_FIRST: Final = re.compile(rf"{_GAP}([a-zA-Z]+)", re.DOTALL)
_CALL: Final = re.compile(r"([a-z_][a-z0-9_]*)\s*\(")
_WRITES: Final = re.compile(r"\b(insert|update|delete|merge|into)\b")

_SAVEPOINT: Final = re.compile(
    rf"{_GAP}(?:(ROLLBACK)\s+(?:WORK\s+|TRANSACTION\s+)?TO\s+(?:SAVEPOINT\s+)?|SAVEPOINT\s+)(\S+)",
    re.IGNORECASE,
)
_CATALOG: Final = re.compile(r"\b(?:from|join)\s+(?:pg_catalog|information_schema)\.")
_DOES: Final = re.compile(
    r"\b(?:setval|nextval|set_config|lo_\w+|dblink\w*|pg_(?:terminate|cancel|advisory)\w*)\s*\("
)

_SESSION: Final = frozenset(
    {"set", "reset", "discard", "listen", "unlisten", "begin", "start", "savepoint", "release", "lock"}
)
_HARMLESS: Final = re.compile(
    r"select|from|where|in|and|or|not|exists|any|all|values|case|when|then|else|end|over|"
    r"as|on|using|with|count|min|max|sum|avg|coalesce|nullif|greatest|least|lower|upper|"
    r"length|trim|btrim|concat|replace|substr|substring|cast|array|row|now|current_setting|"
    r"current_database|current_schema|current_schemas|version|pg_backend_pid|to_regclass|format|"
    r"quote_ident|array_agg|string_agg|unnest|generate_series|abs|round|extract|date_trunc|"
    r"row_number|rank|has_table_privilege|has_schema_privilege|obj_description|numeric|varchar|"
    r"char|bool_or|bool_and|array_length|array_position|split_part|left|right|position|"
    r"regexp_replace|json_build_object|jsonb_build_object|generate_subscripts|txid_current_if_assigned"
)


def ending_of(sql: str) -> Effect | None:
    """COMMIT or ROLLBACK for a statement that ends the transaction by its own word; else something else."""
    word = _word(sql)
    if word in ("commit", "end"):
        return Effect.COMMIT
    if word in ("rollback", "abort"):
        return Effect.SESSION if savepoint_of(sql) else Effect.ROLLBACK
    return None


def savepoint_of(sql: str) -> tuple[str, bool] | None:
    """The savepoint that a statement sets, or goes back to (True)."""
    found = _SAVEPOINT.match(sql)
    return None if found is None else (found.group(2), found.group(1) is not None)


def effect_of(sql: str) -> Effect:
    """The effect of one statement."""
    if (ending := ending_of(sql)) is not None:
        return ending
    word = _word(sql)
    if word in _SESSION:
        return Effect.SESSION
    if word in ("show", "explain", "values", "table"):
        return Effect.LOOKUP
    if word in ("select", "with"):
        return Effect.LOOKUP if _only_looks(sql.lower()) else Effect.CHANGE
    return Effect.CHANGE


def may_be_repeated(sql: str) -> bool:
    """Whether running the statement once more does no harm, whether or not it had run."""
    return effect_of(sql) in (Effect.LOOKUP, Effect.SESSION) or bool(_REPEATABLE.match(sql))


_REPEATABLE: Final = re.compile(
    rf"{_GAP}(?:VACUUM|ANALYZE|REINDEX|REFRESH|CHECKPOINT|COMMENT\s+ON|GRANT|REVOKE"
    r"|CREATE\s+OR\s+REPLACE|ALTER\s+TABLE\b.*\bVALIDATE\s+CONSTRAINT"
    r"|(?:CREATE|ALTER\s+TYPE)\b.*\bIF\s+NOT\s+EXISTS|DROP\b.*\bIF\s+EXISTS)\b",
    re.IGNORECASE | re.DOTALL,
)


def _word(sql: str) -> str:
    found = _FIRST.match(sql)
    return found.group(1).lower() if found else ""


def _only_looks(sql: str) -> bool:
    if _CATALOG.search(sql):
        return not _WRITES.search(sql) and not _DOES.search(sql)
    if _WRITES.search(sql) or "for update" in sql:
        return False
    return all(_HARMLESS.fullmatch(name) for name in _CALL.findall(sql))
