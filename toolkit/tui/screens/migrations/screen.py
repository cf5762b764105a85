"""Mode 3: the revisions as a graph, the plan of what is pending, and what stands behind the cursor's line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import DescendantFocus
from textual.widgets.option_list import Option

from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.migrations import RevisionLine, Revisions
from toolkit.tui.facts.plan import PlanFacts
from toolkit.tui.screens.migrations import moves
from toolkit.tui.screens.migrations.details import (
    finding_detail,
    plan_detail,
    script_detail,
    step_detail,
)
from toolkit.tui.screens.migrations.journal_screen import JournalScreen
from toolkit.tui.screens.migrations.plan_box import PlanBox
from toolkit.tui.screens.migrations.plan_table import too_old
from toolkit.tui.screens.migrations.repairing import repair
from toolkit.tui.screens.migrations.revision_list import revision_options, standing_text
from toolkit.tui.screens.migrations.run_screen import APPLY
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.code import CodePane
from toolkit.tui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

BASE = "base"
DOWN = "take back what lies above the revision under the cursor"
STAMP = "say that the database is at the revision under the cursor"
RESTORE = "make something to go back to: a Neon branch, or what your own command makes"
MERGE = "write a revision that joins all heads"
REPAIR = "look for what interrupted runs left behind, and mend it"


class MigrationsScreen(ModeScreen):
    """Revisions on the left, the plan on the right, exact SQL, findings and scripts below."""

    mode: ClassVar[str] = "migrations"
    HELP = (
        "What will happen, is it safe, do it. p tries what is pending on a scratch copy and makes the plan; "
        "the database is only read. d rehearses it: measured times replace the estimates. a applies exactly "
        "the plan that is shown, or refuses and says what changed. tab goes from revisions to statements, "
        "findings and the text below, which shows what stands behind the line under the cursor."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "plan", "plan", id="migrations.plan", tooltip="try what is pending on a copy"),
        Binding("d", "rehearse", "rehearse", id="migrations.rehearse", tooltip="run it on a copy, measured"),
        Binding("a", "apply", "apply", id="migrations.apply", tooltip=APPLY),
        Binding("b", "restore_point", "restore pt", id="migrations.restore_point", tooltip=RESTORE),
        Binding(
            "f", "fix", "fix", id="migrations.fix", tooltip="the fix of the finding, written if it can be"
        ),
        Binding("v", "revisions", "revisions", id="migrations.revisions", tooltip="revisions or plan"),
        Binding("D", "downgrade", "downgrade", id="migrations.downgrade", key_display="D", tooltip=DOWN),
        Binding("N", "new", "new", id="migrations.new", key_display="N", tooltip="write a new revision"),
        Binding("E", "edit", "edit", id="migrations.edit", key_display="E", tooltip="open it in $EDITOR"),
        Binding(
            "J", "journal", "journal", id="migrations.journal", key_display="J", tooltip="the runs before"
        ),
        Binding("S", "stamp", "stamp", id="migrations.stamp", key_display="S", show=False, tooltip=STAMP),
        Binding("M", "merge", "merge", id="migrations.merge", key_display="M", show=False, tooltip=MERGE),
        Binding("R", "repair", "repair", id="migrations.repair", key_display="R", show=False, tooltip=REPAIR),
    ]

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        before = cockpit.board.revisions

        def put(read: Revisions | Failure) -> None:
            cockpit.put("revisions", read)
            going_on = read.going_on if isinstance(read, Revisions) else ""
            if going_on and going_on != getattr(before, "going_on", ""):
                cockpit.board.note(going_on)
                cockpit.tell(f"{going_on}; 3 J looks at it", state="wait")

        cockpit.fetch(
            lambda backend: backend.migrations.read(),
            put,
            what="reading revisions",
            newest="fact revisions",
        )
        cockpit.fetch_fact("plan", lambda backend: backend.migrations.kept())

    def __init__(self) -> None:
        super().__init__()
        self._shown: Revisions | Failure | None = None
        self._asked_for = False
        """Whether the next plan is one that somebody waits for; any other does not take the focus."""

    def panes(self) -> ComposeResult:
        with Horizontal(id="migrations-top"):
            revisions = OptionList(id="revisions")
            revisions.border_title = "Revisions, newest first"
            yield revisions
            yield PlanBox()
        yield CodePane("Script", id="detail")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#revisions", OptionList).focus()

    @property
    def twin(self) -> str:
        """What is selected, as a command."""
        plan, focused = self._plan, self.focused
        if focused is not None and focused.id == "revisions":
            line = self._line
            return f"neonkit show {line.revision}" if line else "neonkit history --indicate-current"
        if focused is not None and focused.id == "findings" and (found := self._box.finding) is not None:
            return f"neonkit rule {found.rule}"
        return "neonkit plan" if plan is None else f"neonkit plan show {plan.id}"

    # Drawing

    def show(self) -> None:
        revisions = self.cockpit.board.revisions
        if revisions is not self._shown:
            self._shown = revisions
            self._draw_revisions(revisions)
        self._draw_plan()

    def _draw_revisions(self, revisions: Revisions | Failure | None) -> None:
        listing = self.query_one("#revisions", OptionList)
        kept = self._chosen("#revisions")
        listing.clear_options()
        if not isinstance(revisions, Revisions):
            return
        listing.border_subtitle = Text(standing_text(revisions))
        listing.add_options(
            [*revision_options(revisions), Option(Text(f"- {BASE}  the empty database"), id=BASE)]
        )
        at = kept or next(iter((*revisions.pending, *revisions.current)), BASE)
        self._highlight("#revisions", at)
        self.refresh_bindings()
        self._look()

    def _draw_plan(self) -> None:
        plan, box = self.cockpit.board.plan, self._box
        shown = plan if isinstance(plan, PlanFacts) and plan.steps else None
        if box.tell(shown, "" if shown else self._no_plan()):
            if self._asked_for or self.has_class("-narrow"):
                box.query_one("#steps", OptionList).focus()
            self._asked_for = False
            self._look()
            self.refresh_bindings()

    def _no_plan(self) -> str:
        plan, revisions = self.cockpit.board.plan, self.cockpit.board.revisions
        if isinstance(plan, Failure):
            return plan.text
        if isinstance(plan, PlanFacts) and plan.revisions:
            return f"Plan {plan.id}: {len(plan.revisions)} to run, none with a statement of its own."
        if not isinstance(revisions, Revisions):
            return "reading the revisions ..." if revisions is None else revisions.text
        if not revisions.lines:
            return "No revisions yet: N writes the first."
        if not revisions.pending:
            return "Nothing is pending: the database is at head."
        if revisions.going_on:
            return f"{revisions.going_on}.\n\nJ looks at it; r reads anew."
        return (
            f"{len(revisions.pending)} pending, no plan yet.\n\np makes it: the revisions are tried on a "
            "scratch copy, and the database is only read."
        )

    # What is selected

    @property
    def _plan(self) -> PlanFacts | None:
        plan = self.cockpit.board.plan
        return plan if isinstance(plan, PlanFacts) and plan.revisions else None

    @property
    def _box(self) -> PlanBox:
        return self.query_one(PlanBox)

    @property
    def _line(self) -> RevisionLine | None:
        revisions = self.cockpit.board.revisions
        return revisions.line(self._chosen("#revisions")) if isinstance(revisions, Revisions) else None

    @property
    def _script(self) -> RevisionLine | None:
        """The revision of whatever is under the cursor, if it has a file."""
        revisions, where = self.cockpit.board.revisions, self.focused.id if self.focused is not None else None
        line = self._line
        if isinstance(revisions, Revisions) and where in ("steps", "findings"):
            chosen = self._box.step if where == "steps" else self._box.finding
            line = revisions.line(chosen.revision if chosen is not None else None) or line
        return line if line is not None and line.path else None

    def _chosen(self, selector: str) -> str | None:
        listing = self.query_one(selector, OptionList)
        at = listing.highlighted
        return None if at is None else listing.get_option_at_index(at).id

    def _highlight(self, selector: str, option: str) -> None:
        listing = self.query_one(selector, OptionList)
        found = [n for n, each in enumerate(listing.options) if each.id == option]
        listing.highlighted = found[0] if found else None

    def select(self, key: str) -> None:
        """Put the cursor on a revision, given by its id."""
        self.query_one("#revisions", OptionList).focus()
        self._highlight("#revisions", key)
        self.query_one("#migrations-top").add_class("-list")

    @on(OptionList.OptionHighlighted)
    @on(DescendantFocus)
    def look(self) -> None:
        """Show what stands behind the line under the cursor."""
        self._look()

    def _look(self) -> None:
        where = self.focused.id if self.focused is not None else None
        pane, plan = self.query_one("#detail", CodePane), self._plan
        if where == "detail":
            return
        if where == "findings" and (found := self._box.finding) is not None:
            pane.tell(f"Finding  {found.rule}", finding_detail(found))
        elif where == "steps" and plan is not None and (step := self._box.step) is not None:
            title = (
                f"SQL  step {step.position} of {len(plan.steps)}  {step.short}  exact text that will be sent"
            )
            pane.tell(title, step_detail(plan, step))
        elif (line := self._line) is not None:
            pane.tell(f"Script  {line.source}", script_detail(line))
        elif plan is not None:
            pane.tell(f"Plan {plan.id}", plan_detail(plan))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`v` is there where one pane at a time is shown."""
        if action == "revisions" and not self.has_class("-narrow"):
            return False
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str | None:
        """What needs something that is not there."""
        revisions, plan = self.cockpit.board.revisions, self._plan
        if action in ("plan", "apply", "rehearse"):
            if not isinstance(revisions, Revisions):
                return "the revisions are not read yet" if revisions is None else revisions.sentence
            if not revisions.pending:
                return "nothing is pending: the database is at head"
        if action in ("rehearse", "restore_point") and plan is None:
            return "there is no plan yet; p makes it"
        if action == "apply" and plan is not None and (old := too_old(plan, time.time())):
            return old
        if action == "fix" and self._box.finding is None:
            return "there is no finding; p makes a plan and looks for them"
        if action == "merge" and isinstance(revisions, Revisions) and len(revisions.heads) < 2:
            return "there is one head: nothing to merge"
        if action == "edit" and self._script is None:
            return "no revision with a file is under the cursor"
        if action in ("downgrade", "stamp") and self._chosen("#revisions") is None:
            return "no revision is under the cursor"
        return None

    def action_plan(self) -> None:
        """Make the plan anew."""
        self._asked_for = True
        moves.make_plan(self.cockpit)

    def action_rehearse(self) -> None:
        """Measure the plan on a copy."""
        if (plan := self._plan) is not None:
            moves.rehearse(self.cockpit, plan)

    def action_apply(self) -> None:
        """Ask, then run exactly the plan that is shown; without one, make it and ask then."""
        if (plan := self._plan) is not None:
            moves.apply(self.cockpit, plan)
        else:
            self._asked_for = True
            moves.plan_and_apply(self.cockpit)

    def action_restore_point(self) -> None:
        """Make something to go back to before the plan is applied."""
        if (plan := self._plan) is not None:
            moves.restore_point(self.cockpit, plan)

    def action_fix(self) -> None:
        """Show the fix of the finding under the cursor, or of the worst one of the statement; write it."""
        step, box = self._box.step, self._box
        on_steps = self.focused is not None and self.focused.id == "steps"
        if on_steps and step is not None and not box.go_to_finding(step):
            self.cockpit.tell(f"nothing was found on step {step.position}", state=self.cockpit.board.state)
            return
        box.query_one("#findings", OptionList).focus()
        if (found := box.finding) is not None:
            self._look()
            moves.fix(self.cockpit, found)

    def action_revisions(self) -> None:
        """Where one pane at a time is shown: the revisions instead of the plan, and back."""
        top = self.query_one("#migrations-top")
        top.toggle_class("-list")
        self.query_one("#revisions" if top.has_class("-list") else "#steps", OptionList).focus()

    def action_downgrade(self) -> None:
        """Ask, then take back what lies above the revision under the cursor."""
        if (revision := self._chosen("#revisions")) is not None:
            moves.downgrade(self.cockpit, revision)

    def action_stamp(self) -> None:
        """Ask, then say that the database is at the revision under the cursor."""
        if (revision := self._chosen("#revisions")) is not None:
            moves.stamp(self.cockpit, revision)

    def action_merge(self) -> None:
        """Write a revision that joins the heads."""
        if isinstance(revisions := self.cockpit.board.revisions, Revisions):
            moves.merge(self.cockpit, revisions)

    def action_new(self) -> None:
        """Write a new revision, and open it in the editor."""
        moves.new_revision(self.cockpit)

    def action_edit(self) -> None:
        """Open the revision under the cursor in the editor."""
        if (line := self._script) is not None:
            moves.edit_script(self.cockpit, line)

    def action_journal(self) -> None:
        """Show the runs before."""
        self.app.push_screen(JournalScreen())

    def action_repair(self) -> None:
        """Look for what interrupted runs left behind."""
        repair(self.cockpit)
