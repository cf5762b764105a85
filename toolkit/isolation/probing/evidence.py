"""What a probe answers with: one piece of evidence per relation, action and identity.

Invariant: what was not tried, or could not have been seen to succeed, is UNKNOWN with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from toolkit.isolation.probing.actions import VERBS, Action, Identity
from toolkit.isolation.verdict import Cell, Subject, Verb, Verdict

_BADNESS: Final = (Verdict.PROVEN, Verdict.HELD, Verdict.CONDITIONAL, Verdict.UNKNOWN, Verdict.LEAK)


class RelationKind(Enum):
    """What the role addressed."""

    TABLE = "table"
    PARTITION = "partition"
    CHILD = "child table"
    VIEW = "view"
    STORED_VIEW = "materialized view"
    FOREIGN_TABLE = "foreign table"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class SideEffect:
    """What a probe leaves behind although everything is rolled back."""

    kind: str
    """`sequence`, `trigger`, `locks`, `dead rows`, `function`."""
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A leak as a session: what to run, in one transaction that is rolled back."""

    role: str
    setting: str
    identity: str | None
    """None: the setting was never set in the session."""
    prepare: tuple[str, ...]
    """Run before, as the role of the connection."""
    statement: str
    """Run as the application's role. It gives the row that came back, unless `reached` asks for it."""
    reached: str | None
    """Asked afterwards, as the role of the connection: gives the row that was reached, or nothing."""
    control: str
    """Asked first, as the role of the connection: the row of the other user is there."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A leak that can be shown again."""

    id: str
    """The same each time, as long as the way is the same."""
    key: str
    """The row of another user that came back or changed."""
    responsible: str
    """The object that let it happen."""
    closing: tuple[str, ...]
    """The smallest change that closes it, as SQL; empty if nobody could tell."""
    replay: Replay


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer."""

    relation: str
    kind: RelationKind
    action: Action
    identity: Identity
    verdict: Verdict
    reason: str
    owned: tuple[str, ...]
    """The tables whose rows are at stake."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The users, how many rows, and what came of each try; JSON-able."""
    leak: Leak | None = None

    @property
    def executed(self) -> bool:
        """Whether anything was tried."""
        return "tries" in self.facts


@dataclass(frozen=True, slots=True)
class Probe:
    """Everything one probe found out."""

    database: str
    subject: Subject
    explained_only: bool
    evidence: tuple[Evidence, ...]
    side_effects: tuple[SideEffect, ...]
    unclassified: Mapping[str, str] = field(default_factory=dict)
    """Tables whose owner is not known, with the reason: nothing on them was tried."""
    shared: Mapping[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> dict[Verdict, int]:
        """How many answers have each verdict; every verdict is there."""
        counts = {verdict: sum(each.verdict is verdict for each in self.evidence) for verdict in Verdict}
        counts[Verdict.UNKNOWN] += len(self.unclassified)
        return counts

    @property
    def leaks(self) -> tuple[Evidence, ...]:
        """The answers that are broken."""
        return tuple(each for each in self.evidence if each.verdict is Verdict.LEAK)

    def of(self, relation: str, verb: Verb) -> tuple[Evidence, ...]:
        """The evidence for one cell of the verdict table."""
        return tuple(
            each for each in self.evidence if each.relation == relation and VERBS[each.action][0] is verb
        )

    def cells(self) -> tuple[Cell, ...]:
        """The worst answer per relation and verb, views, partitions and functions as rows of their own."""
        worst: dict[tuple[str, Verb], Evidence] = {}
        for each in self.evidence:
            place = (each.relation, VERBS[each.action][0])
            if place not in worst or badness(each.verdict) > badness(worst[place].verdict):
                worst[place] = each
        return tuple(
            Cell(
                relation,
                verb,
                each.verdict,
                f"{each.action.value} as {each.identity.value}: {each.reason}",
                {**each.facts, "kind": each.kind.value},
            )
            for (relation, verb), each in worst.items()
        )


def badness(verdict: Verdict) -> int:
    """How bad a verdict is, LEAK the worst."""
    return _BADNESS.index(verdict)
