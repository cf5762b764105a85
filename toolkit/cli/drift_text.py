"""The result of `neonkit drift` as text and as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from toolkit.migrate.drift import Acceptance, Cell, Difference, DriftReport
from toolkit.migrate.drift.report import rule_of, said
from toolkit.reports.table import printable, table
from toolkit.schema.spelling import plural

_LONGEST: Final = 40
_HEADINGS: Final = ("OBJECT", "ATTRIBUTE", "MODELS", "MIGRATIONS", "DATABASE", "CAUSE")


def drift_text(found: DriftReport, *, full: bool = False) -> str:
    """The table, then what is accepted, unknown and left out, then one line that sums up."""
    longest = None if full else _LONGEST
    lines = [table(_HEADINGS, [_row(row, longest) for row in found.differences])] if found.drifted else []
    return "\n".join([*lines, *map(printable, _remarks(found)), _verdict(found)])


def document(found: DriftReport) -> dict[str, Any]:
    """The report for programs: objects by name, values as they are."""
    return {
        "drifted": found.drifted,
        "differences": [_plain(row) for row in found.differences],
        "accepted": [
            {**_plain(each.difference), "reason": each.acceptance.reason, "expires": each.acceptance.expires}
            for each in found.accepted
        ],
        "expired": found.expired,
        "unused": found.unused,
        "unknowns": found.unknowns,
        "outside_models": found.outside_models,
        "sides": found.sides,
        "not_compared": found.not_compared,
    }


def _plain(row: Difference) -> dict[str, Any]:
    cells = {name: getattr(row, name) for name in ("models", "migrations", "pending", "live")}
    return {
        "object": row.object,
        "kind": row.key.kind,
        "name": row.key.name,
        "attribute": row.attribute,
        "cause": rule_of(row.cause),
        "sentence": row.cause.value,
        **cells,
        "followers": [str(key) for key in row.followers],
    }


def _row(row: Difference, longest: int | None) -> tuple[str, ...]:
    name = f"{row.object} (+{len(row.followers)})" if row.followers else row.object
    migrations = _short(row.migrations, longest)
    if row.pending != row.migrations:
        migrations = f"{migrations}; pending: {_short(row.pending, longest)}"
    cells = (_short(row.models, longest), migrations, _short(row.live, longest))
    return (name, row.attribute.replace("_", " "), *cells, row.cause.value)


def _short(cell: Cell, longest: int | None) -> str:
    text = " ".join(said(cell).split())
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"


def _remarks(found: DriftReport) -> Iterator[str]:
    for each in found.accepted:
        row = each.difference
        yield f"accepted: {row.object} {row.attribute}: {_reason(each.acceptance)}"
    for entry in found.expired:
        yield f"acceptance has expired: {entry.object} {entry.attribute}: {_reason(entry)}"
    for entry in found.unused:
        yield f"acceptance is not needed: {entry.object} {entry.attribute}: {_reason(entry)}"
    for unknown in found.unknowns:
        yield f"unknown: {unknown.subject}: {unknown.reason}"
    if found.outside_models:
        yield f"not in the models, held against the migrations only: {', '.join(found.outside_models)}"
    for reason, count in found.not_compared.items():
        yield f"not compared: {reason} ({count:,})"


def _reason(entry: Acceptance) -> str:
    return entry.reason if entry.expires is None else f"{entry.reason} (until {entry.expires})"


def _verdict(found: DriftReport) -> str:
    if not found.drifted:
        return "No drift in what could be compared." if found.unknowns else "No drift."
    counts = Counter(row.cause.value for row in found.differences)
    causes = "; ".join(f"{count:,} {cause}" for cause, count in counts.most_common())
    return f"{plural('difference', len(found.differences))}: {causes}."
