"""Verdicts and their evidence for mode 5."""

from __future__ import annotations

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.isolation import judge_database
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.isolation import Isolation, VerdictLine


class IsolationBackend:
    """Judges every table and verb."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def judge(self, emit: Emit, cancel: CancelToken) -> Isolation:
        """Judge every table and verb with two users, rolled back."""
        declared = self._opened.workspace.settings.isolation
        report = judge_database(
            self._opened.workspace.database,
            self._opened.workspace.ownership_rules,
            app_role=declared.app_role,
            identity_setting=declared.identity_setting,
            emit=emit,
            cancel=cancel,
        )
        return Isolation(
            first=report.headline,
            cells=tuple(
                VerdictLine(cell.table, cell.verb.value, cell.verdict.value, cell.reason)
                for cell in report.cells
            ),
            totals=tuple((verdict.value, number) for verdict, number in report.totals.items()),
            findings=tuple(
                f"{found.severity.word} {found.subject}: {found.sentence}" for found in report.audit.findings
            ),
        )
