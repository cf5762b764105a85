"""Snapshots of scratch sides, kept between runs.

A file is named after everything its content depends on, so it is never wrong, only unused; what cannot be
read counts as not there. Nothing secret is in a snapshot.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.schema import Snapshot, from_json, to_json
from toolkit.schema.errors import SnapshotFileError

_KEPT: Final = 24
"""Files; older ones go when a new one comes."""


@dataclass(frozen=True, slots=True)
class SnapshotCache:
    """Snapshots by key in one folder. Without a folder nothing is kept."""

    folder: Path | None

    def get(self, key: str) -> Snapshot | None:
        """The snapshot kept under `key`."""
        if self.folder is None:
            return None
        path = self._path(self.folder, key)
        try:
            found = from_json(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError, SnapshotFileError):
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def put(self, key: str, snapshot: Snapshot) -> None:
        """Keep `snapshot`. A folder that cannot be written is no failure: the next run builds again."""
        if self.folder is None:
            return
        with suppress(OSError):
            self._write(self.folder, key, snapshot)
            self._prune(self.folder)

    def _write(self, folder: Path, key: str, snapshot: Snapshot) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(to_json(snapshot))
            Path(name).replace(self._path(folder, key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _prune(self, folder: Path) -> None:
        kept = sorted(folder.glob("drift-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT:]:
            path.unlink(missing_ok=True)

    def _path(self, folder: Path, key: str) -> Path:
        return folder / f"drift-{key}.json"
