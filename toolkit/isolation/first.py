"""The first isolation result: role, catalog, stored rows and a two-user probe, in one transaction.

It is always rolled back. Sequences may advance, and rows are locked for moments: timeouts keep that short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Progress, StepFinished, StepStarted, unheard
from toolkit.findings import Finding, Report, Unknown
from toolkit.isolation import data_audit, judge, policy_audit
from toolkit.isolation.asked import EVERYTHING, Asked
from toolkit.isolation.attempt import Stage
from toolkit.isolation.audit import Site, catalog_findings, pointers, row_findings
from toolkit.isolation.catalog import Catalog, Policy
from toolkit.isolation.door_verdicts import Doorman
from toolkit.isolation.doors import door_findings
from toolkit.isolation.doorways import find_doors
from toolkit.isolation.errors import NotJudgedError
from toolkit.isolation.grounds import Grounds
from toolkit.isolation.judge import Bench
from toolkit.isolation.layers import of_door, of_unclassified, with_layers
from toolkit.isolation.moment import undone
from toolkit.isolation.probing.evidence import Evidence
from toolkit.isolation.probing.plans import planned
from toolkit.isolation.probing.run import evidence_within
from toolkit.isolation.probing.targets import know
from toolkit.isolation.rulebook import Rulebook
from toolkit.isolation.subject import find_subject, may_act
from toolkit.isolation.tried import cells_of_table, with_doors_tried
from toolkit.isolation.verdict import Cell, IsolationReport, Subject, Verb, Verdict
from toolkit.models.ownership import OwnershipGraph, ownership_report

_STEP = "isolation"


def first_verdicts(
    database: Database,
    ownership: OwnershipGraph,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> IsolationReport:
    """Judge every table and verb. The connection's role must see all rows, or most answers are UNKNOWN.

    With `explain_only` no user's statement is executed and no stored row is read: policies and plans decide.

    Without an `app_role` the role that the policies name is judged, if it is one.

    Raises:
        NoSuchRoleError, BadIdentitySettingError; what `Database.connect` raises; CancelledError.
    """
    with database.connect(Job.MIGRATE, emit=emit, cancel=cancel) as connection, undone(connection):
        return verdicts_within(
            connection,
            ownership,
            app_role=app_role,
            identity_setting=identity_setting,
            explain_only=explain_only,
            emit=emit,
            cancel=cancel,
        )


def verdicts_within(
    connection: Connection,
    ownership: OwnershipGraph,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> IsolationReport:
    """The verdicts on what an open transaction sees, which the caller rolls back (`undone`).

    Raises NoSuchRoleError, BadIdentitySettingError, CancelledError.
    """
    return examined_within(
        connection,
        ownership,
        app_role=app_role,
        identity_setting=identity_setting,
        explain_only=explain_only,
        emit=emit,
        cancel=cancel,
    ).report


@dataclass(frozen=True, slots=True)
class Examined:
    """The verdicts, and what the users tried that stands behind them."""

    report: IsolationReport
    tried: tuple[Evidence, ...]
    """Empty where nothing was executed."""
    plans: Mapping[tuple[str, Verb], str] = field(default_factory=dict)
    """Where nothing was executed: what shows the plan by which a relation and verb were judged."""


def examined_within(
    connection: Connection,
    ownership: OwnershipGraph,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    asked: Asked = EVERYTHING,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Examined:
    """As `verdicts_within`, of what is asked for, and with what was tried.

    Raises NoSuchRoleError, BadIdentitySettingError, NotJudgedError, CancelledError.
    """
    emit(StepStarted(_STEP))
    grounds = Grounds.of(ownership)
    known = {*grounds.unclassified, *(table.name for table in grounds.owned)}
    for name in sorted(asked.tables - known):
        raise NotJudgedError(f"table {name}", "no table of that name has rows of users")
    subject = find_subject(connection, grounds, app_role, identity_setting)
    stage = Stage(connection, subject.role or "none", identity_setting, cancel)
    trial = _Trial(stage, grounds, subject, ownership_report(ownership), emit, asked, explain_only)
    examined = trial.examined()
    report = examined.report
    emit(StepFinished(_STEP, detail=f"{len(report.cells)} answers, {len(report.leaks)} leaks"))
    return examined


@dataclass(frozen=True, slots=True)
class _Trial:
    stage: Stage
    grounds: Grounds
    subject: Subject
    ownership: Report
    emit: Emit
    asked: Asked
    explain_only: bool = False

    def examined(self) -> Examined:
        names = [table.name for table in self.grounds.owned]
        catalog = Catalog(self.stage.connection, self.subject.role or self.subject.observer)
        security, policies = catalog.tables(names), catalog.policies(names)
        rules = Rulebook(
            self.stage,
            self.grounds,
            self.subject,
            security,
            policies,
            catalog.odd_columns(),
            try_functions=not self.explain_only,
        )
        benches = [
            Bench(table, self.subject, security.get(table.name), policies, rules)
            for table in self.grounds.owned
            if self.asked.wants(table.name)
        ]
        # The setting stays '' for the session once it was set, so trying comes first.
        tried = self._tried()
        cells, wrong_rows = self._cells(benches, catalog, tried)
        doors = self._doors(catalog, rules, cells, tried)
        report = IsolationReport(
            database=str(self.stage.connection.scalar(text("SELECT current_database()"))),
            subject=self.subject,
            cells=(*cells, *doors, *self._unclassified()),
            audit=Report(
                (*self._by_catalog(benches, catalog, policies), *self.ownership.findings, *wrong_rows),
                (*_unseen(doors), *pointers(self.grounds), *self.ownership.unknowns),
                {"tables": len(names), "policies": len(policies)},
            ),
            shared=self.grounds.shared,
        )
        if not self.explain_only:
            return Examined(report, tried)
        targets = know(self.stage.connection, self.grounds, catalog).targets
        return Examined(report, (), planned(targets))

    def _by_catalog(
        self, benches: list[Bench], catalog: Catalog, policies: tuple[Policy, ...]
    ) -> Iterator[Finding]:
        preset = catalog.preset_identities(self.subject.identity_setting)
        yield from policy_audit.subject_findings(self.subject, preset)
        for bench in benches:
            if bench.security is not None:
                yield from policy_audit.table_findings(bench.security, policies)
        there = {bench.table.name for bench in benches if bench.security is not None}
        there |= {*self.grounds.unclassified, *self.grounds.shared}
        site = Site(self.stage, self.grounds, self.subject, policies, there)
        if self.subject.observer_exempt and not self.explain_only:
            yield from row_findings(site)
        if self.subject.role is not None:
            yield from catalog_findings(site)
            yield from door_findings(self.stage, [table.name for table in self.grounds.owned])

    def _cells(
        self, benches: list[Bench], catalog: Catalog, tried: tuple[Evidence, ...]
    ) -> tuple[list[Cell], list[Finding]]:
        cells: list[Cell] = []
        found: list[Finding] = []
        reason = self._blind_spot()
        valid = catalog.valid_keys()
        for number, bench in enumerate(benches, start=1):
            self.stage.check()
            wrong: data_audit.DataAudit | None = None
            if self.explain_only:
                told = list(cells_of_table(bench, self.grounds.edges(bench.table), valid, tried, None))
            elif bench.security is None or not self.subject.observer_exempt:
                told = self._without_probe(bench, reason)
            else:
                wrong = data_audit.audit(self.stage, self.grounds, bench.table)
                found += wrong.findings
                told = list(cells_of_table(bench, self.grounds.edges(bench.table), valid, tried, wrong))
            untried = "nothing was executed" if self.explain_only else reason
            cells += with_layers(told, self.grounds, bench, wrong, untried)
            self.emit(Progress(_STEP, number, len(benches), "tables"))
        return cells, found

    def _without_probe(self, bench: Bench, reason: str | None) -> list[Cell]:
        unknown = reason or "the connection does not see all rows"
        return [judge.by_catalog(bench, verb) or bench.cell(verb, Verdict.UNKNOWN, unknown) for verb in Verb]

    def _blind_spot(self) -> str | None:
        """Why no attempt on any table could be believed; None if attempts can be."""
        subject = self.subject
        if not subject.observer_exempt:
            return (
                f"role {subject.observer} of this connection obeys policies itself and may not see all rows"
            )
        return self._may_not_act()

    def _may_not_act(self) -> str | None:
        subject = self.subject
        if subject.role is not None and not may_act(self.stage.connection, subject.role):
            return f"role {subject.observer} of this connection may not act as {subject.role}"
        return None

    def _tried(self) -> tuple[Evidence, ...]:
        """What the users found that acted; nothing where nobody may."""
        if not (self.explain_only or self.subject.observer_exempt):
            return ()
        return evidence_within(
            self.stage.connection,
            self.grounds,
            self.subject,
            self.subject.identity_setting,
            self.stage.cancel,
            self.asked,
            explain_only=self.explain_only,
        )

    def _unclassified(self) -> list[Cell]:
        return [
            of_unclassified(Cell(table, verb, Verdict.UNKNOWN, f"nobody said whose rows these are: {reason}"))
            for table, reason in self.grounds.unclassified.items()
            if self.asked.wants(table)
            for verb in Verb
        ]

    def _doors(
        self, catalog: Catalog, rules: Rulebook, cells: list[Cell], tried: tuple[Evidence, ...]
    ) -> list[Cell]:
        if self.subject.role is None or self.asked.tables:
            return []
        doorman = Doorman.of(catalog, rules, find_doors(self.stage), cells)
        said = list(doorman.answers())
        return [of_door(*each) for each in zip(with_doors_tried(said, tried), said, strict=True)]


def _unseen(doors: list[Cell]) -> Iterator[Unknown]:
    """The ways past the tables of which it is not known where they lead."""
    told: set[str] = set()
    for cell in doors:
        if cell.verdict is Verdict.UNKNOWN and cell.table not in told:
            told.add(cell.table)
            reason = f"a {cell.kind} that the role may use: {cell.reason}"
            yield Unknown("isolation.other-door", cell.table, reason)
