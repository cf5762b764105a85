"""Replays as files: per leak the SQL that shows it, the SQL that closes it, and a test.

Invariant: a file that no replay wrote is never overwritten, and nothing is written if one is in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.isolation.probing.evidence import Evidence, Leak, Probe
from toolkit.isolation.replay.errors import FileInTheWayError, NoSuchLeakError
from toolkit.isolation.replay.pytest_file import pytest_file
from toolkit.isolation.replay.script import MARK, closing_script, sql_script


@dataclass(frozen=True, slots=True)
class Shown:
    """One leak with everything that can be given away of it."""

    id: str
    relation: str
    action: str
    identity: str
    reason: str
    key: str
    responsible: str
    closing: tuple[str, ...]
    sql: str
    """What shows it."""
    closing_sql: str
    """What closes it, as one transaction."""
    test: str
    files: tuple[str, ...] = ()


def replays(probe: Probe, leak: str | None = None) -> tuple[Shown, ...]:
    """The replay of one leak of a probe, or of all.

    Raises NoSuchLeakError.
    """
    return replays_of(probe.leaks, leak)


def replays_of(evidence: Iterable[Evidence], leak: str | None = None) -> tuple[Shown, ...]:
    """The replay of one leak that the evidence tells of, or of all.

    Raises NoSuchLeakError.
    """
    found = [(each, each.leak) for each in evidence if each.leak is not None]
    if leak is not None:
        chosen = [(each, shown) for each, shown in found if shown.id == leak]
        if not chosen:
            raise NoSuchLeakError(leak, tuple(shown.id for _, shown in found))
        found = chosen
    return tuple(_shown(each, shown) for each, shown in found)


def write(shown: Sequence[Shown], folder: Path) -> tuple[Shown, ...]:
    """Write three files per leak into the folder, which is made.

    Raises FileInTheWayError before anything is written; OSError.
    """
    texts = {
        each.id: {
            folder / f"leak_{each.id}.sql": each.sql,
            folder / f"close_{each.id}.sql": each.closing_sql,
            folder / f"test_leak_{each.id}.py": each.test,
        }
        for each in shown
    }
    for files in texts.values():
        for path in files:
            if path.exists() and MARK not in path.read_text("utf-8", errors="replace").partition("\n")[0]:
                raise FileInTheWayError(path)
    folder.mkdir(parents=True, exist_ok=True)
    for files in texts.values():
        for path, text in files.items():
            path.write_text(text, "utf-8")
    return tuple(replace(each, files=tuple(map(str, texts[each.id]))) for each in shown)


def _shown(evidence: Evidence, leak: Leak) -> Shown:
    return Shown(
        leak.id,
        evidence.relation,
        evidence.action.value,
        evidence.identity.value,
        evidence.reason,
        leak.key,
        leak.responsible,
        leak.closing,
        sql_script(evidence, leak),
        closing_script(leak),
        pytest_file(evidence, leak),
    )
