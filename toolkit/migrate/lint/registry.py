"""Every rule there is, by family. The list is written out: a rule that is not in it does not exist."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Final

from toolkit.migrate.lint.catalogue import (
    alembic,
    columns,
    constraints,
    data,
    fallback,
    indexes,
    tables,
    transactions,
    types,
)
from toolkit.migrate.lint.errors import UnknownLintRuleError
from toolkit.migrate.lint.rule import Looks, Rule

FALLBACK: Final[tuple[Rule, ...]] = fallback.RULES
"""Asked only where no other rule found an error: what the lock matrix alone says."""

FAMILIES: Final[dict[str, tuple[Rule, ...]]] = {
    "Indexes": indexes.RULES,
    "Constraints": constraints.RULES,
    "Columns": columns.RULES,
    "Types": types.RULES,
    "Tables, partitions, views and the rest": tables.RULES,
    "Transactions and timeouts": transactions.RULES,
    "Data": data.RULES,
    "Revisions, history and env.py": alembic.RULES,
    "What the lock matrix says of any statement": FALLBACK,
}
"""The rules of each family, in the order of the documentation."""


@cache
def rules() -> tuple[Rule, ...]:
    """All rules."""
    return tuple(rule for family in FAMILIES.values() for rule in family)


@cache
def of_statements() -> tuple[Rule, ...]:
    """The rules on single statements, the fallback left out."""
    return tuple(rule for rule in rules() if rule.looks_at is Looks.STATEMENT and rule not in FALLBACK)


@cache
def of_revisions() -> tuple[Rule, ...]:
    """The rules on revisions."""
    return tuple(rule for rule in rules() if rule.looks_at is Looks.REVISION)


@cache
def of_history() -> tuple[Rule, ...]:
    """The rules on histories."""
    return tuple(rule for rule in rules() if rule.looks_at is Looks.HISTORY)


def rule_named(id_: str) -> Rule:
    """The rule with this id. Raises `UnknownLintRuleError` with the nearest ones."""
    known = {rule.id: rule for rule in rules()}
    if id_ not in known:
        raise UnknownLintRuleError(id_, tuple(difflib.get_close_matches(id_, known)))
    return known[id_]
