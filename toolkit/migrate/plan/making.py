"""`make_plan`: what an upgrade of one live database would do. The database is only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from toolkit.cancel import CancelToken
from toolkit.database import Job
from toolkit.database.database import Database
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.findings import Unknown
from toolkit.migrate.graph import Revision
from toolkit.migrate.plan.estimating import grows
from toolkit.migrate.plan.forecasting import forecasts
from toolkit.migrate.plan.identity import facts_of, place_of, plan_id
from toolkit.migrate.plan.linting import linted, sizes_for_lint
from toolkit.migrate.plan.questions import questions
from toolkit.migrate.plan.statements import Surroundings, offline, planned
from toolkit.migrate.plan.throughput import Throughput, measure
from toolkit.migrate.plan.undoing import undo_of
from toolkit.migrate.plan.values import Forecast, Plan, PlannedRevision, PlannedStatement, TableFacts
from toolkit.migrate.previewing import Preview, preview
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.trial import Ground, Grounds, Live, Trial, read_live, scratch_server, try_on
from toolkit.schema.objects import Qualified
from toolkit.schema.usage import TableUse, read_usage
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse import parse_script

DAY = timedelta(hours=24)
_WORTH_MEASURING = 1_000_000
"""Bytes of a table below which no estimate is worth a measuring."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How to plan."""

    grounds: Grounds = field(default_factory=Grounds)
    valid: timedelta = DAY
    forecast_timeout: float = 5.0
    """Seconds for each question to the live rows."""
    root: str = ""
    """The folder that paths are shown from."""


def make_plan(
    project: AlembicProject,
    database: Database,
    target: str = "head",
    options: PlanOptions | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Plan:
    """What upgrading to `target` would do. Raises what connecting, the graph and scratch databases raise."""
    return _Making(project, database, target, options or PlanOptions(), emit, cancel).run()


class _Making:
    def __init__(
        self,
        project: AlembicProject,
        database: Database,
        target: str,
        options: PlanOptions,
        emit: Emit,
        cancel: CancelToken | None,
    ) -> None:
        self._project = project
        self._database = database
        self._target = target
        self._options = options
        self._emit = emit
        self._cancel = cancel
        self._unknowns: list[Unknown] = []

    def run(self) -> Plan:
        live = read_live(self._project, self._database, emit=self._emit, cancel=self._cancel)
        pending = live.graph.pending(live.heads, self._target)
        with self._database.connect(Job.INSPECT, cancel=self._cancel) as connection:
            sizes = {one.relation: _facts(one) for one in read_usage(connection).tables}
            counted = sizes_for_lint(connection)
        trial, throughput = Trial(Ground.EMPTY, ()), None
        if pending:
            trial, throughput = self._tried(live, pending, sizes)
        around = Surroundings(sizes, throughput, live.snapshot.server.major)
        revisions = self._revisions(pending, trial, around)
        revisions, said = linted(revisions, pending, live.snapshot, counted)
        found = self._forecasts(live, trial) if pending else ()
        facts = facts_of(self._project, self._database, live.heads, pending, self._target, live.snapshot)
        now = datetime.now(UTC).replace(microsecond=0)
        return Plan(
            id=plan_id(facts),
            target=self._target,
            database=place_of(self._database),
            server=live.snapshot.server.version,
            current=live.heads,
            made=now,
            expires=now + self._options.valid,
            ground=trial.ground.value,
            facts=facts,
            revisions=revisions,
            forecasts=found,
            notes=tuple(dict.fromkeys((*trial.notes, *_reads_rows(trial)))),
            failure=trial.failure,
            unknowns=(*self._unknowns, *said),
        )

    def _tried(
        self, live: Live, pending: Sequence[Revision], sizes: dict[Qualified, TableFacts]
    ) -> tuple[Trial, Throughput | None]:
        ids = [one.id for one in pending]
        self._emit(StepStarted("try the revisions on a copy"))
        with scratch_server(live, ids, self._options.grounds, emit=self._emit, cancel=self._cancel) as server:
            trial = try_on(server, live, self._target, emit=self._emit, cancel=self._cancel)
            throughput = measure(server) if _wants_throughput(trial, sizes) else None
        self._emit(StepFinished("try the revisions on a copy", "failed" if trial.failure else "done"))
        return trial, throughput

    def _revisions(
        self, pending: Sequence[Revision], trial: Trial, around: Surroundings
    ) -> tuple[PlannedRevision, ...]:
        written: Preview | None = None
        found = []
        for revision in pending:
            tried = trial.find(revision.id)
            if tried is not None:
                statements = tuple(planned(one, around) for one in tried.statements)
                found.append(self._revision(revision, "recorded", None, statements))
                continue
            written = written or preview(self._project, self._database, self._target)
            found.append(self._unrecorded(revision, written, trial, around))
        return tuple(found)

    def _unrecorded(
        self, revision: Revision, written: Preview, trial: Trial, around: Surroundings
    ) -> PlannedRevision:
        """A revision of which no run was recorded: Alembic's offline text, or nothing."""
        ran = [one.revision for one in trial.revisions]
        failed = trial.failure if ran and ran[-1] == revision.id else "the trial ended before it"
        entry = next(one for one in written.revisions if one.revision.id == revision.id)
        if entry.sql is None:
            reason = f"{failed}; and there is no offline text: {entry.reason}"
            self._unknowns.append(Unknown("plan", revision.id, reason))
            return self._revision(revision, "none", reason, ())
        try:
            texts = [one.text for one in parse_script(entry.sql)]
        except SqlSyntaxError:
            texts = [entry.sql]
        self._unknowns.append(Unknown("plan", revision.id, f"offline text only: {failed}"))
        made = tuple(offline(text, number, around) for number, text in enumerate(texts, 1))
        return self._revision(revision, "offline", failed, made)

    def _revision(
        self,
        revision: Revision,
        source: str,
        reason: str | None,
        statements: tuple[PlannedStatement, ...],
    ) -> PlannedRevision:
        losses = [loss for one in statements for loss in one.losses]
        does = any(not one.bookkeeping for one in statements) or source == "none"
        path = str(revision.path)
        if self._options.root and revision.path.is_relative_to(self._options.root):
            path = str(revision.path.relative_to(self._options.root))
        undo = undo_of(revision.path, losses, does_something=does)
        return PlannedRevision(revision.id, revision.message, path, source, reason, statements, undo)  # type: ignore[arg-type]  # one of the literals

    def _forecasts(self, live: Live, trial: Trial) -> tuple[Forecast, ...]:
        if trial.after is None:
            return ()
        asked = tuple(questions(live.snapshot, trial.after, live.snapshot.server.major))
        if not asked:
            return ()
        self._emit(StepStarted("ask the rows", f"{len(asked)} questions"))
        with self._database.connect(Job.INSPECT, cancel=self._cancel) as connection:
            connection.rollback()
            found = tuple(forecasts(connection, asked, live.snapshot, trial, self._options.forecast_timeout))
        self._emit(StepFinished("ask the rows"))
        return found


def _facts(one: TableUse) -> TableFacts:
    return TableFacts(str(one.relation), one.rows, one.table_bytes, one.index_bytes)


def _wants_throughput(trial: Trial, sizes: dict[Qualified, TableFacts]) -> bool:
    """Whether a statement's time grows with a live table that is not small."""
    for revision in trial.revisions:
        for one in revision.statements:
            if one.verdicts is None or one.bookkeeping or not grows(one.verdicts):
                continue
            tables = [sizes[name] for _, name in one.names if name in sizes]
            if any(table.table_bytes >= _WORTH_MEASURING for table in tables):
                return True
    return False


def _reads_rows(trial: Trial) -> list[str]:
    """Notes on revisions that look at rows: on the copy there were none to see."""
    if trial.ground is not Ground.SCHEMA:
        return []
    found = []
    for revision in trial.revisions:
        for one in revision.statements:
            kinds = () if one.classified is None else tuple(kind.value for kind in one.classified.kinds)
            if not one.bookkeeping and one.names and kinds in (("select",), ("select_for_update",)):
                found.append(
                    f"{revision.revision} reads rows of {one.names[0][1]}, and the copy has none: on the live"
                    " database it may run other statements."
                )
    return found
