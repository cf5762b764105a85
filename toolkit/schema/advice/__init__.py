"""What could be better about a schema: rules over the catalog snapshot, and over
statistics where there are some.

A rule is a condition with its text beside it; it reads values and never a database. Nothing here is changed:
fixes are SQL and Alembic operations for somebody to run. What reads a database is loaded when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.schema.advice.advise import advise, rules_asked
from toolkit.schema.advice.declared import Declared
from toolkit.schema.advice.errors import FixWithoutSqlError, UnknownRuleError
from toolkit.schema.advice.page import rule_page, rules_page
from toolkit.schema.advice.registry import TOPICS, rule_named, rules
from toolkit.schema.advice.revision import FixRevision, has_sql, revision_of
from toolkit.schema.advice.rule import Advice, Rule, Silence
from toolkit.schema.advice.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from toolkit.settings.advice import AdviceSettings

if TYPE_CHECKING:
    from toolkit.schema.advice.reading import read_largest as read_largest
    from toolkit.schema.advice.reading import read_statistics as read_statistics

__all__ = [
    "TOPICS",
    "Advice",
    "AdviceSettings",
    "ColumnStatistics",
    "Declared",
    "FixRevision",
    "FixWithoutSqlError",
    "IndexStatistics",
    "Rule",
    "Silence",
    "Statistics",
    "TableStatistics",
    "UnknownRuleError",
    "advise",
    "has_sql",
    "read_largest",
    "read_statistics",
    "revision_of",
    "rule_named",
    "rule_page",
    "rules",
    "rules_asked",
    "rules_page",
]


def __getattr__(name: str) -> Any:
    if name not in ("read_largest", "read_statistics"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from toolkit.schema.advice import reading

    return getattr(reading, name)
