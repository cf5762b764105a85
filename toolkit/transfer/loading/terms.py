"""The terms of one import: what the mapping's policy says, overridden by what the caller says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.transfer.loading.errors import ImportOptionError
from toolkit.transfer.mapping.model import Conflict, Mode, OnError, TransferMapping


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What a caller may say about a run; None leaves it to the mapping's `policy`."""

    transaction: Mode | None = None
    batch_rows: int | None = None
    on_error: OnError | None = None
    max_errors: int | None = None
    rejects: Path | None = None
    """Where rejected records are written, as NDJSON; and beside it in the source's own format."""
    resume: str | None = None
    """A run's id, or `latest`: go on with an import that stopped."""
    again: bool = False
    """Begin anew, whatever earlier runs did with the same file."""
    refeed: Path | None = None
    """A mended reject file, whose records take the place of the source's."""
    undo: bool | None = None
    """Whether the ledger keeps what undoing the import needs; None and no policy: for imports not large."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one run keeps to."""

    mode: Mode
    batch_rows: int
    on_error: OnError
    max_errors: int
    show_errors: int
    conflicts: Mapping[str, Conflict]
    """By section of the mapping."""
    dry_run: bool
    undo: bool | None = None

    @property
    def bears(self) -> int:
        """How many rejected rows do not stop the run."""
        return self.max_errors if self.on_error == "reject" else 0


def rules_under(rules: TransferMapping, options: LoadOptions, conflict: Conflict | None) -> TransferMapping:
    """The mapping with what the caller says in place of its own policy."""
    said = {
        "mode": options.transaction,
        "batch_rows": options.batch_rows,
        "on_error": options.on_error,
        "max_errors": options.max_errors,
        "undo": options.undo,
    }
    if options.resume is not None:
        said["mode"] = "batched"  # nothing else leaves something to go on with
    if options.refeed is not None:
        said["mode"] = "atomic"  # what is fed back is little, and belongs together
    policy = rules.policy.model_copy(
        update={name: value for name, value in said.items() if value is not None}
    )
    tables = rules.tables
    if conflict is not None:
        tables = {name: table.model_copy(update={"conflict": conflict}) for name, table in tables.items()}
    return rules.model_copy(update={"policy": policy, "tables": tables})


def terms_of(rules: TransferMapping, options: LoadOptions, *, dry_run: bool) -> Terms:
    """The terms of a run. Raises `ImportOptionError`."""
    for other, given in (("--dry-run", dry_run), ("--refeed", options.refeed is not None)):
        if options.resume is not None and given:
            reason = f"{other} leaves nothing behind that could be gone on with"
            raise ImportOptionError("--resume", reason, f"Leave --resume or {other} out.")
    if options.rejects is not None:
        _require_place(options.rejects)
    policy = rules.policy
    return Terms(
        mode=policy.mode,
        batch_rows=policy.batch_rows,
        on_error=policy.on_error,
        max_errors=policy.max_errors,
        show_errors=policy.show_errors,
        conflicts={name: table.conflict for name, table in rules.tables.items()},
        dry_run=dry_run,
        undo=policy.undo,
    )


def _require_place(file: Path) -> None:
    """Refuse a reject file that could not be written, before anything else is. Raises `ImportOptionError`."""
    folder = file.parent
    if file.is_dir():
        reason = f"{file} is a folder"
    elif not folder.is_dir():
        reason = f"there is no folder {folder}"
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason = f"nothing may be written into {folder}"
    else:
        return
    raise ImportOptionError(
        "--rejects", reason, "Name a file in a folder that is there; nothing was written."
    )
