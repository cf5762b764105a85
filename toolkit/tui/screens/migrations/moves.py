"""What mode 3 starts: each move asks on the ladder of friction, runs as a job, and opens the run view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.migrations import Course, RevisionLine, Revisions
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, Rewrite
from toolkit.tui.facts.runs import RunPlan, RunStep
from toolkit.tui.screens.migrations.editing import edit
from toolkit.tui.screens.migrations.new_revision import NewRevisionScreen, Wanted
from toolkit.tui.screens.migrations.run_screen import RunScreen
from toolkit.tui.screens.modals.confirm import ConfirmScreen, Question

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit, Work

NAMED = 4
"""How many revisions are named before the rest is counted."""
LABEL = 60
"""Characters of a statement that name its step in the run view."""


def make_plan(cockpit: Cockpit, then: Callable[[PlanFacts], None] | None = None) -> None:
    """Try what is pending on a scratch copy; `then` is called with a plan that has something to run."""

    def made(result: PlanFacts | Failure) -> None:
        planned(cockpit, result)
        if then is not None and isinstance(result, PlanFacts) and result.revisions:
            then(result)

    cockpit.start(
        "plan", "neonkit plan", lambda backend, emit, token: backend.migrations.plan(emit, token), made
    )


def plan_and_apply(cockpit: Cockpit) -> None:
    """Make a plan and, if nobody has gone elsewhere meanwhile, ask whether to apply it."""
    identity, begun_on = cockpit.board.identity, cockpit.screen
    if isinstance(identity, Identity) and identity.read_only:
        cockpit.tell("this session is READ-ONLY; w arms writes, p makes the plan", state="fail")
        return

    def ask(plan: PlanFacts) -> None:
        if cockpit.screen is begun_on:
            apply(cockpit, plan)

    make_plan(cockpit, ask)


def planned(cockpit: Cockpit, result: PlanFacts | Failure) -> None:
    """Show the plan that a job made."""
    cockpit.put("plan", result)
    if isinstance(result, PlanFacts) and not result.revisions:
        cockpit.tell("nothing is pending", state="ok")
    elif isinstance(result, PlanFacts):
        found = "1 error" if result.errors == 1 else f"{result.errors} errors"
        lost = ", data is lost" if result.losses else ""
        cockpit.tell(f"plan {result.id}: {found}{lost}; read it, a applies exactly this", state="ok")


def rehearse(cockpit: Cockpit, plan: PlanFacts) -> None:
    """Measure the plan on a copy with synthetic rows."""
    cockpit.start(
        "rehearse",
        f"neonkit rehearse {plan.target}",
        lambda backend, emit, token: backend.migrations.rehearse(plan.target, emit, token),
        lambda result: rehearsed(cockpit, result),
    )


def rehearsed(cockpit: Cockpit, result: PlanFacts | Failure | None) -> None:
    """Show what was measured."""
    if isinstance(result, PlanFacts) and result.rehearsed is not None:
        cockpit.put("plan", result)
        cockpit.tell(result.rehearsed.sentence, state="ok")


def apply(cockpit: Cockpit, plan: PlanFacts) -> None:
    """Look whether the plan still holds; ask; then run exactly this plan."""

    def run() -> None:
        go(
            cockpit,
            run_plan(plan),
            lambda backend, emit, token: backend.migrations.apply(plan.id, emit, token),
            lambda: apply(cockpit, plan),
        )

    question = Question(
        "Apply the plan",
        plan.asked,
        reversible=plan.reversible,
        verb="Apply",
        losses=plan.names_to_lose,
        loss_lines=tuple(f"{one.subject}  {one.amount}: {one.sentence}" for one in plan.losses),
    )
    identity, begun_on = cockpit.board.identity, cockpit.screen
    if cockpit.running.refusal() is not None or not isinstance(identity, Identity) or identity.read_only:
        cockpit.ask(question, run)  # which says why not
        return

    def looked(result: Failure | None) -> None:
        if isinstance(result, Failure):
            cockpit.put("plan", replace(plan, changed=result.sentence.removesuffix(".")))
            cockpit.tell(f"{result.sentence} {result.hint or ''}".strip(), state="fail")
        elif cockpit.screen is begun_on:
            if plan.changed:
                cockpit.put("plan", replace(plan, changed=""))
            cockpit.ask(question, run)

    what = "looking whether the plan holds"
    cockpit.fetch(lambda backend: backend.migrations.require_holding(plan.id), looked, what=what)


def restore_point(cockpit: Cockpit, plan: PlanFacts) -> None:
    """Ask, then make something to go back to before the plan is applied; where nothing can be, say why."""

    def make() -> None:
        cockpit.start(
            "restore point",
            f"neonkit branch --before {plan.id}",
            lambda backend, emit, token: backend.migrations.restore_point(plan.id, emit, token),
            made,
        )

    def made(result: PlanFacts | Failure) -> None:
        if isinstance(result, PlanFacts):
            cockpit.put("plan", result)
            cockpit.board.note(f"restore point: {result.restore_words}")
            cockpit.tell(f"restore point: {result.restore_words}", state="ok")

    def ask(means: str | Failure) -> None:
        if isinstance(means, Failure):
            cockpit.tell(f"{means.sentence} {means.hint or ''}".strip(), state="fail")
            return
        facts = (("will make", f"{means} before plan {plan.id}"), ("else", "nothing in the database changes"))
        question = Question("Make a restore point", facts, reversible=True, verb="Make")
        identity = cockpit.board.identity
        target = f"{identity.database} on {identity.host}" if isinstance(identity, Identity) else ""
        cockpit.push_screen(ConfirmScreen(question, target, ()), lambda yes: make() if yes else None)

    cockpit.fetch(lambda backend: backend.migrations.restore_means(), ask)


def run_plan(plan: PlanFacts) -> RunPlan:
    """The plan as the steps of a run."""
    messages = dict(plan.revisions)
    steps = [
        RunStep(one.revision, one.short, " ".join(one.sql.split())[:LABEL], one.sql, one.transaction)
        for one in plan.steps
    ]
    shown = {one.revision for one in plan.steps}
    steps += [RunStep(id_, id_, messages[id_]) for id_ in messages if id_ not in shown]
    order = list(messages)
    steps.sort(key=lambda step: order.index(step.revision))
    again = "apply again: the plan is run if it still holds, else it says what changed"
    return RunPlan("upgrade", plan.twin, tuple(steps), plan.id, plan.restore_point, again)


def downgrade(cockpit: Cockpit, revision: str) -> None:
    """Ask what lies above the revision, then take it back."""

    def ask(course: Course | Failure) -> None:
        if isinstance(course, Failure):
            cockpit.tell(course.sentence, state="fail")
        elif not course.revisions:
            cockpit.tell(f"nothing above {revision} is applied", state="ok")
        else:
            _ask_downgrade(cockpit, course)

    cockpit.fetch(lambda backend: backend.migrations.course_down(revision), ask)


def _ask_downgrade(cockpit: Cockpit, course: Course) -> None:
    ids = ", ".join(one for one, _ in course.revisions[:NAMED])
    if (rest := len(course.revisions) - NAMED) > 0:
        ids += f" and {rest} more"
    facts = (
        ("will take back", f"{len(course.revisions)}: {ids}"),
        ("will be at", course.target),
        *(() if course.losses else (("will lose", "no row, as far as the revisions tell"),)),
        *((("UNKNOWN", "\n".join(course.unknown)),) if course.unknown else ()),
        ("undo", "upgrade again; data that is gone stays gone"),
    )
    steps = tuple(RunStep(one, one, message) for one, message in course.revisions)
    plan = RunPlan("downgrade", course.twin, steps, again="downgrade again")
    cockpit.ask(
        Question(
            "Downgrade",
            facts,
            reversible=False,
            verb="Downgrade",
            losses=course.names_to_lose,
            loss_lines=course.losses,
        ),
        lambda: go(
            cockpit,
            plan,
            lambda backend, emit, token: backend.migrations.downgrade(course.target, emit, token),
            lambda: downgrade(cockpit, course.target),
        ),
    )


def go(cockpit: Cockpit, plan: RunPlan, work: Work, again: Callable[[], None]) -> None:
    """Start a run, and show it; `again` takes it up when it ended early."""
    screen = RunScreen(plan, again)
    if cockpit.start(plan.title, plan.twin, work, screen.ended):
        cockpit.push_screen(screen)


def stamp(cockpit: Cockpit, revision: str) -> None:
    """Ask, then write into the version table that the database is at the revision."""
    facts = (
        ("will write", f"{revision} into the version table, whatever is there now"),
        ("will run", "nothing: whether the schema is that of the revision is for you to know"),
        ("undo", "stamp it back"),
    )

    def run() -> None:
        cockpit.start(
            "stamp",
            f"neonkit stamp {revision} --yes",
            lambda backend, emit, token: backend.migrations.stamp(revision, emit, token),
            cockpit.changed,
        )

    cockpit.ask(Question(f"Stamp {revision}", facts, reversible=False, verb="Stamp"), run)


def merge(cockpit: Cockpit, revisions: Revisions) -> None:
    """Ask for a message, then write the revision that joins all heads."""

    def write(wanted: Wanted | None) -> None:
        if wanted is not None:
            cockpit.start(
                "merge",
                f"neonkit merge heads -m {wanted.message!r}",
                lambda backend, *_: backend.migrations.merge(wanted.message),
                lambda result: written(cockpit, result),
            )

    title = f"Merge {len(revisions.heads)} heads: {', '.join(revisions.heads)}"
    cockpit.push_screen(NewRevisionScreen(title, compares=False), write)


def new_revision(cockpit: Cockpit) -> None:
    """Ask for a message, then write the file and open it."""

    def write(wanted: Wanted | None) -> None:
        if wanted is not None:
            flag = " --autogenerate" if wanted.autogenerate else ""
            cockpit.start(
                "revision",
                f"neonkit revision{flag} -m {wanted.message!r}",
                lambda backend, emit, _: backend.migrations.new_revision(
                    wanted.message, autogenerate=wanted.autogenerate, emit=emit
                ),
                lambda result: written(cockpit, result),
            )

    cockpit.push_screen(NewRevisionScreen("A new revision", compares=True), write)


def written(cockpit: Cockpit, result: tuple[str, str] | Failure) -> None:
    """A file was written: open it in the editor, then read everything again."""
    if not isinstance(result, Failure):
        path, sentence = result
        opened = edit(cockpit, path) if path else ""
        cockpit.changed(f"{sentence}; {opened}" if opened else sentence)


def fix(cockpit: Cockpit, found: PlanFinding) -> None:
    """Ask whether the fix is to be written into the revision's file; where none can be, say so."""

    def ask(change: Rewrite | Failure | None) -> None:
        if isinstance(change, Failure):
            cockpit.tell(change.sentence, state="fail")
        elif change is None:
            told = f"{found.rule}: no safe rewrite is known; the words say what to do, E opens the script"
            cockpit.tell(told, state=cockpit.board.state)
        else:
            facts = (
                ("closes", f"{found.rule}: {found.sentence}"),
                *(("will go" if line[0] == "-" else "will come", line[1:]) for line in change.change),
                ("else", "nothing in the file changes, and nothing in the database"),
            )
            question = Question("Write the fix into the revision", facts, reversible=True, verb="Write")
            screen = ConfirmScreen(question, change.name, ())
            cockpit.push_screen(screen, lambda yes: _write(cockpit, change) if yes else None)

    cockpit.fetch(lambda backend: backend.migrations.rewrite(found), ask)


def _write(cockpit: Cockpit, change: Rewrite) -> None:
    cockpit.fetch(lambda backend: backend.migrations.write(change), cockpit.changed)


def edit_script(cockpit: Cockpit, line: RevisionLine) -> None:
    """Open a revision in the editor; one that is applied already says so."""
    sentence = edit(cockpit, line.path)
    applied = line.state in ("applied", "current") and sentence.startswith("edited")
    told = "; it is applied here already: databases made from now on will differ" if applied else ""
    cockpit.changed(f"{sentence}{told}")
