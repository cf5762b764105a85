"""What the rules share: parts with what they do to others, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.impact import Impact, impact_of, is_in_use, mode_word
from toolkit.migrate.lint.rule import ERROR, Found, Said
from toolkit.sql.classify import Part, RelationName, Role, StatementKind
from toolkit.sql.locks.modes import Blocked
from toolkit.sql.locks.verdict import Answer


def impacts(act: Act, *kinds: StatementKind) -> Iterator[Impact]:
    """What the act's parts of the given kinds do to others."""
    for part, verdict in act.parts:
        if part.kind in kinds:
            yield impact_of(act, part, verdict)


def hurting(act: Act, *kinds: StatementKind) -> Iterator[Impact]:
    """Those that keep users waiting for a time that grows with a table, or may."""
    return (impact for impact in impacts(act, *kinds) if impact.hurts is not Answer.NO)


def blocking(act: Act, *kinds: StatementKind) -> Iterator[Impact]:
    """Those that keep readers or writers of a table in use waiting at all."""
    return (one for one in impacts(act, *kinds) if one.blocks_reads or one.blocks_writes)


def used(act: Act, *kinds: StatementKind) -> Iterator[Part]:
    """The parts of the given kinds about something that others may use."""
    return (part for part in act.of(*kinds) if any(is_in_use(act, one) for one in about(part)))


def about(part: Part) -> tuple[RelationName, ...]:
    """What the part is about: its tables, else its indexes."""
    return part.named(Role.TABLE) or part.named(Role.INDEX)


def names(part: Part) -> str:
    """What the part is about, in words."""
    return ", ".join(map(str, about(part))) or "the database"


def said_of(impact: Impact, what: str) -> Said:
    """`what`, followed by who waits and why, with the lock as evidence."""
    return Said(
        f"{what} {sentence_of(impact)}",
        about=about(impact.part),
        evidence=evidence_of(impact),
        severity=ERROR if impact.hurts is not Answer.NO else None,
    )


def sentence_of(impact: Impact) -> str:
    """Who waits, and for how long: `keeps reads and writes waiting while it reads every row.`"""
    if impact.hurts is Answer.NO:
        return (
            f"keeps {impact.waiting} waiting for a moment, and all who come after it while it waits itself."
        )
    return f"keeps {impact.waiting} waiting while it {impact.work}."


def evidence_of(impact: Impact) -> dict[str, object]:
    """The locks that others feel."""
    found: dict[str, object] = {}
    for lock in impact.locks:
        if not lock.blocks & {Blocked.READS, Blocked.WRITES}:
            continue
        on = ", ".join(map(str, lock.relations)) or lock.role.value.replace("_", " ")
        found[f"lock on {on}"] = mode_word(lock.mode)
    return found


def each_hurting(act: Act, what: str, *kinds: StatementKind) -> Found:
    """One saying for each part of the kinds that hurts."""
    for impact in hurting(act, *kinds):
        yield said_of(impact, what.format(names(impact.part), **impact.part.attributes))


def each_blocking(act: Act, what: str, *kinds: StatementKind) -> Found:
    """One saying for each part of the kinds that blocks at all; an error where it hurts."""
    for impact in blocking(act, *kinds):
        yield said_of(impact, what.format(names(impact.part), **impact.part.attributes))
