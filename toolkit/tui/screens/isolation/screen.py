"""Mode 5: can any user see or change another user's rows. One verdict per table and verb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import DataTable, Static

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.isolation import Isolation, ProtectionText, User, VerdictLine, audit_command
from toolkit.tui.screens.isolation.evidence import evidence_text, first_text, standing_text, unjudged_text
from toolkit.tui.screens.isolation.protecting import ProtectScreen
from toolkit.tui.screens.isolation.users import UsersScreen
from toolkit.tui.screens.isolation.verdicts import VerdictTable, chosen_cell
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.ask_text import AskTextScreen
from toolkit.tui.widgets.pane import TextPane

UNREAD = "Not judged yet."
NARROW = 100


def replayable(cell: VerdictLine) -> bool:
    """Whether there is SQL that shows what is behind a verdict."""
    return cell.leak is not None or cell.plan is not None


class IsolationScreen(ModeScreen):
    """How the role stands, the verdict table, and the evidence of the cell under the cursor."""

    mode: ClassVar[str] = "isolation"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "probe", "probe", id="isolation.probe"),
        Binding("P", "probe_table", "table", id="isolation.probe_table", key_display="P"),
        Binding("u", "users", "users", id="isolation.users"),
        Binding("n", "next_leak", "next", id="isolation.next_leak"),
        Binding("y", "copy_replay", "copy", id="isolation.copy_replay"),
        Binding("Y", "copy_twin", "copy command", id="isolation.copy_twin", key_display="Y", show=False),
        Binding("e", "save_replay", "save", id="isolation.save_replay"),
        Binding("f", "protect", "protect", id="isolation.protect"),
        Binding("x", "prove", "proof", id="isolation.prove"),
        Binding("escape", "back", "back to the table", id="isolation.back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._users: tuple[str, ...] = ()
        self._told: tuple[VerdictLine, int] | None = None
        self._drawn: tuple[Isolation, bool, int] | None = None

    def panes(self) -> ComposeResult:
        yield Static(id="isolation-first")
        yield VerdictTable()
        with Container(id="isolation-below"):
            yield TextPane("Evidence", id="evidence")
            yield TextPane("Who was judged", id="standing")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(VerdictTable).focus()

    # Facts and selection

    @property
    def result(self) -> Isolation | None:
        """The verdicts, if there are any."""
        result = self.cockpit.board.isolation
        return result if isinstance(result, Isolation) else None

    @property
    def chosen(self) -> VerdictLine | None:
        """The cell under the cursor."""
        if self.result is None or not self.is_mounted:
            return None
        return chosen_cell(self.result, self.query_one(VerdictTable).chosen)

    @property
    def twin(self) -> str:
        """The replay of the leak under the cursor; else what judged last."""
        leak = self.chosen.leak if self.chosen is not None else None
        if leak is not None:
            return f"neonkit isolation replay {leak.id}"
        return self.result.twin if self.result is not None else "neonkit isolation audit"

    def select(self, key: str) -> None:
        """Go to a table."""
        self.query_one(VerdictTable).go_to(key)

    def why_not(self, action: str) -> str | None:
        """What a leak is needed for, and what a table is needed for."""
        chosen = self.chosen
        if action in ("copy_replay", "save_replay") and (chosen is None or not replayable(chosen)):
            if chosen is not None and chosen.unplanned is not None:
                return f"nothing was executed, and {chosen.unplanned}: nothing can be replayed"
            return "there is no leak under the cursor that was tried, so there is nothing to replay"
        if action == "probe_table" and (
            chosen is None or chosen.kind != "table" or chosen.verdict == "shared"
        ):
            return "no table with owners is under the cursor; p probes everything"
        if action == "next_leak" and (self.result is None or not self.result.leaks):
            return "no leak is known: p probes"
        return None

    def show(self) -> None:
        result = self.cockpit.board.isolation
        first = self.query_one("#isolation-first", Static)
        if not isinstance(result, Isolation):
            failed = result if isinstance(result, Failure) else None
            first.update(Text(UNREAD if failed is None else printable(failed.sentence), style="bold"))
            pane = self.query_one("#evidence", TextPane)
            pane.tell(unjudged_text(failed, pane.scrollable_content_region.width))
            return
        short = self.size.width < NARROW
        standing = self.query_one("#standing", TextPane)
        columns = standing.scrollable_content_region.width
        if self._drawn == (result, short, columns):
            self._tell_evidence()
            return
        self._drawn = result, short, columns
        first.update(first_text(result, short=short))
        self.query_one(VerdictTable).tell(result, short=short)
        standing.tell(standing_text(result, columns))
        self._tell_evidence()

    @on(DataTable.CellHighlighted, "#verdicts")
    def look(self) -> None:
        """Show why the cell under the cursor has its verdict."""
        self._tell_evidence()
        self.refresh_bindings()

    def _tell_evidence(self) -> None:
        chosen, pane = self.chosen, self.query_one("#evidence", TextPane)
        columns = pane.scrollable_content_region.width
        if chosen is None or self._told == (chosen, columns):
            return
        self._told = chosen, columns
        leak = f"  leak {chosen.leak.id}" if chosen.leak is not None else ""
        pane.border_title = Text(f"{chosen.verdict}  {printable(chosen.table)}  {chosen.verb}{leak}")
        pane.tell(evidence_text(chosen, columns))
        pane.scroll_home(animate=False)

    # Judging

    def action_probe(self) -> None:
        """Judge everything again."""
        self._judge(frozenset())

    def action_probe_table(self) -> None:
        """Judge the table under the cursor again."""
        if self.chosen is not None:
            self._judge(frozenset({self.chosen.table}))

    def _judge(self, tables: frozenset[str]) -> None:
        identity = self.cockpit.board.identity
        if isinstance(identity, Identity) and identity.read_only:
            why = "READ-ONLY: nothing is executed, policies and plans decide; w arms writes, then users try"
            self._start(tables, why)
        elif isinstance(identity, Identity) and identity.environment == "production":
            self.cockpit.tell("looking for what a probe of production would leave behind", state="run")
            self.cockpit.fetch(
                lambda backend: backend.isolation.side_effects(),
                lambda effects: self._ask_production(tables, effects),
            )
        else:
            self._start(tables, None)

    def _ask_production(self, tables: frozenset[str], effects: tuple[str, ...] | Failure) -> None:
        if isinstance(effects, Failure):
            self.cockpit.tell(effects.text.replace("\n", "  "), state="fail")
            return
        stays = " ".join(effects) or "nothing that is known of"
        facts = (
            ("will try", "every action as two users, in a transaction that is rolled back"),
            ("will leave", stays),
        )
        self.cockpit.tell("nothing was executed yet", state="idle")
        question = Question("Probe production", facts, reversible=False, verb="Probe")
        self.cockpit.ask(question, lambda: self._start(tables, None))

    def _start(self, tables: frozenset[str], explained: str | None) -> None:
        users = () if explained else self._users
        self.cockpit.start(
            "isolation",
            audit_command(users, tables, explain=explained is not None),
            lambda backend, emit, token: backend.isolation.judge(
                emit, token, users=users, tables=tables, explained=explained
            ),
            self._judged,
        )

    def _judged(self, result: Isolation | Failure) -> None:
        cockpit, before = self.cockpit, self.result
        if isinstance(result, Failure):
            if before is None:
                cockpit.put("isolation", result)
            return
        said = f"{result.refusal}  " if result.refusal else ""
        if result.tables and before is not None:
            said += f"{', '.join(result.tables)} again, views and functions as before.  "
            result = before.renewed(result)
        cockpit.put("isolation", result)
        totals = ", ".join(f"{number} {verdict}" for verdict, number in result.totals if number)
        failed = bool(result.leaks or result.refusal)
        cockpit.board.note(f"isolation: {totals}")
        cockpit.tell(f"{said}{totals}", state="fail" if failed else "ok")

    # Users

    def action_users(self) -> None:
        """Choose who acts and who is acted against."""
        self._choose(("A, who acts", "B, whose rows are the prey"), self._chose)

    def _choose(self, roles: tuple[str, ...], then: Callable[[tuple[str, ...]], None]) -> None:
        self.cockpit.tell("counting the rows of each user", state="run")

        def ask(users: tuple[User, ...] | Failure) -> None:
            if isinstance(users, Failure):
                self.cockpit.tell(users.text.replace("\n", "  "), state="fail")
                return
            self.cockpit.tell(f"{len(users)} users have rows", state="idle")
            self.cockpit.push_screen(
                UsersScreen(users, roles), lambda keys: then(keys) if keys is not None else None
            )

        self.cockpit.fetch(lambda backend: backend.isolation.users(), ask)

    def _chose(self, keys: tuple[str, ...]) -> None:
        self._users = keys
        self._judge(frozenset())

    # What is taken away

    def action_next_leak(self) -> None:
        """Go to the next leak."""
        self.query_one(VerdictTable).next_leak()

    @on(DataTable.CellSelected, "#verdicts")
    def read_evidence(self) -> None:
        """Go to the evidence, to read all of it."""
        self.query_one("#evidence", TextPane).focus()

    def action_back(self) -> None:
        """Go back to the table."""
        self.query_one(VerdictTable).focus()

    def action_copy_replay(self) -> None:
        """Copy the SQL that shows the leak."""
        chosen = self.chosen
        if chosen is not None and chosen.leak is not None:
            self.cockpit.copy(chosen.leak.replay, f"the SQL that shows leak {chosen.leak.id}")
        elif chosen is not None and chosen.plan is not None:
            self.cockpit.copy(chosen.plan, f"the SQL that shows the plan: {chosen.verb} of {chosen.table}")

    def action_copy_twin(self) -> None:
        """Copy the command line."""
        self.cockpit.action_copy_twin()

    def action_save_replay(self) -> None:
        """Ask for a folder, and write the SQL, the change that closes it, and a test."""
        leak = self.chosen.leak if self.chosen is not None else None
        if leak is None:
            self._ask_plan_file()
            return
        says = "The SQL that shows the leak, the SQL that closes it, and a pytest file go into the folder:"

        def save(folder: str | None) -> None:
            if folder is not None:
                self.cockpit.start(
                    "save replay",
                    f"neonkit isolation replay {leak.id} --write {folder}",
                    lambda backend, *_: backend.isolation.save_replay(leak.id, Path(folder)),
                    self._done,
                )

        self.cockpit.push_screen(AskTextScreen(f"Save replay of leak {leak.id}", says, "replays"), save)

    def _ask_plan_file(self) -> None:
        chosen = self.chosen
        if chosen is None or (script := chosen.plan) is None:
            return
        says = "The SQL that shows the plan behind the verdict goes into the file; it executes nothing:"
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in f"{chosen.table}-{chosen.verb}")

        def save(path: str | None) -> None:
            if path is not None:
                self.cockpit.fetch(
                    lambda backend: backend.isolation.save_plan(script, Path(path)), self._done
                )

        self.cockpit.push_screen(AskTextScreen("Save the plan's SQL", says, f"plan-{name}.sql"), save)

    def _done(self, said: str | Failure) -> None:
        if isinstance(said, Failure):
            self.cockpit.tell(said.sentence, state="fail")
            return
        self.cockpit.board.note(said)
        self.cockpit.tell(said, state="ok")

    def action_prove(self) -> None:
        """Export the proof for one user."""
        self._choose(("Whose proof",), self._prove)

    def _prove(self, keys: tuple[str, ...]) -> None:
        if not keys:
            self.cockpit.tell("a proof is for one user: choose one", state="idle")
            return
        user = keys[0]
        says = f"The proof for user {user}, as JSON; as text in a file beside it:"
        name = "".join(c if c.isalnum() or c in "-_" else "-" for c in user)

        def prove(path: str | None) -> None:
            if path is not None:
                self.cockpit.start(
                    "prove",
                    f"neonkit isolation prove --user {user} --json > {path}",
                    lambda backend, emit, token: backend.isolation.prove(user, Path(path), emit, token),
                    self._proved,
                )

        self.cockpit.push_screen(AskTextScreen("Export a proof", says, f"proof-{name}.json"), prove)

    def _proved(self, proof: tuple[str, str] | Failure) -> None:
        if isinstance(proof, Failure):
            return
        said, text = proof
        pane = self.query_one("#evidence", TextPane)
        pane.border_title = "Proof"
        pane.tell(text)
        self._done(said)

    def action_protect(self) -> None:
        """Compile what is missing, show it, and write it if that is wanted."""
        self.cockpit.start(
            "protect",
            "neonkit isolation protect",
            lambda backend, emit, token: backend.isolation.protect(emit, token),
            self._offer,
        )

    def _offer(self, found: ProtectionText | Failure) -> None:
        if isinstance(found, ProtectionText):
            self.cockpit.push_screen(ProtectScreen(found), lambda yes: self._write() if yes else None)

    def _write(self) -> None:
        self.cockpit.start(
            "write revisions",
            "neonkit isolation protect --write-revision",
            lambda backend, emit, _: backend.isolation.write_protection(emit),
            self.cockpit.changed,
        )
