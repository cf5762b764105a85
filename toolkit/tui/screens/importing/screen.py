"""Mode 4: legacy data into tables: what would be loaded, the mapping, the load and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import ProgressBar

from toolkit.events import Event, Progress
from toolkit.reports.table import table
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.importing import ImportOutcome, ImportSource
from toolkit.tui.jobs import Job
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane
from toolkit.tui.widgets.words import size

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class ImportScreen(ModeScreen):
    """The seeds of the project, their mapping, and a load with a progress bar."""

    mode: ClassVar[str] = "import"
    twin = "neonkit import seeds"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "validate", "validate", id="import.validate"),
        Binding("l", "load", "load", id="import.load"),
    ]

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("source", lambda backend: backend.importing.source())

    def panes(self) -> ComposeResult:
        with Horizontal(id="import-body"):
            yield TextPane("Source", id="source")
            yield TextPane("Mapping", id="mapping", columns=True)
        yield ProgressBar(id="load-progress", show_eta=False)
        yield TextPane("Outcome", id="outcome", columns=True)

    def show(self) -> None:
        source = self.cockpit.board.source
        self.query_one("#source", TextPane).tell(source_text(source))
        self.query_one("#mapping", TextPane).tell(source.mapping if isinstance(source, ImportSource) else "")
        self.query_one("#outcome", TextPane).tell(outcome_text(self.cockpit.board.outcome))

    def hear_job(self, job: Job, event: Event) -> None:
        """Move the bar; a total that is not known shows as such."""
        super().hear_job(job, event)
        if not isinstance(event, Progress):
            return
        bar = self.query_one("#load-progress", ProgressBar)
        bar.add_class("started")
        bar.update(total=event.total, progress=event.done)

    def action_validate(self) -> None:
        """Judge every record and write nothing."""
        if isinstance(self.cockpit.board.source, ImportSource):
            self._load(dry_run=True)

    def action_load(self) -> None:
        """Ask, then load."""
        source = self.cockpit.board.source
        if not isinstance(source, ImportSource):
            self.cockpit.tell("there is nothing to load", state="fail")
            return
        facts = (
            ("will load", source.path),
            ("rule", "all or nothing; rows already there are left as they are"),
        )
        self.cockpit.ask(
            Question("Import", facts, reversible=False, verb="Import"),
            lambda: self._load(dry_run=False),
        )

    def _load(self, *, dry_run: bool) -> None:
        self.cockpit.start(
            "validate" if dry_run else "import",
            "neonkit import seeds --mode skip" + (" --dry-run" if dry_run else ""),
            lambda backend, emit, token: backend.importing.load(emit, token, dry_run=dry_run),
            self._loaded,
        )

    def _loaded(self, outcome: ImportOutcome | Failure) -> None:
        cockpit = self.cockpit
        cockpit.put("outcome", outcome)
        if isinstance(outcome, ImportOutcome):
            failed = outcome.rejected
            cockpit.board.note(outcome.sentence)
            cockpit.tell(f"{'FAIL' if failed else 'ok'} {outcome.sentence}", state="fail" if failed else "ok")
            cockpit.read_facts()


def source_text(source: ImportSource | Failure | None) -> str:
    """The files with their sizes."""
    if source is None:
        return "looking for seeds ..."
    if isinstance(source, Failure):
        return source.text
    rows = tuple((name, size(size_bytes)) for name, size_bytes in source.files)
    return f"{source.path}\n\n" + table(("file", "size"), rows)


def outcome_text(outcome: ImportOutcome | Failure | None) -> str:
    """What the last validation or load did."""
    if outcome is None:
        return "not run yet: v validates without writing, l loads"
    if isinstance(outcome, Failure):
        return outcome.text
    return "\n".join([outcome.sentence, "", table(outcome.headings, outcome.rows), "", *outcome.rejects])
