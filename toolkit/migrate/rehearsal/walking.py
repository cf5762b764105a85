"""The walk: each revision up, down and up again on one copy, observed, with the schema compared at each step.

Invariant: a revision is walked from where the one before it ended; after a failure that leaves the copy
between two revisions nothing more is walked, and what was not is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Progress
from toolkit.findings import Finding, Location, Severity, Unknown
from toolkit.migrate.graph import Revision
from toolkit.migrate.guard.terms import UNWATCHED
from toolkit.migrate.rehearsal.digests import Content, read_contents
from toolkit.migrate.rehearsal.filling import Wanted, empty, fill
from toolkit.migrate.rehearsal.observing import observed
from toolkit.migrate.rehearsal.traces import comparable, lost_rows, traces, unequal
from toolkit.migrate.rehearsal.values import ObservedStatement, Pass, Step
from toolkit.migrate.rehearsal.watching import SecondSession
from toolkit.migrate.running import stamp
from toolkit.migrate.trial import Live, Trial, run_heard, single_step
from toolkit.migrate.trial.copies import Copy
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.objects import Qualified

STEP: Final = "rehearse"


@dataclass(frozen=True, slots=True)
class _Sight:
    snapshot: Snapshot
    contents: dict[Qualified, Content]


@dataclass(slots=True)
class Walk:
    """What the walk has come to know."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    rows: int = 0


class Walker:
    """Walks revisions on one copy."""

    def __init__(
        self,
        live: Live,
        copy: Copy,
        wanted: Wanted,
        root: str,
        emit: Emit,
        cancel: CancelToken | None,
        *,
        round_trip: bool = True,
    ) -> None:
        self._live = live
        self._copy = copy
        self._wanted = wanted
        self._root = root
        self._emit = emit
        self._cancel = cancel
        self._round_trip = round_trip
        self._filled: set[Qualified] = set()
        self.walk = Walk()

    def go(self, revisions: Sequence[Revision]) -> Walk:
        """Walk them all, in order. Raises when stopped or when the server is lost."""
        watch = SecondSession(self._copy.database.url(Job.MIGRATE))
        try:
            at = self._filled_up(self._snapshot())
            for number, revision in enumerate(revisions):
                reached = self._rehearse(revision, at, watch)
                if reached is None:
                    self._give_up(revisions[number + 1 :], revision)
                    break
                at = self._filled_up(reached)
                self._emit(Progress(STEP, number + 1, len(revisions), "revisions"))
        finally:
            watch.close()
        return self.walk

    def _rehearse(self, revision: Revision, before: _Sight, watch: SecondSession) -> Snapshot | None:
        """Up, down, up, and the schema then; None if the copy is not at the revision afterwards."""
        if not self._run(revision, "up", watch):
            if not self._empty_again():
                return None
            before = self._look()
            if not self._run(revision, "up", watch):
                return None
            self._blame_rows()
        if not self._round_trip:
            return before.snapshot if self._wanted.rows == 0 else self._snapshot()
        there = self._snapshot()
        place = self._place(revision, "down")
        if not self._run(revision, "down", watch):
            # A failed downgrade is rolled back; one that committed inside is not, and ends the walk.
            here = self._snapshot()
            return here if here.hash == there.hash else None
        back = self._look()
        self.walk.findings += traces(before.snapshot, back.snapshot, revision.id, place)
        self.walk.findings += lost_rows(before.contents, back.contents, revision.id, place)
        if back.snapshot.hash == there.hash and before.snapshot.hash != there.hash:
            # It undid nothing: there is nothing to do again but to say where the copy stands.
            heads = self._heads_with(revision)
            stamp(self._copy.project, self._copy.database, heads, purge=True, terms=UNWATCHED)
            return there
        if not self._run(revision, "up again", watch):
            return None
        again = self._snapshot()
        self.walk.findings += unequal(there, again, revision.id, place)
        return again

    def _empty_again(self) -> bool:
        """Take the synthetic rows out; False if there are none: they may be what a revision fails on."""
        if not self._filled:
            return False
        there = self._snapshot()
        with self._database.connect(Job.MIGRATE, cancel=self._cancel) as connection:
            empty(connection, [name for name in self._filled if there.relation(name) is not None])
        self._filled.clear()
        return True

    def _blame_rows(self) -> None:
        """Without rows it ran: the failure is a warning, and the failed step is kept."""
        failed = self.walk.findings.pop()
        sentence = f"With synthetic rows it fails, without rows it runs. {failed.sentence}"
        self.walk.findings.append(
            replace(failed, rule="rehearse-rows-refused", severity=Severity.WARNING, sentence=sentence)
        )

    def _heads_with(self, revision: Revision) -> tuple[str, ...]:
        done = {step.revision for step in self.walk.steps if step.way == "up"} | set(self._live.heads)
        known = [one for one in self._live.graph.revisions if one.id in done]
        needed = {name for one in known for name in (*one.parents, *one.depends_on)}
        return tuple(sorted(one.id for one in known if one.id not in needed)) or (revision.id,)

    def _run(self, revision: Revision, way: Pass, watch: SecondSession) -> bool:
        errand = single_step(revision.id, "downgrade" if way == "down" else "upgrade")
        trial = run_heard(self._live, self._copy, errand, watch=watch, cancel=self._cancel)
        step = self._step(revision, way, trial)
        self.walk.steps.append(step)
        for one in step.statements:
            if one.agrees is False and way != "up again":
                self.walk.findings.append(self._disagreement(step, one))
        if trial.failure is None:
            return True
        failed_line = trial.revisions[-1].failed_line if trial.revisions else None
        self.walk.findings.append(self._failure(revision, way, trial.failure, failed_line))
        return False

    def _step(self, revision: Revision, way: Pass, trial: Trial) -> Step:
        tried = trial.revisions[-1] if trial.revisions else None
        statements = () if tried is None else tuple(observed(one) for one in tried.statements)
        seconds = None if tried is None or trial.failure else tried.seconds
        path = self._shown(revision.path)
        return Step(revision.id, revision.message, path, way, seconds, statements, trial.failure)

    def _failure(self, revision: Revision, way: Pass, sentence: str, line: int | None) -> Finding:
        rule = {
            "up": "rehearse-failed",
            "down": "rehearse-no-way-back",
            "up again": "rehearse-not-repeatable",
        }[way]
        severity = Severity.WARNING if way == "down" else Severity.ERROR
        evidence: dict[str, object] = {"synthetic rows": self.walk.rows} if self.walk.rows else {}
        place = Location(self._shown(revision.path), line)
        return Finding(rule, severity, revision.id, f"{way.capitalize()}: {sentence}", evidence, None, place)

    def _disagreement(self, step: Step, one: ObservedStatement) -> Finding:
        evidence = {
            "statement": " ".join(one.sql.split())[:200],
            "predicted": ", ".join(f"{lock.mode} on {lock.relation}" for lock in one.predicted),
            "seen": ", ".join(f"{lock.mode} on {lock.relation}" for lock in one.locks or ()),
        }
        sentence = "The lock that was seen is not the one that the lock matrix predicts."
        place = Location(step.path, one.line)
        return Finding("rehearse-lock-differs", Severity.INFO, step.revision, sentence, evidence, None, place)

    def _give_up(self, rest: Iterable[Revision], after: Revision) -> None:
        reason = f"the walk ended at {after.id}"
        self.walk.unknowns += [Unknown("rehearse", revision.id, reason) for revision in rest]

    def _filled_up(self, snapshot: Snapshot) -> _Sight:
        """The sight of a copy with that schema, after its empty tables were filled."""
        if self._wanted.rows == 0:
            return _Sight(snapshot, {})
        with self._database.connect(Job.MIGRATE, cancel=self._cancel) as connection:
            made = fill(connection, snapshot, self._wanted)
            contents = read_contents(connection, snapshot)
        self.walk.rows += made.rows
        self._filled |= set(made.tables)
        told = {one.subject for one in self.walk.unknowns}
        self.walk.unknowns += [one for one in made.unknowns if one.subject not in told]
        return _Sight(snapshot, contents)

    def _snapshot(self) -> Snapshot:
        with self._database.connect(Job.INSPECT, cancel=self._cancel) as connection:
            return comparable(read_snapshot(connection), self._copy.project.memory.online)

    def _look(self) -> _Sight:
        with self._database.connect(Job.INSPECT, cancel=self._cancel) as connection:
            snapshot = comparable(read_snapshot(connection), self._copy.project.memory.online)
            contents = read_contents(connection, snapshot) if self._wanted.rows != 0 else {}
        return _Sight(snapshot, contents)

    @property
    def _database(self) -> Database:
        return self._copy.database

    def _place(self, revision: Revision, function: str) -> Location:
        name = "downgrade" if function == "down" else "upgrade"
        return Location(self._shown(revision.path), _line_of(revision.path, name))

    def _shown(self, path: Path) -> str:
        inside = self._root and path.is_relative_to(self._root)
        return str(path.relative_to(self._root)) if inside else str(path)


def _line_of(path: Path, function: str) -> int | None:
    """Where the function begins."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = (number for number, line in enumerate(lines, 1) if line.startswith(f"def {function}("))
    return next(found, None)
