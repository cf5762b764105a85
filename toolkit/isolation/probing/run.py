"""A probe of a whole database, in one transaction that is always rolled back.

Who was never named comes first: the setting stays '' for the session once it was set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, text

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Progress, StepFinished, StepStarted, unheard
from toolkit.isolation.asked import EVERYTHING, Asked
from toolkit.isolation.attempt import Stage
from toolkit.isolation.catalog import Catalog
from toolkit.isolation.grounds import Grounds
from toolkit.isolation.judge import Bench
from toolkit.isolation.moment import undone
from toolkit.isolation.probing.actions import Identity
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.door_list import Door, doors_of
from toolkit.isolation.probing.doors import find_functions, find_views
from toolkit.isolation.probing.evidence import Evidence, Probe, SideEffect
from toolkit.isolation.probing.judging import Judge, open_verbs
from toolkit.isolation.probing.plans import unconditional
from toolkit.isolation.probing.playing import Baselines, Play, play, plays
from toolkit.isolation.probing.remembered import RememberedRules
from toolkit.isolation.probing.scene import MANY, Scene, Width, set_scenes
from toolkit.isolation.probing.showing import Showing
from toolkit.isolation.probing.side_effects import side_effects
from toolkit.isolation.probing.targets import Known, Target, know
from toolkit.isolation.probing.through import Doors
from toolkit.isolation.probing.trial import Played
from toolkit.isolation.probing.tries_pointing import Parents, find_parents
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.isolation.subject import find_subject, may_act
from toolkit.isolation.verdict import Subject
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.schema import read_snapshot

_STEP: Final = "isolation probe"
_TOGETHER: Final = 10
"""So many targets go into one round trip."""
_NAMED: Final = (Identity.USER, Identity.EMPTY, Identity.MALFORMED, Identity.FOREIGN)


def probe_database(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    asked: Asked = EVERYTHING,
    before: Callable[[Sequence[SideEffect]], None] | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Probe:
    """Try every action with every identity on every relation; nothing of it stays but the side effects.

    `before` hears of those before anything is tried, and may raise to stop. With `explain_only` no user's
    statement is executed and no stored row is read.

    Raises NoSuchRoleError, BadIdentitySettingError, NotJudgedError, OwnershipRuleError; CancelledError; what
    `Database.connect` raises.
    """
    emit(StepStarted(_STEP))
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        graph = build_ownership(shapes_of_snapshot(read_snapshot(connection)), rules)
    grounds = Grounds.of(graph)
    with database.connect(Job.MIGRATE, emit=emit, cancel=cancel) as connection, undone(connection):
        subject = find_subject(connection, grounds, app_role, identity_setting)
        session = Session(connection, identity_setting, cancel)
        run = _Run.of(session, grounds, subject, explain_only, emit, asked)
        effects = side_effects(run.known, explain_only=explain_only)
        if before is not None:
            before(effects)
        probe = Probe(
            str(connection.scalar(text("SELECT current_database()"))),
            subject,
            explain_only,
            tuple(run.evidence()),
            effects,
            grounds.unclassified,
            grounds.shared,
        )
    emit(StepFinished(_STEP, detail=f"{len(probe.evidence)} answers, {len(probe.leaks)} leaks"))
    return probe


def evidence_within(
    connection: Connection,
    grounds: Grounds,
    subject: Subject,
    identity_setting: str,
    cancel: CancelToken | None = None,
    asked: Asked = EVERYTHING,
    *,
    explain_only: bool = False,
) -> tuple[Evidence, ...]:
    """What a probe finds in an open transaction, which the caller rolls back.

    Raises CancelledError, NotJudgedError.
    """
    session = Session(connection, identity_setting, cancel)
    run = _Run.of(session, grounds, subject, explain_only=explain_only, emit=unheard, asked=asked)
    return tuple(run.evidence())


def foreseen(
    database: Database, rules: OwnershipRules | None = None, *, app_role: str | None = None
) -> tuple[SideEffect, ...]:
    """What a probe that executes would leave behind. Nothing is executed.

    Raises what `probe_database` raises.
    """
    with database.connect(Job.INSPECT) as connection:
        grounds = Grounds.of(build_ownership(shapes_of_snapshot(read_snapshot(connection)), rules))
        observer = str(connection.scalar(text("SELECT current_user")))
        known = know(connection, grounds, Catalog(connection, app_role or observer))
    return side_effects(known, explain_only=False)


@dataclass(frozen=True, slots=True)
class _Run:
    session: Session
    grounds: Grounds
    subject: Subject
    known: Known
    benches: dict[str, Bench]
    judge: Judge
    explain_only: bool
    superuser: bool
    emit: Emit
    asked: Asked

    @classmethod
    def of(
        cls,
        session: Session,
        grounds: Grounds,
        subject: Subject,
        explain_only: bool,
        emit: Emit,
        asked: Asked,
    ) -> _Run:
        connection = session.connection
        catalog = Catalog(connection, subject.role or subject.observer)
        known = know(connection, grounds, catalog)
        names = [target.name for target in known.targets]
        security = {target.name: target.security for target in known.targets}
        policies = catalog.policies(names)
        stage = Stage(connection, subject.role or "none", session.setting, session.cancel)
        rules = RememberedRules(
            stage,
            grounds,
            subject,
            security,
            policies,
            catalog.odd_columns(),
            try_functions=not explain_only,
        )
        benches = {
            target.name: Bench(
                target.table,
                subject,
                # Children are addressed by their own name, TRUNCATE is an action of its own.
                replace(target.security, open_children=False, can_truncate=False),
                tuple(each for each in policies if each.table_name == target.name),
                rules,
            )
            for target in known.targets
        }
        version = int(session.ask("SELECT pg_catalog.current_setting('server_version_num')::int")[0])
        superuser = session.ask("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")[0]
        forbidden = _forbidden(session, subject, explain_only)
        plans = None
        if explain_only:
            may = subject.role is not None and may_act(connection, subject.role)
            plans = unconditional(session, known.targets if may else (), benches, subject.role or "")
        judge = Judge(grounds, catalog.valid_keys(), version, forbidden, plans)
        return cls(
            session, grounds, subject, known, benches, judge, explain_only, bool(superuser), emit, asked
        )

    def evidence(self) -> Iterator[Evidence]:
        """All of it, tables first."""
        targets = {target.name: target for target in self.known.targets if self.asked.wants(target.name)}
        scenes: dict[str, Scene | str] = dict.fromkeys(targets, "nothing was tried")
        if self.judge.forbidden is None:
            self.session.ask("SET CONSTRAINTS ALL IMMEDIATE; SELECT 1")
            chosen = list(targets.values())
            found = set_scenes(self.session, self.grounds, chosen, self._widths(), self.asked.users)
            scenes = dict(zip(targets, found, strict=True))
        doors = self._doors(targets, scenes)
        played = self._play([scene for scene in scenes.values() if isinstance(scene, Scene)], doors)
        showing = Showing(self.session, self.grounds, targets, self.session.setting, self.subject.role or "")
        for name, target in targets.items():
            bench = self.benches[name]
            for each, shown in self.judge.table(target, bench, scenes[name], played.get(name, [])):
                leak = None if shown is None else showing.leak(each, shown, target, bench)
                yield replace(each, leak=leak)
        yield from doors.evidence()

    def _widths(self) -> dict[str, Width]:
        """More users and rows for the targets whose policies do not bind each row to the acting user."""
        found: dict[str, Width] = {}
        for name, bench in self.benches.items():
            loose = [bench.rules.loose(bench.table, verb) for verb in open_verbs(bench)]
            if any(each.rows or each.values for each in loose):
                found[name] = MANY
        return found

    def _doors(self, targets: dict[str, Target], scenes: dict[str, Scene | str]) -> Doors:
        connection, role = self.session.connection, self.subject.role
        found: tuple[Door, ...] = ()
        if role is not None and not self.asked.tables:
            views, functions = find_views(connection, role), find_functions(connection, role)
            found = tuple(doors_of(views, functions, targets, scenes, self.grounds.shared))
        return Doors(self.session, role or "", scenes, self.benches, found, self.explain_only)

    def _play(self, there: Sequence[Scene], doors: Doors) -> dict[str, list[Played]]:
        found: dict[str, list[Played]] = {scene.target.name: [] for scene in there}
        baselines: Baselines = {}
        parents = self._parents(there)
        for identities in ((Identity.UNSET,), _NAMED):
            for start in range(0, len(there), _TOGETHER):
                some = there[start : start + _TOGETHER]
                chosen = [each for scene in some for each in self._plays(scene, identities, parents)]
                for each in play(self.session, chosen, baselines):
                    found[each.place].append(each)
                if identities is _NAMED:
                    self.emit(Progress(_STEP, start + len(some), len(there), "tables"))
            for identity in identities:
                doors.ask(identity)
        return found

    def _plays(
        self, scene: Scene, identities: Sequence[Identity], parents: dict[tuple[str, str], Parents]
    ) -> Iterator[Play]:
        return plays(
            self.grounds,
            scene,
            identities,
            parents,
            {each.name: each for each in self.known.targets},
            role=self.subject.role or "",
            superuser=self.superuser,
            version=self.judge.version,
            open_verbs=open_verbs(self.benches[scene.target.name]),
        )

    def _parents(self, scenes: Sequence[Scene]) -> dict[tuple[str, str], Parents]:
        wanted = [
            (edge, actor.user)
            for scene in scenes
            for actor in scene.acting(Identity.USER)
            for edge in self.grounds.edges(scene.target.table)
            if actor.user is not None
        ]
        return find_parents(self.session, wanted)


def _forbidden(session: Session, subject: Subject, explain_only: bool) -> str | None:
    """Why no try could be believed, or be made; None if tries can be."""
    if explain_only:
        return "nothing was executed"
    if subject.role is None:
        return "the application's role is not known"
    if not subject.observer_exempt:
        return f"role {subject.observer} of this connection obeys policies itself and may not see all rows"
    if not may_act(session.connection, subject.role):
        return f"role {subject.observer} of this connection may not act as {subject.role}"
    return None
