"""Mode 3: the revisions, what an upgrade would send, and the run itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.migrations import PlanText, RevisionLine, Revisions
from toolkit.tui.screens.modals.confirm import Question
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane

SIGNS = {"applied": " ", "current": "*", "pending": "+"}

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class MigrationsScreen(ModeScreen):
    """Revisions newest first on the left; script and plan on the right."""

    mode: ClassVar[str] = "migrations"
    twin = "neonkit history --indicate-current"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "upgrade", "upgrade", id="migrations.upgrade"),
        Binding("d", "downgrade", "downgrade", id="migrations.downgrade"),
        Binding("p", "plan", "plan", id="migrations.plan"),
    ]

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("revisions", lambda backend: backend.migrations.read())

    def __init__(self) -> None:
        super().__init__()
        self._shown: Revisions | Failure | None = None

    def panes(self) -> ComposeResult:
        with Horizontal(id="migrations-body"):
            revisions = OptionList(id="revisions")
            revisions.border_title = "Revisions, newest first"
            yield revisions
            with Vertical():
                yield TextPane("Plan", id="plan", columns=True)
                yield TextPane("Run", id="run")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#revisions", OptionList).focus()

    def show(self) -> None:
        self.query_one("#run", TextPane).tell("\n".join(self.cockpit.board.history) or "no run yet")
        self.query_one("#run", TextPane).scroll_end(animate=False)
        revisions = self.cockpit.board.revisions
        if revisions is self._shown:
            return
        self._shown = revisions
        listing = self.query_one("#revisions", OptionList)
        plan = self.query_one("#plan", TextPane)
        if isinstance(revisions, Revisions):
            kept = listing.highlighted
            listing.clear_options()
            listing.add_options([Option(line_text(line), id=line.revision) for line in revisions.lines])
            if revisions.lines:
                listing.highlighted = min(kept or 0, len(revisions.lines) - 1)
            self.action_plan()
        elif isinstance(revisions, Failure):
            plan.tell(revisions.text)

    @on(OptionList.OptionHighlighted, "#revisions")
    def look(self, event: OptionList.OptionHighlighted) -> None:
        """Show the script of the revision under the cursor."""
        line = self._line(event.option.id)
        if line is not None and self.query_one("#revisions", OptionList).has_focus:
            self._tell("Script  " + line.source, line.text)

    def action_plan(self) -> None:
        """Show what an upgrade to the heads would send."""
        self.cockpit.fetch(lambda backend: backend.migrations.plan(), self.tell_plan)

    def tell_plan(self, plan: PlanText | Failure) -> None:
        """Show the plan's text."""
        if isinstance(plan, Failure):
            self._tell("Plan", plan.text)
        else:
            self._tell(plan.title, plan.sql)

    def action_upgrade(self) -> None:
        """Ask, then upgrade to the heads."""
        revisions = self.cockpit.board.revisions
        if not isinstance(revisions, Revisions) or not revisions.pending:
            self.cockpit.tell("nothing is pending", state="ok")
            return
        facts = (("will run", f"{len(revisions.pending)}: {', '.join(revisions.pending)}"),)
        question = Question("Upgrade to head", facts, reversible=True, verb="Upgrade")
        self.cockpit.ask(question, self._upgrade)

    def action_downgrade(self) -> None:
        """Ask, then take back the current revision."""
        revisions = self.cockpit.board.revisions
        if not isinstance(revisions, Revisions) or not revisions.current:
            self.cockpit.tell("nothing is applied", state="ok")
            return
        facts = (
            ("will take back", ", ".join(revisions.current)),
            ("will lose", "what these revisions added, with the data in it"),
        )
        question = Question("Downgrade one revision", facts, reversible=False, verb="Downgrade")
        self.cockpit.ask(question, self._downgrade)

    def _upgrade(self) -> None:
        self.cockpit.start(
            "upgrade",
            "neonkit upgrade head --yes",
            lambda backend, emit, token: backend.migrations.upgrade(emit, token),
            self.cockpit.changed,
        )

    def _downgrade(self) -> None:
        self.cockpit.start(
            "downgrade",
            "neonkit downgrade -1 --yes",
            lambda backend, emit, token: backend.migrations.downgrade(emit, token),
            self.cockpit.changed,
        )

    def _tell(self, title: str, text: str) -> None:
        pane = self.query_one("#plan", TextPane)
        pane.border_title = title
        pane.tell(text)
        pane.scroll_home(animate=False)

    def _line(self, revision: str | None) -> RevisionLine | None:
        revisions = self.cockpit.board.revisions
        if not isinstance(revisions, Revisions):
            return None
        return next((line for line in revisions.lines if line.revision == revision), None)


def line_text(line: RevisionLine) -> Text:
    """A revision in one line; the state is a sign and a word."""
    words = (
        f"{SIGNS[line.state]} {line.revision[:14]:<14} {line.state:<8} {line.message} {line.marks}".rstrip()
    )
    return Text(words, no_wrap=True, overflow="ellipsis")
