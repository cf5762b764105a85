"""Fixes of findings as the two halves of a revision. Nothing is written here: files are another room's.

What cannot run in a transaction comes first, in its autocommit block: what follows is then one transaction,
and a failure leaves no half of it behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.findings import Finding, Fix
from toolkit.schema.advice.errors import FixWithoutSqlError
from toolkit.schema.advice.fixes import AUTOCOMMIT, executed
from toolkit.schema.advice.undoing import Undoing
from toolkit.schema.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FixRevision:
    """Operations for a revision file, as Python over `op` and `sa`."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    not_taken_back: tuple[str, ...] = ()
    """Rule and subject of the fixes that the downgrade leaves as they are."""


def revision_of(snapshot: Snapshot, findings: Iterable[Finding]) -> FixRevision:
    """The fixes of these findings of `snapshot`, each once, and what takes them back where that is known.

    Raises `FixWithoutSqlError` if a finding has no fix as SQL.
    """
    chosen = [*findings]
    if without := [_named(one) for one in chosen if not has_sql(one)]:
        raise FixWithoutSqlError(tuple(without))
    fixes: dict[tuple[str, ...], tuple[Finding, Fix]] = {}
    for finding in chosen:
        if finding.fix is not None:
            fixes.setdefault(finding.fix.operations, (finding, finding.fix))
    ordered = sorted(fixes.values(), key=lambda pair: not _needs_autocommit(pair[1].operations))
    undoing = Undoing(snapshot)
    downgrade: list[str] = []
    left: list[str] = []
    for finding, fix in reversed(ordered):
        undone = undoing.of(fix.sql)
        if undone is None:
            left.append(_named(finding))
            downgrade.append(_comment(f"Not taken back: {_named(finding)}: {fix.text}."))
        elif undone:
            downgrade += [_comment(_named(finding)), *map(executed, undone)]
    upgrade = [line for finding, fix in ordered for line in (_comment(_named(finding)), *fix.operations)]
    return FixRevision(tuple(upgrade), tuple(downgrade), tuple(reversed(left)))


def has_sql(finding: Finding) -> bool:
    """Whether the finding has a fix that a revision can hold."""
    return finding.fix is not None and bool(finding.fix.operations)


def _named(finding: Finding) -> str:
    return f"{finding.rule} {finding.subject}"


def _needs_autocommit(operations: Sequence[str]) -> bool:
    return any(operation.startswith(AUTOCOMMIT) for operation in operations)


def _comment(text: str) -> str:
    """One line of comment, whatever names say."""
    return "# " + "".join(c if c.isprintable() else "?" for c in text)
