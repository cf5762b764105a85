"""What a rule is: a condition over statements, a revision or a history, with its text beside it.

Invariant: a rule is a pure function. What a statement locks or does it asks of the act, whose verdict comes
from the lock matrix; it never knows a lock by heart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from toolkit.findings import Fix, Severity

if TYPE_CHECKING:
    from toolkit.migrate.lint.act import Act
    from toolkit.migrate.lint.history import HistoryScope
    from toolkit.migrate.lint.revision import RevisionScope
    from toolkit.sql.classify import RelationName

INFO: Final = Severity.INFO
WARNING: Final = Severity.WARNING
ERROR: Final = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule has to say."""

    sentence: str
    subject: str = ""
    """The object; empty: the revision or file."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    """None: the rule's usual one."""
    fix: Fix | None = None
    """None: the rule's own words."""
    line: int | None = None
    """None: that of the statement, or of the revision."""
    act: Act | None = None
    """The statement, where the rule looks at more than one."""
    about: tuple[RelationName, ...] = ()
    """The tables whose live size and use scale the severity."""


Found = Iterator[Said]


class Looks(Enum):
    """What a rule looks at."""

    STATEMENT = "statement"
    REVISION = "revision"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its text. The examples run: the first makes it speak, the safe one does not."""

    id: str
    severity: Severity
    """The usual one; live sizes may lower or raise it."""
    name: str
    what: str
    why: str
    example: str
    language: Literal["sql", "python"]
    """Of the example: SQL that a revision runs, or a revision's file."""
    safe: str
    """What to do instead, in words."""
    safe_sql: str
    """The same as SQL; empty where there is nothing to run. `COMMIT` stands for the end of a transaction."""
    safe_operations: str
    """The same for a revision; empty where `safe_sql` is."""
    looks_at: Looks
    check: Callable[[Any], Found] = field(repr=False)
    major: int = 18
    """The major version of PostgreSQL in which the example speaks."""

    @property
    def fix(self) -> Fix:
        """The rule's words as a fix."""
        return Fix(self.safe)


def _maker(looks_at: Looks) -> Callable[..., Callable[[Callable[[Any], Found]], Rule]]:
    def rule(
        id: str,  # noqa: A002 - the word of the field
        severity: Severity,
        *,
        name: str,
        why: str,
        example: str,
        safe: str,
        safe_sql: str = "",
        safe_operations: str = "",
        language: Literal["sql", "python"] = "sql",
        major: int = 18,
    ) -> Callable[[Callable[[Any], Found]], Rule]:
        def made(check: Callable[[Any], Found]) -> Rule:
            what = " ".join((check.__doc__ or name).split())
            return Rule(
                id,
                severity,
                name,
                what,
                why,
                example.strip("\n"),
                language,
                safe,
                safe_sql.strip("\n"),
                safe_operations.strip("\n"),
                looks_at,
                check,
                major,
            )

        return made

    return rule


statement_rule: Final = _maker(Looks.STATEMENT)
"""Makes a rule of a condition on one `Act`. The condition's docstring says what it looks for."""
revision_rule: Final = _maker(Looks.REVISION)
"""Makes a rule of a condition on a `RevisionScope`."""
history_rule: Final = _maker(Looks.HISTORY)
"""Makes a rule of a condition on a `HistoryScope`."""

if TYPE_CHECKING:
    _StatementCheck = Callable[[Act], Found]
    _RevisionCheck = Callable[[RevisionScope], Found]
    _HistoryCheck = Callable[[HistoryScope], Found]
