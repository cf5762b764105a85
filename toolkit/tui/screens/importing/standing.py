"""What mode 4 knows and shows: the choice, the scan, the mended values; what each step needs before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.importing import (
    ImportOutcome,
    ImportSource,
    Scan,
    Terms,
    import_command,
    suggest_command,
)
from toolkit.tui.screens.importing.mapping_editor import MappingEditor
from toolkit.tui.screens.importing.rejects import Place, Rejects
from toolkit.tui.screens.importing.texts import mapping_title, proof_text, shape_text, source_text
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

SEEDS = Terms(mode="skip", again=True)
"""The seeds may be there already, from whatever run, and are left as they are then."""


class ImportStanding(ModeScreen):
    """The panes and the facts in them; what can be done stands in `ImportScreen`."""

    mode: ClassVar[str] = "import"

    def __init__(self) -> None:
        super().__init__()
        self._terms = Terms()
        self._scan: Scan | Failure | None = None
        self._mended: dict[Place, str] = {}
        self._of: ImportSource | None = None
        self._drawn: tuple[object, ...] = ()
        self._tried = False
        """Whether the mapping was validated or loaded as it stands."""

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        # Only for who looks: nothing else asks for it, and the core of the import is the largest room.
        shown = cockpit.current_mode == cls.mode
        if shown and cockpit.connected and not isinstance(cockpit.board.source, ImportSource):
            cockpit.fetch_fact("source", lambda backend: backend.importing.source())

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read_facts(self.cockpit)

    def panes(self) -> ComposeResult:
        with Container(id="import-top"):
            with Container(id="import-left"):
                yield TextPane("Source", id="source")
                yield TextPane("Shape", id="shape")
            yield MappingEditor()
        yield Rejects(id="rejects")
        yield TextPane("Proof", id="proof")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#source", TextPane).focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """What is long has the room while somebody reads it: the shape, and where it is narrow, rejects."""
        self.query_one("#import-left").set_class(event.widget.id == "shape", "-reads-shape")
        self.set_class(event.widget.id == "reject-table", "-reads-rejects")

    # Facts

    @property
    def source(self) -> ImportSource | None:
        """What was chosen, if anything was."""
        source = self.cockpit.board.source
        return source if isinstance(source, ImportSource) else None

    @property
    def outcome(self) -> ImportOutcome | None:
        """What the last import did, if there was one."""
        outcome = self.cockpit.board.outcome
        return outcome if isinstance(outcome, ImportOutcome) else None

    @property
    def twin(self) -> str:
        """What the next step is on the command line."""
        source, outcome = self.source, self.outcome
        if source is None:
            return "neonkit import"
        if not source.saved:
            return suggest_command(source)
        if outcome is not None and outcome.stopped:
            return import_command(source, self._terms, run=outcome.run)
        if self._mended and outcome is not None and outcome.stage != "validated" and outcome.reject_file:
            return import_command(source, self._terms, refeed=outcome.reject_file)
        done = outcome is not None and self._tried and not outcome.rejected
        return import_command(source, self._terms, dry_run=not done)

    def why_not(self, action: str) -> str | None:
        """What each step needs before it."""
        source, outcome = self.source, self.outcome
        if action == "stop":
            return None if self.cockpit.job is not None else "nothing runs that could be stopped"
        if action in ("scan", "edit", "save", "validate", "load", "mode", "bad_rows", "transaction", "again"):
            if source is None:
                return "nothing is chosen: o opens a file"
            if action == "save" and source.saved and not self.query_one(MappingEditor).edited:
                return "the mapping is saved as it stands"
            if action in ("validate", "load") and not source.mapping and not source.saved:
                return "there is no mapping yet: g proposes one"
        if action == "retry":
            return self._why_no_retry(outcome)
        if action == "report" and outcome is None:
            return "nothing was imported yet that could be reported: v validates"
        return None

    def _why_no_retry(self, outcome: ImportOutcome | None) -> str | None:
        if outcome is None or not outcome.lines:
            return "there are no rejects to retry"
        if outcome.stage == "validated" or outcome.reject_file is None:
            return "nothing is loaded yet: b sets bad rows aside, l loads the others, R then the mended"
        return None if self._mended else "no value was mended yet: enter on a reject mends it"

    def show(self) -> None:
        board = self.cockpit.board
        if board.source is not self._of and isinstance(board.source, ImportSource):
            self._take(board.source)
        editor, outcome = self.query_one(MappingEditor), self.outcome
        drawn = (board.source, board.outcome, self._scan, self._terms, dict(self._mended), self._tried)
        widths = [pane.scrollable_content_region.width for pane in self.query(TextPane)]
        # Events of a job come often; what they do not change is not drawn again.
        if self._drawn == (now := (*drawn, editor.edited, self.cockpit.job is None, *widths)):
            return
        self._drawn = now
        self._draw_source(board.source, editor)
        shape, proof = self.query_one("#shape", TextPane), self.query_one("#proof", TextPane)
        shape.tell(shape_text(self._scan, shape.scrollable_content_region.width))
        proof.tell(proof_text(board.outcome, proof.scrollable_content_region.width))
        rejects = self.query_one(Rejects)
        rejects.display = outcome is not None and bool(outcome.lines)
        if outcome is not None and outcome.lines:
            rejects.tell(outcome, self._mended)
        self.refresh_bindings()

    def _take(self, source: ImportSource) -> None:
        """Another source, or another mapping for it."""
        if self._of is None or self._of.path != source.path:
            self._terms = SEEDS if source.seeds else Terms()
        self._of = source
        self.query_one(MappingEditor).load(source.mapping, original=source.mapping)

    def _draw_source(self, source: ImportSource | Failure | None, editor: MappingEditor) -> None:
        pane = self.query_one("#source", TextPane)
        if source is None or isinstance(source, Failure):
            pane.tell("looking for seeds ..." if source is None else f"{source.text}\n\no opens another file")
            return
        scan = self._scan if isinstance(self._scan, Scan) else None
        outcome = self.outcome if self._tried else None
        columns = pane.scrollable_content_region.width
        pane.tell(source_text(source, self._terms, scan, outcome, edited=editor.edited, columns=columns))
        editor.border_title = Text(mapping_title(source, edited=editor.edited))
