"""Advice for mode 2: the rules asked once, their findings handed out object by object."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database.jobs import Job
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.findings import Finding, Report
from toolkit.migrate import RevisionBody, revision, runs_env_for_revisions
from toolkit.schema import Snapshot
from toolkit.schema.advice import (
    Declared,
    advise,
    has_sql,
    read_largest,
    read_statistics,
    revision_of,
    rules_asked,
)
from toolkit.schema.objects import RELATION_KINDS, Key, Qualified
from toolkit.suppression import read_baseline, suppress
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.schema.readings import Readings
from toolkit.tui.facts.schema import EVERYTHING, AdviceLine, AdviceView, WrittenFix

FRESH_SECONDS: Final = 3.0
"""For so long several who ask about everything get the same answer."""


class AdviceBackend:
    """Asks the rules of `schema advise`, without what the project decided to live with."""

    def __init__(self, opened: Opened, readings: Readings, key_of: Callable[[str], Key]) -> None:
        self._opened = opened
        self._readings = readings
        self._key_of = key_of
        self._known: Report | None = None
        self._asked = 0.0

    def forget(self) -> None:
        """The catalog was read anew."""
        self._known = None

    def about(self, key: str = EVERYTHING) -> AdviceView | None:
        """What the rules say about an object. None: they were not asked, and asking reads a large catalog."""
        large = self._readings.large
        if key == EVERYTHING and not large and time.monotonic() - self._asked > FRESH_SECONDS:
            # Whoever asks about all of it asks anew, at the same moment as the catalog is listed anew.
            self._readings.forget()
            self._known = None
        if self._known is None and large:
            return None
        return self._view(self.ask(), key)

    def ask(self, emit: Emit = unheard, cancel: CancelToken | None = None) -> Report:
        """Ask the rules about everything, if they were not asked already."""
        if self._known is None:
            emit(StepStarted("advice", "reading the whole catalog"))
            self._asked = time.monotonic()
            _, self._known = self._report(emit, cancel)
            emit(StepFinished("advice", "done", f"{len(self._known.findings)} findings"))
        return self._known

    def write(self, line: AdviceLine, emit: Emit, cancel: CancelToken) -> WrittenFix:
        """Write the fix of one finding as a revision, as `schema advise --write-revision` does."""
        snapshot, report = self._report(emit, cancel)
        chosen = [
            one
            for one in report.findings
            if (one.rule, one.subject, one.sentence) == (line.rule, line.subject, line.sentence)
        ]
        if not chosen:
            return WrittenFix(f"{line.rule} {line.subject} holds no more, so nothing was written", ())
        fixes = revision_of(snapshot, chosen)
        work = self._opened.workspace
        written = revision(
            work.project,
            work.database if runs_env_for_revisions(work.project) else None,
            f"fix {line.rule}",
            body=RevisionBody(fixes.upgrade, fixes.downgrade),
            emit=emit,
        )
        left = (
            f"; downgrade does not take back {', '.join(fixes.not_taken_back)}"
            if fixes.not_taken_back
            else ""
        )
        paths = tuple(str(path) for path in written.paths)
        return WrittenFix(f"wrote {', '.join(paths)}{left}", paths)

    def _report(self, emit: Emit, cancel: CancelToken | None) -> tuple[Snapshot, Report]:
        settings = self._opened.workspace.settings
        snapshot = self._readings.whole(emit, cancel)
        with self._opened.workspace.database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
            statistics = read_statistics(connection)
            if "sequence-behind-data" in settings.advice.only | settings.advice.also:
                largest = read_largest(connection, snapshot)
                statistics = dataclasses.replace(statistics, largest=largest)
        report = advise(snapshot, statistics=statistics, settings=settings.advice, declared=self._declared())
        baseline = None if settings.baseline is None else read_baseline(settings.baseline)
        today = datetime.now(tz=UTC).date()
        ran = rules_asked(snapshot, report, settings.advice)
        return snapshot, suppress(report, settings.ignore, today=today, ran=ran, baseline=baseline)

    def _declared(self) -> Declared | None:
        settings = self._opened.workspace.settings
        if not (settings.models or settings.metadata):
            return None
        return Declared.of(self._opened.workspace.registry.tables.values())

    def _view(self, report: Report, key: str) -> AdviceView:
        findings = report.findings
        if key != EVERYTHING:
            findings = tuple(one for one in findings if self._concerns(key, one.subject))
        looked = f"{report.looked_at.get('rules', 0)} rules asked"
        lived_with = (
            f"{len(report.suppressed)} lived with, see [tool.neonkit.ignore]" if report.suppressed else ""
        )
        silent = tuple(f"{one.rule} could not tell: {one.reason}" for one in report.unknowns)
        remarks = (", ".join(filter(None, (looked, lived_with))), *(silent if key == EVERYTHING else ()))
        return AdviceView(key, tuple(map(_line, findings)), remarks)

    def _concerns(self, key: str, subject: str) -> bool:
        """Whether a finding is about the object or what stands on it. Indexes have names of their own."""
        about = self._key_of(key)
        if subject == about.name or subject.startswith(f"{about.name}."):
            return True
        if about.kind not in RELATION_KINDS:
            return False
        parts = self._readings.about(about).parts(Qualified(*about.path))
        return any(index.key.name == subject for index in parts.indexes)


def _line(finding: Finding) -> AdviceLine:
    return AdviceLine(
        rule=finding.rule,
        severity=finding.severity.word,
        subject=finding.subject,
        sentence=finding.sentence,
        facts=tuple(f"{name.replace('_', ' ')}: {_told(value)}" for name, value in finding.evidence.items()),
        fix=finding.fix.text if finding.fix else None,
        sql=finding.fix.sql if finding.fix and has_sql(finding) else (),
    )


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
