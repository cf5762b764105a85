"""Every rule there is, by topic. The list is written out: a rule that is not in it does not exist."""

from __future__ import annotations

import difflib
from typing import Final

from toolkit.schema.advice import columns, indexes, keys, naming, privileges, row_security, storage, types
from toolkit.schema.advice.errors import UnknownRuleError
from toolkit.schema.advice.rule import Rule

TOPICS: Final[dict[str, tuple[Rule, ...]]] = {
    "Keys and references": keys.RULES,
    "Columns and constraints": columns.RULES,
    "Types": types.RULES,
    "Names": naming.RULES,
    "Indexes": indexes.RULES,
    "Storage": storage.RULES,
    "Row security": row_security.RULES,
    "Privileges and code": privileges.RULES,
}
"""The rules of each topic, in the order of the documentation."""


def rules() -> tuple[Rule, ...]:
    """All rules."""
    return tuple(rule for of_topic in TOPICS.values() for rule in of_topic)


def rule_named(id_: str) -> Rule:
    """The rule with this id. Raises `UnknownRuleError` with the nearest ones."""
    known = {rule.id: rule for rule in rules()}
    if id_ not in known:
        raise UnknownRuleError(rule=id_, suggestions=tuple(difflib.get_close_matches(id_, known)))
    return known[id_]
