"""Revisions and runs for people: a line each as Alembic's users know it, or in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from toolkit.reports.table import printable

if TYPE_CHECKING:
    from toolkit.migrate import BranchPoint, CurrentRevisions, History, Revision, RunResult, WrittenRevisions


def run_text(result: RunResult) -> str:
    """What ran and where the database stands now."""
    lines = [
        f"{one.revision}  {one.seconds:.2f} s  {printable(one.message)}".rstrip() for one in result.revisions
    ]
    for change in result.changes:
        after = _ids(change.after)
        if set(change.before) == set(change.after):
            lines.append(f"{change.database} is at {after}; nothing to do.")
        else:
            lines.append(f"{change.database}: {_ids(change.before)} -> {after}")
    if result.restore_point is not None:
        lines.append(printable(f"restore point: {result.restore_point}"))
    return "\n".join(lines)


def current_text(found: Iterable[CurrentRevisions], *, verbose: bool) -> str:
    """Each version table's revisions, named if there are several tables."""
    entries = list(found)
    lines: list[str] = []
    for entry in entries:
        if verbose or len(entries) > 1:
            lines.append(f"{entry.database} ({entry.table}):")
        lines += [revision_text(one) if verbose else short(one, parents=False) for one in entry.revisions]
        lines += [f"{unknown} (no file here carries it)" for unknown in entry.unknown]
        if not entry.heads:
            lines.append("<base>")
    return "\n".join(lines)


def history_text(history: History, *, verbose: bool) -> str:
    """Newest first."""
    return revisions_text(history.revisions, verbose=verbose, current=history.current or (), parents=True)


def revisions_text(
    revisions: Iterable[Revision], *, verbose: bool, current: Iterable[str] = (), parents: bool = False
) -> str:
    """One line each, or each in full."""
    at = set(current)
    if verbose:
        return "\n\n".join(revision_text(one, current=one.id in at) for one in revisions)
    return "\n".join(short(one, parents=parents, current=one.id in at) for one in revisions)


def branches_text(points: Iterable[BranchPoint], *, verbose: bool) -> str:
    """Each branch point, and under it what follows."""
    blocks = []
    for point in points:
        head = revision_text(point.revision) if verbose else short(point.revision, parents=False)
        blocks.append(
            "\n".join([head, *(f"    -> {short(child, parents=False)}" for child in point.children)])
        )
    return "\n\n".join(blocks)


def written_text(written: WrittenRevisions) -> str:
    """The files, and that there is nothing in them if so."""
    lines = [str(path) for path in written.paths]
    if written.empty:
        lines.append("The models and the database are alike: the revision does nothing.")
    return "\n".join(lines)


def short(revision: Revision, *, parents: bool, current: bool = False) -> str:
    """`a2 -> a3 (head), message`."""
    before = f"{_ids(revision.parents)}{_depends(revision)} -> " if parents else ""
    labels = f" ({', '.join(revision.labels)})" if revision.labels else ""
    marks = "".join(f" ({mark})" for mark in _marks(revision, current=current))
    return f"{before}{revision.id}{labels}{marks}, {printable(revision.message)}"


def revision_text(revision: Revision, *, current: bool = False) -> str:
    """All about one revision."""
    facts = [
        ("Rev", revision.id + "".join(f" ({mark})" for mark in _marks(revision, current=current))),
        ("Merges" if revision.is_merge else "Parent", _ids(revision.parents)),
        ("Also depends on", ", ".join(revision.depends_on)),
        ("Branches into", ", ".join(revision.children) if revision.is_branch_point else ""),
        ("Branch names", ", ".join(revision.labels)),
        ("Path", str(revision.path)),
    ]
    lines = [f"{name}: {value}" for name, value in facts if value]
    doc = [f"    {printable(line)}".rstrip() for line in revision.doc.splitlines()]
    return "\n".join([*lines, "", *doc])


def _marks(revision: Revision, *, current: bool) -> list[str]:
    marks = {
        "head": revision.is_effective_head,
        "effective head": revision.is_head and not revision.is_effective_head,
        "current": current,
        "branchpoint": revision.is_branch_point,
        "mergepoint": revision.is_merge,
    }
    return [word for word, holds in marks.items() if holds]


def _depends(revision: Revision) -> str:
    return f" ({', '.join(revision.depends_on)})" if revision.depends_on else ""


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(ids) or "<base>"
