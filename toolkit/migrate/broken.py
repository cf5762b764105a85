"""Our error for an exception that a project's own files raised."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import NeonkitError
from toolkit.migrate.errors import BrokenEnvironmentError
from toolkit.migrate.places import reason_of


def broken(error: BaseException, path: str, line: int | None, root: Path) -> NeonkitError:
    """The error for what was raised at `path`: about the model where it is one, else about the file."""
    from toolkit.models.diagnosis import diagnose_import
    from toolkit.models.loading_errors import BrokenModelError

    told = diagnose_import(_module(Path(path), root), error)
    if isinstance(told, BrokenModelError):
        return told
    return BrokenEnvironmentError(path, line, type(error).__name__, reason_of(error))


def _module(path: Path, root: Path) -> str:
    within = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return ".".join(within.with_suffix("").parts)
