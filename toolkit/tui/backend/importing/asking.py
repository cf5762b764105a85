"""What the import screen asks of the core: offers, scans, mappings, loads, retries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.cancel import CancelledError, CancelToken
from toolkit.events import Emit
from toolkit.reports import as_json
from toolkit.transfer import LoadOptions, LoadReport, arrange, load
from toolkit.transfer.errors import MappingInvalidError, MappingUnreadableError
from toolkit.transfer.export.files import Files
from toolkit.transfer.loading.errors import ImportStoppedError
from toolkit.transfer.mapping.read import mapping_of_text
from toolkit.transfer.reconcile.markdown import markdown_of
from toolkit.transfer.refeed.mending import mend
from toolkit.transfer.suggest import outline, propose, tables_of_database
from toolkit.transfer.suggest.errors import NothingToSuggestError
from toolkit.transfer.suggest.survey import survey
from toolkit.tui.backend.importing import choosing
from toolkit.tui.backend.importing.telling import outcome_of, shape_of
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.importing import (
    LATEST,
    ImportOutcome,
    ImportSource,
    Offer,
    Scan,
    Stage,
    Terms,
    next_rejects,
)


class ImportBackend:
    """Finds what can be imported, and imports it."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._report: LoadReport | None = None

    def offers(self) -> tuple[Offer, ...]:
        """What could be imported from here, the seeds first."""
        return choosing.offers(self._opened.workspace.settings.project_dir, self._seeds)

    def source(self, path: str | None = None) -> ImportSource:
        """What was chosen, with its mapping; without a path the project's seeds."""
        return choosing.chosen(path, self._seeds, self._rejects)

    def scan(self, source: ImportSource, emit: Emit, cancel: CancelToken) -> Scan:
        """Read everything once; where there is no mapping yet, propose one."""
        workspace = self._opened.workspace
        given = [source.path]
        if source.folder:
            rules = mapping_of_text(source.mapping, name=source.mapping_path)
            folder = Path(source.mapping_path).parent
            located = [rule.location for rule in rules.sources.values() if rule.location is not None]
            given = [str(folder / place) for place in located]
        surveyed = survey(given, workspace.settings.project_dir, emit, cancel)
        shapes = tuple(shape_of(outline(each)) for each in surveyed)
        if source.saved:
            return Scan(shapes)
        tables = tables_of_database(workspace.database, emit=emit, cancel=cancel)
        try:
            proposal = propose(surveyed, tables, home=Path(source.mapping_path).parent)
        except NothingToSuggestError as error:
            return Scan(shapes, refused=error.sentence)
        return Scan(shapes, proposal.text, choosing.undecided_in(proposal.text))

    def problems(self, text: str, name: str) -> tuple[str, ...]:
        """What is wrong with the text of a mapping; nothing if it can be used."""
        try:
            mapping_of_text(text, name=name)
        except MappingUnreadableError as error:
            return (error.reason,)
        except MappingInvalidError as error:
            return tuple(str(problem) for problem in error.problems)
        return ()

    def save(self, path: str, text: str) -> str:
        """Write a mapping, in place of an older one; where it is."""
        files = Files(overwrite=True)
        with files.finished():
            files.open(Path(path)).write(text.encode())
        return path

    def load(
        self,
        source: ImportSource,
        terms: Terms,
        emit: Emit,
        cancel: CancelToken,
        *,
        dry_run: bool,
        run: str | None = None,
    ) -> ImportOutcome:
        """Validate or load."""
        options = LoadOptions(
            transaction=terms.transaction,
            on_error=terms.bad_rows,
            rejects=self._private(source.rejects),
            resume=run,
            again=terms.again and run is None,
        )
        try:
            return self._load(source, terms, options, emit, cancel, "validated" if dry_run else "loaded")
        except ImportStoppedError as error:
            return _stopped(error.sentence, error.run)
        except CancelledError as error:
            # What stands is said in its sentence, with the flag that goes on; otherwise nothing stands.
            if "--resume" not in error.reason:
                raise
            return _stopped(error.sentence, LATEST)

    def retry(
        self,
        source: ImportSource,
        terms: Terms,
        reject_file: str,
        mended: Mapping[tuple[int, tuple[str, ...]], str],
        emit: Emit,
        cancel: CancelToken,
    ) -> ImportOutcome:
        """Put the mended values into the reject file and import its records; the others stay rejected."""
        mend(Path(reject_file), mended)
        options = LoadOptions(
            on_error="reject", refeed=Path(reject_file), rejects=self._private(next_rejects(reject_file))
        )
        return self._load(source, terms, options, emit, cancel, "retried")

    def save_report(self, path: Path) -> str:
        """Write the report of the last import; Markdown or JSON, by the name."""
        if self._report is None:
            return "nothing was imported yet that could be reported"
        text = as_json(self._report) if path.suffix == ".json" else markdown_of(self._report)
        path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
        return f"wrote the report to {path}"

    def _load(
        self,
        source: ImportSource,
        terms: Terms,
        options: LoadOptions,
        emit: Emit,
        cancel: CancelToken,
        stage: Stage,
    ) -> ImportOutcome:
        workspace = self._opened.workspace
        order = arrange((source.path,), mapping=None if source.folder else Path(source.mapping_path))
        self._report = report = load(
            order.source,
            mapping=order.mapping,
            database=workspace.database,
            dry_run=stage == "validated",
            mode=terms.mode,
            options=options,
            emit=emit,
            cancel=cancel,
            modules=workspace.settings.project_dir,
        )
        return outcome_of(report, stage)

    @property
    def _seeds(self) -> Path:
        settings = self._opened.workspace.settings
        return settings.seeds or settings.project_dir / "seeds"

    @property
    def _rejects(self) -> Path:
        return self._opened.workspace.settings.project_dir / ".neonkit" / "rejects"

    def _private(self, path: str) -> Path:
        """A place for records as they stand in the source, which only their owner may read."""
        found = Path(path)
        found.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found


def _stopped(sentence: str, run: str) -> ImportOutcome:
    """What is known of an import that stopped between two batches."""
    return ImportOutcome((), (), sentence, stage="loaded", run=run, stopped=True)
