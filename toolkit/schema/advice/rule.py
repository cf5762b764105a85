"""What a rule is: a condition over a schema with its text beside it, and what a condition may answer.

Invariant: a rule is a pure function. It reads the snapshot, the statistics and the settings in its scope,
never a database, a clock or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from toolkit.findings import Fix, Severity
from toolkit.schema.objects import Key

if TYPE_CHECKING:
    from toolkit.schema.advice.scope import Scope

INFO: Final = Severity.INFO
WARNING: Final = Severity.WARNING
ERROR: Final = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Advice:
    """What a rule has to say about one object."""

    about: Key
    sentence: str
    fix: Fix
    evidence: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    """None: the rule's usual one."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A question the rule could not answer for want of facts, and why."""

    reason: str
    about: Key | None = None
    """None: the database."""


Found = Iterator[Advice | Silence]
Check = Callable[["Scope"], Found]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its text. The text is Markdown of a few sentences; the example is SQL that runs."""

    id: str
    severity: Severity
    """The usual one; a finding may weigh more or less, as the text says."""
    name: str
    what: str
    why: str
    example: str
    """SQL that makes the rule speak, with what statistics must hold in comments."""
    fix: str
    check: Check = field(repr=False)
    needs_statistics: bool = False
    needs_app_role: bool = False
    needs_models: bool = False
    opt_in: bool = False
    """Runs only when it is named."""
    since: int = 14
    """The first major version of PostgreSQL in which the question makes sense."""


def rule(
    id: str,  # noqa: A002 - the word of the field
    severity: Severity,
    *,
    name: str,
    why: str,
    example: str,
    fix: str,
    needs_statistics: bool = False,
    needs_app_role: bool = False,
    needs_models: bool = False,
    opt_in: bool = False,
    since: int = 14,
) -> Callable[[Check], Rule]:
    """Make a rule of a condition. The docstring of the condition says what the rule looks for."""

    def made(check: Check) -> Rule:
        return Rule(
            id=id,
            severity=severity,
            name=name,
            what=" ".join((check.__doc__ or name).split()),
            why=why,
            example=example.strip("\n"),
            fix=fix,
            check=check,
            needs_statistics=needs_statistics,
            needs_app_role=needs_app_role,
            needs_models=needs_models,
            opt_in=opt_in,
            since=since,
        )

    return made
