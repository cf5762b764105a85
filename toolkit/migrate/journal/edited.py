"""Revisions whose files are no longer what was run: told from the checksums in the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from toolkit.findings import Finding, Fix, Location, Severity
from toolkit.migrate.journal.digests import checksum
from toolkit.migrate.journal.reading import LastTry

RULE = "revision-edited-after-apply"


def edited(
    tries: Iterable[LastTry], files: Mapping[str, Path], applied: Callable[[], Collection[str]]
) -> tuple[Finding, ...]:
    """One finding for each applied revision whose file has changed since it was run.

    `files` by revision; `applied` is asked only if a file has changed.
    """
    changed: dict[str, Finding] = {}
    for last in tries:
        entry, path = last.entry, files.get(last.entry.revision)
        if path is None or entry.checksum is None:
            continue
        if entry.direction == "downgrade" or entry.outcome != "applied":
            continue
        now = checksum(path)
        if now is not None and now != entry.checksum:
            changed[entry.revision] = _finding(last, path, now)
    if not changed:
        return ()
    has = applied()
    return tuple(changed[key] for key in sorted(changed) if key in has)


def _finding(last: LastTry, path: Path, now: str) -> Finding:
    revision, ran = last.entry.revision, f"{last.entry.began:%Y-%m-%d}"
    return Finding(
        RULE,
        Severity.WARNING,
        revision,
        f"The file of {revision} was edited after it was applied on {ran}: "
        "databases made from now on differ.",
        {"applied": last.entry.checksum, "now": now, "run": last.run, "on": ran},
        Fix(
            "Put the change into a new revision and take this file back; or, if the edit changes nothing, "
            f"accept it with `neonkit repair --accept {revision} --apply`."
        ),
        Location(str(path)),
    )
