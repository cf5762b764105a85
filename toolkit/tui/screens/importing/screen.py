"""Mode 4: will this old file fit, load it, prove it. Here is what can be done, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, TextArea

from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.importing import (
    ImportOutcome,
    ImportSource,
    Offer,
    RejectLine,
    Scan,
    Terms,
    import_command,
    suggest_command,
)
from toolkit.tui.screens.importing.mapping_editor import MappingEditor
from toolkit.tui.screens.importing.picker import PickFileScreen
from toolkit.tui.screens.importing.rejects import Rejects
from toolkit.tui.screens.importing.standing import ImportStanding
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.widgets.ask_text import AskTextScreen


class ImportScreen(ImportStanding):
    """One source at a time: chosen, scanned, mapped, validated, loaded, reconciled."""

    HELP = (
        "An import in steps: o chooses a file, g reads it and proposes a mapping, f edits that and s saves "
        "it, v judges every record and writes nothing, l loads. Rows that do not fit stand below: enter "
        "mends the value, R imports the mended ones alone. m, b, t and a say on which terms."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open", id="import.open"),
        Binding("g", "scan", "scan", id="import.scan"),
        Binding("f", "edit", "mapping", id="import.edit"),
        Binding("s,ctrl+s", "save", "save", id="import.save", key_display="^s"),
        Binding("v", "validate", "validate", id="import.validate"),
        Binding("l", "load", "load", id="import.load"),
        Binding("x", "stop", "stop", id="import.stop"),
        Binding("R", "retry", "retry", id="import.retry", key_display="R"),
        Binding("m", "mode", "rows there", id="import.mode", show=False),
        Binding("b", "bad_rows", "bad rows", id="import.bad_rows", show=False),
        Binding("t", "transaction", "transactions", id="import.transaction", show=False),
        Binding("a", "again", "again", id="import.again", show=False),
        Binding("e", "report", "report", id="import.report"),
    ]

    # Source

    def action_open(self) -> None:
        """Choose what to import."""
        self.cockpit.fetch(
            lambda backend: backend.importing.offers(), self._pick, what="looking for data files"
        )

    def _pick(self, offers: tuple[Offer, ...] | Failure) -> None:
        found = () if isinstance(offers, Failure) else offers
        self.cockpit.push_screen(
            PickFileScreen(found, Path.cwd()), lambda path: self._open(path) if path is not None else None
        )

    def _open(self, path: str) -> None:
        self.cockpit.fetch(
            lambda backend: backend.importing.source(path), self._opened, what=f"opening {path}"
        )

    def _opened(self, source: ImportSource | Failure) -> None:
        if isinstance(source, Failure):
            self.cockpit.tell(source.sentence, state="fail")
            return
        self._scan, self._mended, self._tried = None, {}, False
        self.cockpit.board.outcome = None
        self.cockpit.put("source", source)
        self.cockpit.tell(f"opened {source.path}", state="idle")
        if not source.saved:
            self.action_scan()

    def action_scan(self) -> None:
        """Read everything once, and propose a mapping where there is none."""
        if (source := self.source) is not None:
            self.cockpit.start(
                "scan",
                suggest_command(source),
                lambda backend, emit, token: backend.importing.scan(source, emit, token),
                self._scanned,
            )

    def _scanned(self, scan: Scan | Failure) -> None:
        self._scan, source = scan, self.source
        if isinstance(scan, Failure) or source is None:
            self.cockpit.redraw()
            return
        records = sum(shape.records for shape in scan.shapes)
        if scan.proposal is not None:
            self.cockpit.put("source", replace(source, mapping=scan.proposal, undecided=scan.undecided))
            left = f"; {len(scan.undecided)} to decide (??): f edits" if scan.undecided else ""
            self.cockpit.tell(f"{records:,} records; a mapping is proposed, s saves it{left}", state="ok")
        else:
            self.cockpit.tell(scan.refused or f"{records:,} records", state="wait" if scan.refused else "ok")
            self.cockpit.redraw()

    # Mapping

    def action_edit(self) -> None:
        """Edit the mapping."""
        self.query_one(MappingEditor).open()
        self.cockpit.tell("editing the mapping: escape ends it, ctrl+s saves it", state="idle")

    @on(TextArea.Changed, "#mapping")
    @on(MappingEditor.Ended)
    def typed(self) -> None:
        """The mapping is another one now."""
        if self.is_mounted:
            self.show()

    @on(MappingEditor.Ended)
    def no_longer_edited(self) -> None:
        """Say what becomes of the text."""
        edited = self.query_one(MappingEditor).edited
        self.cockpit.tell(
            "the mapping is edited: s saves it" if edited else "nothing was edited", state="idle"
        )

    def action_save(self) -> None:
        """Check the mapping, ask where to, and save it."""
        self._save(lambda: None)

    def _save(self, then: Callable[[], object]) -> None:
        source, text = self.source, self.query_one(MappingEditor).text
        if source is None:
            return

        def ask(problems: tuple[str, ...] | Failure) -> None:
            wrong = problems.text if isinstance(problems, Failure) else "\n".join(problems[:5])
            says = (
                f"NOT VALID yet:\n{wrong}\n\nIt can be saved all the same, as:"
                if problems
                else "It is valid. Save it as:"
            )
            self.cockpit.push_screen(
                AskTextScreen("Save the mapping", says, source.mapping_path),
                lambda path: self._write(path, text, then) if path is not None else None,
            )

        self.cockpit.fetch(
            lambda backend: backend.importing.problems(text, source.mapping_path),
            ask,
            what="checking the mapping",
        )

    def _write(self, path: str, text: str, then: Callable[[], object]) -> None:
        def saved(result: str | Failure) -> None:
            source = self.source
            if isinstance(result, Failure) or source is None:
                said = result.text.replace("\n", "  ") if isinstance(result, Failure) else "nothing is chosen"
                self.cockpit.tell(said, state="fail")
                return
            undecided = tuple(line for line in source.undecided if line in text)
            self._tried = False
            kept = replace(source, mapping=text, mapping_path=result, saved=True, undecided=undecided)
            self.cockpit.put("source", kept)
            self.cockpit.tell(f"saved {result}", state="ok")
            then()

        self.cockpit.fetch(
            lambda backend: backend.importing.save(path, text), saved, what="saving the mapping"
        )

    # Terms

    def action_mode(self) -> None:
        """Say what becomes of rows that are there already."""
        self._say(self._terms.next_mode())

    def action_bad_rows(self) -> None:
        """Say what becomes of rows that do not fit."""
        self._say(self._terms.next_bad_rows())

    def action_transaction(self) -> None:
        """Say how many transactions there are."""
        self._say(self._terms.next_transaction())

    def action_again(self) -> None:
        """Begin anew, or go on from what earlier runs did with the same files."""
        self._say(replace(self._terms, again=not self._terms.again))

    def _say(self, terms: Terms) -> None:
        self._terms = terms
        self.cockpit.tell(" ".join(terms.flags) or "as the mapping says", state="idle")

    # Import

    def action_validate(self) -> None:
        """Judge every record and write nothing."""
        self._saved_first(lambda: self._load(dry_run=True))

    def action_load(self) -> None:
        """Ask, then load; or go on with what stopped."""
        self._saved_first(self._ask_load)

    def _saved_first(self, then: Callable[[], object]) -> None:
        """What is imported is the file, so what is on the screen has to be in it."""
        source = self.source
        if source is not None and (not source.saved or self.query_one(MappingEditor).edited):
            self._save(then)
        else:
            then()

    def _ask_load(self) -> None:
        source, outcome = self.source, self.outcome
        if source is None:
            return
        run = outcome.run if outcome is not None and outcome.stopped else None
        rule = {
            None: "bad rows as the mapping says",
            "refuse": "all or nothing",
            "reject": "bad rows are set aside",
        }
        facts = [("will load", source.path), ("rule", rule[self._terms.bad_rows])]
        if self._terms.mode is not None:
            facts.append(("rows there", self._terms.mode))
        if run is not None:
            facts.append(("goes on", f"with run {run}; what is written stands"))
        question = Question("Import", tuple(facts), reversible=False, verb="Go on" if run else "Import")
        self.cockpit.ask(question, lambda: self._load(dry_run=False, run=run))

    def _load(self, *, dry_run: bool, run: str | None = None) -> None:
        source, terms = self.source, self._terms
        identity = self.cockpit.board.identity
        if source is None:
            return
        if isinstance(identity, Identity) and identity.read_only:
            self.cockpit.tell(
                "a rehearsal writes and rolls back, and this session is READ-ONLY; w arms writes",
                state="fail",
            )
            return
        self.cockpit.start(
            "validate" if dry_run else "import",
            import_command(source, terms, dry_run=dry_run, run=run),
            lambda backend, emit, token: backend.importing.load(
                source, terms, emit, token, dry_run=dry_run, run=run
            ),
            self._loaded,
        )

    def _loaded(self, outcome: ImportOutcome | Failure) -> None:
        cockpit = self.cockpit
        if isinstance(outcome, ImportOutcome):
            there = {line.place for line in outcome.lines}
            self._mended = {place: text for place, text in self._mended.items() if place in there}
            self._tried = True
        cockpit.put("outcome", outcome)
        if isinstance(outcome, Failure):
            return
        cockpit.board.note(outcome.sentence)
        bad = outcome.rejected or outcome.stopped or not outcome.reconciles
        cockpit.tell(outcome.sentence, state="fail" if bad else "ok")
        if outcome.lines:
            self.query_one(Rejects).table.focus()
        if outcome.stage != "validated":
            cockpit.read_facts()

    def action_stop(self) -> None:
        """Stop between two batches; one transaction for all is rolled back."""
        self.cockpit.running.stop("x")

    # Rejects

    @on(DataTable.RowHighlighted, "#reject-table")
    def look(self) -> None:
        """Tell all of the reject under the cursor."""
        self.query_one(Rejects).look(self._mended)

    @on(DataTable.RowSelected, "#reject-table")
    def mend(self) -> None:
        """Ask for another value."""
        line = self.query_one(Rejects).chosen
        if line is None:
            return
        if line.fixed is not None:
            self.cockpit.tell(f"cannot be mended here: {line.fixed}", state="idle")
            return
        value = "" if line.masked else self._mended.get(line.place, line.current or "")
        says = f"{line.where}  {line.why}\n{line.hint}\nJSON; what is no JSON is a text:"
        self.cockpit.push_screen(
            AskTextScreen(f"Mend {line.path}", says, value, secret=line.masked),
            lambda text: self._mend(line, text) if text is not None else None,
        )

    def _mend(self, line: RejectLine, text: str) -> None:
        self._mended[line.place] = text
        outcome = self.outcome
        again = (
            "R imports the mended ones" if outcome and outcome.stage != "validated" else "kept until the load"
        )
        self.cockpit.tell(f"{len(self._mended)} values mended; {again}", state="ok")

    def action_retry(self) -> None:
        """Ask, then import the mended records alone."""
        source, outcome, terms = self.source, self.outcome, self._terms
        if source is None or outcome is None or (file := outcome.reject_file) is None:
            return
        mended = {
            (line.line, line.way): self._mended[line.place]
            for line in outcome.lines
            if line.place in self._mended
        }
        facts = (
            ("will load", f"the records of {file}, {len(mended)} values mended"),
            ("rule", "what still does not fit stays rejected"),
        )
        self.cockpit.ask(
            Question("Retry the rejects", facts, reversible=False, verb="Retry"),
            lambda: self.cockpit.start(
                "retry",
                import_command(source, terms, refeed=file),
                lambda backend, emit, token: backend.importing.retry(
                    source, terms, file, mended, emit, token
                ),
                self._loaded,
            ),
        )

    # Proof

    def action_report(self) -> None:
        """Ask for a file, and write the report of the last import."""
        says = "The report of the last import, as Markdown or, with .json, as JSON:"

        def write(path: str | None) -> None:
            if path is not None:
                self.cockpit.fetch(lambda backend: backend.importing.save_report(Path(path)), self._told)

        self.cockpit.push_screen(AskTextScreen("Save the report", says, "import-report.md"), write)

    def _told(self, said: str | Failure) -> None:
        if isinstance(said, Failure):
            self.cockpit.tell(said.text.replace("\n", "  "), state="fail")
        else:
            self.cockpit.tell(said, state="ok")
