"""The result of `neonkit schema diff` as text."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.reports.table import printable
from toolkit.schema.describe import spelled
from toolkit.schema.diff import ObjectChange, SchemaDiff
from toolkit.schema.spelling import plural

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff_text(found: SchemaDiff) -> str:
    """One line per object, one below it per attribute, then what may be renamed and what was not compared."""
    lines = [line for change in found.changes for line in _change_lines(change)]
    if found.equal:
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
