"""Sources, mappings and loads for mode 4."""

from __future__ import annotations

from typing import Final

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.transfer import ImportOrder, arrange, load
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.importing import ImportOutcome, ImportSource

_OUTCOMES: Final = {
    "loaded": "Loaded: everything arrived",
    "partly": "Loaded, but for the rows that do not fit",
    "unchanged": "Nothing to load: all of it is there already",
    "rehearsed": "Rehearsed and rolled back: everything fits, nothing was written",
    "rejected": "Rejected: nothing was written",
}


class ImportBackend:
    """Finds what can be imported, and imports it."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def source(self) -> ImportSource:
        """The project's seeds: the configured folder, or `seeds` beside the Alembic project."""
        order = self._order()
        folder = order.mapping.parent
        files = tuple(
            (path.name, path.stat().st_size)
            for path in sorted(folder.iterdir())
            if path.is_file() and path != order.mapping
        )
        return ImportSource(order.label, files, order.mapping.read_text(encoding="utf-8"))

    def load(self, emit: Emit, cancel: CancelToken, *, dry_run: bool) -> ImportOutcome:
        """Validate or load the seeds; rows that are there already are left as they are."""
        order, settings = self._order(), self._opened.workspace.settings
        report = load(
            order.source,
            mapping=order.mapping,
            database=self._opened.workspace.database,
            dry_run=dry_run,
            mode="skip",
            emit=emit,
            cancel=cancel,
            modules=settings.project_dir,
        )
        rows = tuple(
            tuple(
                str(figure)
                for figure in (
                    one.target,
                    one.read,
                    one.inserted,
                    one.skipped + one.unchanged + one.updated,
                    one.rejected,
                    one.after,
                )
            )
            for one in report.tables
        )
        return ImportOutcome(
            headings=("table", "read", "inserted", "there already", "rejected", "rows now"),
            rows=rows,
            sentence=f"{_OUTCOMES[report.outcome]} ({report.read} rows read in {report.seconds:.1f} s)",
            rejects=tuple(reject.sentence for reject in report.rejects),
            rejected=bool(report.rejects),
        )

    def _order(self) -> ImportOrder:
        settings = self._opened.workspace.settings
        return arrange((), seeds=settings.seeds or settings.project_dir / "seeds")
