"""Which revisions are meant: all, one, a range, those that are pending, those that are new in git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from toolkit.migrate.graph import Revision, RevisionGraph
from toolkit.migrate.lint.errors import NotInGitError
from toolkit.migrate.revision_errors import BadRangeError


def chosen(
    graph: RevisionGraph, written: str | None, current: Callable[[], tuple[str, ...]]
) -> tuple[Revision, ...]:
    """The revisions in the order in which they run.

    `start:end` are those that an upgrade from `start` to `end` runs; either may be left out. `pending` asks
    `current` where the database stands. Any other text is a revision, or several, as Alembic reads it. Raises
    BadRangeError and what `RevisionGraph.resolve` raises.
    """
    if written is None:
        return graph.revisions
    if written == "pending":
        return graph.pending(current(), "heads")
    if ":" not in written:
        wanted = {one.id for one in graph.resolve(written)}
        return tuple(one for one in graph.revisions if one.id in wanted)
    start, _, end = written.partition(":")
    if ":" in end:
        raise BadRangeError(written, "start:end")
    at = current() if start == "current" else tuple(one.id for one in graph.resolve(start)) if start else ()
    return graph.pending(at, end or "heads")


def new_since(reference: str, directory: Path) -> frozenset[Path]:
    """The files that differ from where this checkout left `reference`, or that git does not know yet.

    Raises NotInGitError.
    """
    top = Path(_git(["rev-parse", "--show-toplevel"], directory, reference).strip())
    common = _git(["merge-base", reference, "HEAD"], directory, reference).strip()
    changed = _git(["diff", "--name-only", "--diff-filter=AMR", "-z", common], top, reference)
    untracked = _git(["ls-files", "--others", "--exclude-standard", "-z"], top, reference)
    return frozenset((top / name).resolve() for name in (changed + untracked).split("\0") if name)


def _git(arguments: list[str], directory: Path, reference: str) -> str:
    try:
        run = subprocess.run(
            ["git", *arguments], cwd=directory, capture_output=True, text=True, check=False, timeout=60
        )
    except FileNotFoundError:
        raise NotInGitError(str(directory), reference, "git is not installed") from None
    if run.returncode != 0:
        lines = run.stderr.strip().splitlines()
        raise NotInGitError(str(directory), reference, lines[-1] if lines else "git says no more")
    return run.stdout
