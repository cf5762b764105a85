"""What a way back leaves behind or does not bring back, and what a second way up does differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.findings import Finding, Location, Severity
from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.drift.pairwise import without_relations
from toolkit.migrate.drift.planning import version_tables
from toolkit.migrate.rehearsal.digests import Content, losses
from toolkit.schema import Snapshot
from toolkit.schema.description import spelled
from toolkit.schema.diff import ObjectChange, compare
from toolkit.schema.objects import Qualified


def comparable(side: Snapshot, environment: CapturedEnvironment | None) -> Snapshot:
    """The side without Alembic's own tables, which the first revision makes and none takes away."""
    return without_relations(side, version_tables(side, environment))


def traces(before: Snapshot, back: Snapshot, revision: str, place: Location) -> Iterator[Finding]:
    """How the schema after up and down differs from that before; empty if they are equal."""
    if before.hash == back.hash:
        return
    for change in compare(before, back).changes:
        yield _finding("rehearse-trace", change, revision, place, _left(change))


def unequal(first: Snapshot, again: Snapshot, revision: str, place: Location) -> Iterator[Finding]:
    """How the schema after the second way up differs from that after the first."""
    if first.hash == again.hash:
        return
    for change in compare(first, again).changes:
        said = f"After up, down and up again it {_moved(change)}."
        yield _finding("rehearse-not-repeatable", change, revision, place, said)


def lost_rows(
    before: Mapping[Qualified, Content], back: Mapping[Qualified, Content], revision: str, place: Location
) -> Iterator[Finding]:
    """Rows and values that are not there after up and down."""
    for table, said in losses(before, back):
        sentence = f"After up and down, {said}."
        yield Finding(
            "rehearse-rows-lost", Severity.WARNING, str(table), sentence, {"revision": revision}, None, place
        )


def _finding(rule: str, change: ObjectChange, revision: str, place: Location, said: str) -> Finding:
    evidence = {"revision": revision}
    for one in change.attributes:
        evidence[one.attribute] = f"{spelled(one.before)} -> {spelled(one.after)}"
    return Finding(rule, _weight(change), str(change.key), said, evidence, None, place)


def _weight(change: ObjectChange) -> Severity:
    """A column that came back at the end of its table is the way of PostgreSQL, and no fault."""
    if change.change == "changed" and {one.attribute for one in change.attributes} == {"column_order"}:
        return Severity.INFO
    return Severity.ERROR


def _left(change: ObjectChange) -> str:
    if change.change == "added":
        return "The downgrade leaves it behind."
    if change.change == "removed":
        return "The downgrade does not bring it back."
    names = ", ".join(one.attribute.replace("_", " ") for one in change.attributes)
    return f"After the downgrade it is not as before: {names}."


def _moved(change: ObjectChange) -> str:
    words = {"added": "is there, and was not", "removed": "is not there any more", "changed": "is different"}
    return words[change.change]
