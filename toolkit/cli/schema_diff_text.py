"""The result of `neonkit schema diff` as text, as SQL and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.migrate.sides import Known
from toolkit.reports.table import printable
from toolkit.schema.description import spelled
from toolkit.schema.diff import ObjectChange, SchemaDiff
from toolkit.schema.spelling import plural

if TYPE_CHECKING:
    from toolkit.schema.ddl.alter import Alteration
    from toolkit.schema.objects import Key

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
Renames = Sequence[tuple["Key", "Key"]]


def diff_text(found: SchemaDiff, renames: Renames = ()) -> str:
    """One line per object, one below it per attribute, then what may be renamed and what was not compared."""
    lines = [f"= {printable(str(old))} is now {printable(new.name)}" for old, new in renames]
    lines += [line for change in found.changes for line in _change_lines(change)]
    if not lines:
        lines = ["No difference."]
    lines += [
        f"may be renamed: {printable(str(candidate.before))} to {printable(candidate.after.name)}"
        f" ({candidate.likeness:.0%} alike)"
        for candidate in found.renames
    ]
    lines += [f"not compared: {reason} ({count:,})" for reason, count in found.not_compared.items()]
    return "\n".join([*lines, *map(printable, found.notes)])


def _change_lines(change: ObjectChange) -> Iterator[str]:
    followers = f" (and {plural('object', len(change.followers))} with it)" if change.followers else ""
    yield f"{_SIGNS[change.change]} {printable(str(change.key))}{followers}"
    for part in change.attributes:
        note = " (may be rendering only)" if part.rendering_only else ""
        before, after = printable(spelled(part.before)), printable(spelled(part.after))
        yield f"    {part.attribute.replace('_', ' ')}: {before} -> {after}{note}"


def script_text(found: SchemaDiff, sides: Sequence[Known], steps: Alteration, renames: Renames = ()) -> str:
    """A script for psql: each statement under a comment that says what it costs, then what is left out."""
    before, after = (comment(str(side.side)) for side in sides)
    lines = [f"-- From {before} to {after}."]
    if found.equal and not renames:
        lines.append("-- No difference.")
    else:
        lines += [
            "-- Run the statements one by one (psql without -1): some need those before them committed.",
            "SET client_encoding = 'UTF8';",
            "SET check_function_bodies = off;",
            "SET search_path = '';",
        ]
    for step in steps.steps:
        marked = f"{step.hazard}: {step.key}" + (f" ({step.reason})" if step.reason else "")
        lines += ["", f"-- {comment(marked)}", f"{step.sql};"]
    lines += [""] if steps.left_out or found.not_compared or found.notes else []
    lines += [f"-- left out: {comment(f'{one.key}: {one.reason}')}" for one in steps.left_out]
    lines += [
        f"-- not compared: {comment(reason)} ({count:,})" for reason, count in found.not_compared.items()
    ]
    lines += [f"-- {comment(note)}" for note in found.notes]
    return "\n".join(lines)


def comment(text: str) -> str:
    """For one line of a comment: a line break in a name would end it."""
    return " ".join(text.split()) if text.replace("\n", " ").isprintable() else ascii(text)[1:-1]


def document(
    found: SchemaDiff, sides: Sequence[Known], steps: Alteration | None, renames: Renames = ()
) -> dict[str, Any]:
    """The comparison for programs."""
    written: dict[str, Any] = {
        "equal": found.equal and not renames,
        "sides": [
            {
                "side": str(known.side),
                "source": known.source,
                "server": known.snapshot.server.version,
                "objects": len(known.snapshot.objects),
                "hash": known.snapshot.hash,
                "seconds": round(known.seconds, 3),
            }
            for known in sides
        ],
        "changes": found.changes,
        "renamed": [{"before": old, "after": new} for old, new in renames],
        "renames": found.renames,
        "not_compared": found.not_compared,
        "notes": found.notes,
    }
    if steps is not None:
        written["statements"] = [
            {
                "object": str(step.key),
                "sql": step.sql,
                "hazard": step.hazard,
                "reason": step.reason,
                "commit_after": step.commit_after,
            }
            for step in steps.steps
        ]
        written["left_out"] = [{"object": str(one.key), "reason": one.reason} for one in steps.left_out]
    return written
