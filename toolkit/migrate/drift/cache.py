"""What is kept between runs: snapshots of scratch sides, and other texts.

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
"""Files of a kind; older ones go when a new one comes."""
_SNAPSHOTS: Final = "drift"


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """Texts by kind and key in one folder. Without a folder nothing is kept."""

    folder: Path | None

    def get(self, kind: str, key: str) -> str | None:
        """The text kept under `key`."""
        if self.folder is None:
            return None
        path = self.path(self.folder, kind, key)
        try:
            found = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def put(self, kind: str, key: str, text: str) -> None:
        """Keep `text`. A folder that cannot be written is no failure: the next run builds again."""
        if self.folder is None:
            return
        with suppress(OSError):
            self._write(self.folder, self.path(self.folder, kind, key), text)
            self._prune(self.folder, kind)

    def path(self, folder: Path, kind: str, key: str) -> Path:
        """The file of a text."""
        return folder / f"{kind}-{key}.json"

    def _write(self, folder: Path, path: Path, text: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _prune(self, folder: Path, kind: str) -> None:
        kept = sorted(folder.glob(f"{kind}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT:]:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class SnapshotCache:
    """Snapshots by key in one folder. Without a folder nothing is kept."""

    folder: Path | None

    def get(self, key: str) -> Snapshot | None:
        """The snapshot kept under `key`."""
        texts = KeptTexts(self.folder)
        text = texts.get(_SNAPSHOTS, key)
        if text is None or self.folder is None:
            return None
        try:
            return from_json(text, str(texts.path(self.folder, _SNAPSHOTS, key)))
        except SnapshotFileError:
            return None

    def put(self, key: str, snapshot: Snapshot) -> None:
        """Keep `snapshot`."""
        if self.folder is not None:
            KeptTexts(self.folder).put(_SNAPSHOTS, key, to_json(snapshot))
