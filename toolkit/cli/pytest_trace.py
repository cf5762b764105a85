"""`pytest --isolation-trace`: every statement of a test run, held against the acting user.

A door as the commands are. Nothing of SQLAlchemy is loaded before the option is given.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from toolkit.findings import Report
    from toolkit.isolation.trace import StatementAudit

_OPTION: Final = "--isolation-trace"
SAVE: Final = "--isolation-trace-save"
"""With a file behind it, where what was heard is kept."""
NAME: Final = "neonkit-isolation-trace"
"""Of the plugin of a run that listens."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    group = parser.getgroup("neonkit", "isolation of users")
    group.addoption(
        _OPTION,
        action="store_true",
        help="hear every statement and name each place that may reach another user's rows; fails the run",
    )
    group.addoption(
        SAVE,
        metavar="FILE",
        default=None,
        help="keep what was heard of each table and verb, for `neonkit isolation audit --trace FILE`",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listen, if asked to."""
    if config.getoption(_OPTION):
        config.pluginmanager.register(Trace(config.rootpath, config.getoption(SAVE)), NAME)


class Trace:
    """One run: what it heard, once it is over, and whether a test failed for a reason of its own."""

    def __init__(self, root: Path, kept: str | None = None) -> None:
        self._root, self._kept = root, kept
        self.report: Report | None = None
        self.failed = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Hear all engines while the tests run; findings fail the run."""
        from toolkit.findings import Severity
        from toolkit.isolation.trace import listening

        audit = self._audit()
        with ExitStack() as stack:
            stack.enter_context(listening(audit))
            result = yield
        self.report = audit.report()
        if self._kept is not None:
            self._save(audit, Path(self._kept))
        self.failed = session.testsfailed > 0
        if self.report.at_least(Severity.ERROR):
            session.testsfailed += 1
        return result

    def _save(self, audit: StatementAudit, path: Path) -> None:
        from toolkit.isolation.trace.heard import TraceFileError, save

        try:
            save(audit.heard(), path)
        except TraceFileError as error:
            raise pytest.UsageError(f"{error.sentence} [{error.code}]") from None

    def _audit(self) -> StatementAudit:
        """The audit of the project that the tests belong to."""
        from toolkit.errors import NeonkitError
        from toolkit.isolation.trace import Grounds, StatementAudit
        from toolkit.models import build_ownership
        from toolkit.settings import load_settings
        from toolkit.workspace import Workspace

        try:
            workspace = Workspace.open(load_settings(self._root))
            graph = build_ownership(workspace.registry.shapes, workspace.ownership_rules)
        except NeonkitError as error:
            # Anything else would be shown as a fault of pytest's own, with a traceback.
            raise pytest.UsageError(f"{error.sentence} [{error.code}]") from None
        return StatementAudit(Grounds.of(graph, workspace.settings.isolation.identity_setting))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The findings behind the tests' own summary."""
        if self.report is None:
            return
        from toolkit.reports.findings_text import findings_text

        terminalreporter.section("isolation trace")
        terminalreporter.write_line(findings_text(self.report))
