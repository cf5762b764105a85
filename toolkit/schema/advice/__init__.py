"""What could be better about a schema: rules over the catalog snapshot, and over
statistics where there are some.

A rule is a condition with its text beside it; it reads values and never a database. Nothing here is changed:
fixes are SQL and Alembic operations for somebody to run.

The names below load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toolkit.settings.advice import AdviceSettings

if TYPE_CHECKING:
    from toolkit.schema.advice.advise import advise as advise
    from toolkit.schema.advice.advise import rules_asked as rules_asked
    from toolkit.schema.advice.declared import Declared as Declared
    from toolkit.schema.advice.errors import FixWithoutSqlError as FixWithoutSqlError
    from toolkit.schema.advice.errors import UnknownRuleError as UnknownRuleError
    from toolkit.schema.advice.page import rule_page as rule_page
    from toolkit.schema.advice.page import rules_page as rules_page
    from toolkit.schema.advice.reading import read_largest as read_largest
    from toolkit.schema.advice.reading import read_statistics as read_statistics
    from toolkit.schema.advice.registry import TOPICS as TOPICS
    from toolkit.schema.advice.registry import rule_named as rule_named
    from toolkit.schema.advice.registry import rules as rules
    from toolkit.schema.advice.revision import FixRevision as FixRevision
    from toolkit.schema.advice.revision import has_sql as has_sql
    from toolkit.schema.advice.revision import revision_of as revision_of
    from toolkit.schema.advice.rule import Advice as Advice
    from toolkit.schema.advice.rule import Rule as Rule
    from toolkit.schema.advice.rule import Silence as Silence
    from toolkit.schema.advice.statistics import ColumnStatistics as ColumnStatistics
    from toolkit.schema.advice.statistics import IndexStatistics as IndexStatistics
    from toolkit.schema.advice.statistics import Statistics as Statistics
    from toolkit.schema.advice.statistics import TableStatistics as TableStatistics

_HOMES = {
    "Advice": "rule",
    "ColumnStatistics": "statistics",
    "Declared": "declared",
    "FixRevision": "revision",
    "FixWithoutSqlError": "errors",
    "IndexStatistics": "statistics",
    "Rule": "rule",
    "Silence": "rule",
    "Statistics": "statistics",
    "TOPICS": "registry",
    "TableStatistics": "statistics",
    "UnknownRuleError": "errors",
    "advise": "advise",
    "has_sql": "revision",
    "read_largest": "reading",
    "read_statistics": "reading",
    "revision_of": "revision",
    "rule_named": "registry",
    "rule_page": "page",
    "rules": "registry",
    "rules_asked": "advise",
    "rules_page": "page",
}

__all__ = [*_HOMES, "AdviceSettings"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept from then on: a module of the same name would otherwise hide what it holds.
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
