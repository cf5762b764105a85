"""Revisions, plans and runs for mode 3: the one place in which that mode calls the core.

Every method blocks and is called in a worker thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import migrate
from toolkit.cancel import CancelToken, Nudge
from toolkit.database.restore import NoRestorePointError, RestorePoint, make_restore_point
from toolkit.events import Emit, Notice
from toolkit.migrate import RunResult, WrittenRevisions
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.plan import (
    Descent,
    Plan,
    PlanOptions,
    losses_down,
    make_plan,
    newest_plan,
    plans_folder,
    read_plan,
    require_holding,
    save_plan,
)
from toolkit.migrate.plan.identity import place_of
from toolkit.migrate.rehearsal import RehearsalOptions, rehearse, rows_to_make
from toolkit.migrate.standing import standings
from toolkit.migrate.trial import Grounds
from toolkit.tui.backend.migrations.asking import VALID, Restore, downgrade_twin
from toolkit.tui.backend.migrations.fixing import rewrite_of, write_rewrite
from toolkit.tui.backend.migrations.plans import Measuring, lost_line, plan_facts
from toolkit.tui.backend.migrations.revisions import read_revisions
from toolkit.tui.backend.migrations.runs import mend_leftovers, read_journal, read_leftovers, sample_queue
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.migrations import Course, Revisions
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, Rewrite
from toolkit.tui.facts.runs import Journal, Leftovers, Queue

if TYPE_CHECKING:
    from toolkit.workspace import Workspace


class MigrationsBackend:
    """Reads where the database stands against the revisions, plans, rehearses, and runs them."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._plan: Plan | None = None
        self._measuring: Measuring | None = None
        self._points: dict[str, RestorePoint] = {}
        """Restore points by the plan they were made for."""
        self._nudge = Nudge()

    # What is

    def read(self) -> Revisions:
        """The graph against the version table."""
        return read_revisions(self._work)

    def journal(self) -> Journal:
        """The last runs."""
        return read_journal(self._work)

    def queue(self, blockers: tuple[int, ...]) -> Queue:
        """Who waits for whom while a run of ours waits for `blockers`."""
        return sample_queue(self._work, blockers)

    # Plans

    def kept(self) -> PlanFacts | None:
        """The newest plan that was made for the database as it stands; None if there is none."""
        work = self._work
        heads = {head for one in standings(work.project, work.database) for head in one.heads}
        plan = self._plan
        if plan is None or set(plan.current) != heads or not plan.revisions:
            plan = newest_plan(self._folder, heads, place_of(work.database))
            self._plan, self._measuring = plan, None
        return None if plan is None else self._facts(plan)

    def plan(self, emit: Emit, cancel: CancelToken) -> PlanFacts:
        """Try what is pending on a scratch copy, and keep the plan."""
        work = self._work
        options = PlanOptions(grounds=self._grounds, valid=VALID, root=str(work.settings.project_dir))
        plan = make_plan(work.project, work.database, self._target(), options, emit=emit, cancel=cancel)
        if plan.revisions:
            try:
                save_plan(self._folder, plan)
            except OSError as error:
                emit(Notice("warning", f"The plan could not be kept: {error.strerror}."))
        self._plan, self._measuring = plan, None
        return self._facts(plan)

    def rehearse(self, target: str, emit: Emit, cancel: CancelToken) -> PlanFacts | None:
        """Walk the revisions on a copy, up, down and up again; the plan with what was measured."""
        work = self._work
        rows = rows_to_make(work.database)
        options = RehearsalOptions(self._grounds, rows=rows, root=str(work.settings.project_dir))
        found = rehearse(work.project, work.database, target, options, emit=emit, cancel=cancel)
        self._measuring = Measuring(found, "as many rows as live" if rows is None else f"{rows} rows a table")
        return None if self._plan is None else self._facts(self._plan)

    def require_holding(self, plan_id: str) -> None:
        """Raise PlanChangedError, which says what changed, unless the plan may be applied now."""
        require_holding(self._work.project, self._work.database, self._named(plan_id))

    def restore_means(self) -> str:
        """What would make a restore point, in words. Raises NoRestorePointError."""
        return self._work.restore_means().words

    def restore_point(self, plan_id: str, emit: Emit, cancel: CancelToken) -> PlanFacts:
        """Make one for the plan; the plan with it."""
        plan = self._named(plan_id)
        point = make_restore_point(self._work.restore_means(), plan.id, emit=emit, cancel=cancel)
        self._points[plan.id] = point
        return self._facts(plan)

    def try_again(self) -> bool:
        """End the pause of a run that gave way; False if it does not pause."""
        return self._nudge.now()

    def apply(self, plan_id: str, emit: Emit, cancel: CancelToken) -> str:
        """Run exactly the plan, or refuse and say what changed."""
        work, plan = self._work, self._named(plan_id)
        require_holding(work.project, work.database, plan)
        point = self._points.get(plan.id)
        terms = Terms(plan=plan.id, restore_point=None if point is None else point.name, nudge=self._nudge)
        result = migrate.upgrade(
            work.project, work.database, plan.target, emit=emit, cancel=cancel, terms=terms
        )
        return _sentence(result, "upgraded")

    # Other ways to move

    def course_down(self, revision: str) -> Course:
        """What a downgrade to the revision (an id, or `base`) would undo."""
        work = self._work
        graph = work.project.graph()
        found = [graph.undone(one.heads, revision) for one in standings(work.project, work.database)]
        undone = tuple((one.id, one.message) for each in found for one in each)
        descent = losses_down(work.project, work.database, revision) if undone else Descent((), ())
        names = tuple(one.subject for one in descent.losses)
        return Course(
            revision,
            undone,
            downgrade_twin(revision, names, work.settings.environment, str(work.urls.main.database)),
            tuple(map(lost_line, descent.losses)),
            names,
            tuple(f"{one}: {reason}" for one, reason in descent.unknowns),
        )

    def downgrade(self, revision: str, emit: Emit, cancel: CancelToken) -> str:
        """Undo what lies above the revision."""
        work = self._work
        terms = Terms(nudge=self._nudge)
        result = migrate.downgrade(
            work.project, work.database, revision, emit=emit, cancel=cancel, terms=terms
        )
        return _sentence(result, "downgraded")

    def stamp(self, revision: str, emit: Emit, cancel: CancelToken) -> str:
        """Write into the version table that the database is at the revision, and run nothing."""
        work = self._work
        result = migrate.stamp(work.project, work.database, revision, emit=emit, cancel=cancel)
        return f"stamped: the database says now that it is at {', '.join(result.after) or 'base'}"

    def leftovers(self) -> Leftovers:
        """What interrupted runs left behind."""
        return read_leftovers(self._work)

    def mend(self, subjects: tuple[str, ...]) -> str:
        """Mend what they left behind."""
        return mend_leftovers(self._work, subjects)

    # Files

    def new_revision(self, message: str, *, autogenerate: bool, emit: Emit) -> tuple[str, str]:
        """Write a revision file; its path, and a sentence."""
        work = self._work
        needed = autogenerate or migrate.runs_env_for_revisions(work.project)
        written = migrate.revision(
            work.project,
            work.database if needed else None,
            message or None,
            autogenerate=autogenerate,
            emit=emit,
        )
        told = "; the models and the database are alike, so it does nothing" if written.empty else ""
        return _written(written, told)

    def merge(self, message: str) -> tuple[str, str]:
        """Write a revision that joins all heads; its path, and a sentence."""
        return _written(migrate.merge(self._work.project, "heads", message or None))

    def rewrite(self, finding: PlanFinding) -> Rewrite | None:
        """The fix of a finding as a change of the revision's file; None where none is safe."""
        plan = self._plan
        return None if plan is None else rewrite_of(self._work, plan, finding)

    def write(self, rewrite: Rewrite) -> str:
        """Write the fix into the file; a sentence of what became of it."""
        return write_rewrite(rewrite)

    @property
    def _work(self) -> Workspace:
        return self._opened.workspace

    @property
    def _folder(self) -> Path:
        return plans_folder(self._work.settings.project_dir)

    @property
    def _grounds(self) -> Grounds:
        settings = self._work.settings
        return Grounds(Scratch.AUTO, settings.environment == "production" or settings.read_only)

    def _target(self) -> str:
        return "head" if len(self._work.project.graph().heads) == 1 else "heads"

    def _named(self, plan_id: str) -> Plan:
        plan = self._plan
        return plan if plan is not None and plan.id == plan_id else read_plan(self._folder, plan_id)

    def _facts(self, plan: Plan) -> PlanFacts:
        database = str(self._work.urls.main.database)
        restore = self._restore(plan)
        return plan_facts(plan, self._measuring, self._work.settings.environment, database, restore)

    def _restore(self, plan: Plan) -> Restore:
        point = self._points.get(plan.id)
        if point is not None:
            return Restore(point.name, point.words)
        try:
            return Restore(words=f"none for this plan; b makes {self._work.restore_means().words}")
        except NoRestorePointError as error:
            return Restore(words=f"none: {error.reason}")


def _written(written: WrittenRevisions, told: str = "") -> tuple[str, str]:
    path = str(written.paths[0]) if written.paths else ""
    return path, f"wrote {', '.join(one.name for one in written.paths) or 'nothing'}{told}"


def _sentence(result: RunResult, verb: str) -> str:
    if not result.changed:
        return "nothing to do, the database is where it should be"
    at = ", ".join(result.after) or "base"
    count = len(result.applied)
    revisions = "1 revision" if count == 1 else f"{count} revisions"
    return f"{verb} {revisions} in {result.seconds:.1f} s, now at {at}"
