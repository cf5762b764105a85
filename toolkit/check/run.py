"""`check`: the wanted parts in their order, each with its own verdict."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from toolkit.cancel import CancelToken
from toolkit.check.fresh import Fresh, fresh_revisions
from toolkit.check.ground import Ground, ground_of
from toolkit.check.parts import ASKED, ON_THE_DATABASE, Answer, Asking
from toolkit.check.values import CheckResult, Outcome, PartResult
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.findings import Report, Severity, Unknown
from toolkit.suppression import Baseline, suppress
from toolkit.workspace import Workspace


def check(
    workspace: Workspace,
    *,
    baseline: Baseline | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> CheckResult:
    """Ask the parts that the settings name. `baseline` holds the findings to live with.

    A part that raises is unknown, with the error's sentence. Raises what making the ground raises, what
    finding the new revisions raises, and CancelledError.
    """
    return _Check(workspace, baseline, emit, cancel or CancelToken()).run()


class _Check:
    """One check on one ground."""

    def __init__(
        self, workspace: Workspace, baseline: Baseline | None, emit: Emit, cancel: CancelToken
    ) -> None:
        self._workspace = workspace
        self._settings = workspace.settings.check
        self._baseline = baseline
        self._emit = emit
        self._cancel = cancel
        self._parts: list[PartResult] = []
        self._hindered: dict[str, NeonkitError] = {}
        """Why a part cannot be asked: the database did not get to where it looks."""

    def run(self) -> CheckResult:
        begun = time.monotonic()
        with ground_of(self._workspace, emit=self._emit, cancel=self._cancel) as ground:
            fresh = fresh_revisions(ground.reading.project, self._settings)
            migrated = not ground.own
            for part in self._settings.parts:
                self._cancel.raise_if_cancelled()
                if part in ON_THE_DATABASE and not migrated:
                    self._migrate(ground)
                    migrated = True
                self._parts.append(
                    self._ask(part, Asking(ground, self._settings, fresh, self._emit, self._cancel))
                )
            return CheckResult(ground.label, _ids(fresh), tuple(self._parts), time.monotonic() - begun)

    def _migrate(self, ground: Ground) -> None:
        """Bring the own database to the heads, with the seeds if there are any."""
        from toolkit.migrate import upgrade
        from toolkit.migrate.guard.terms import UNWATCHED

        try:
            upgrade(
                ground.workspace.project,
                ground.database,
                "heads",
                emit=self._emit,
                cancel=self._cancel,
                terms=UNWATCHED,
            )
        except StoppedError:
            raise
        except NeonkitError as error:
            self._hindered = dict.fromkeys(ON_THE_DATABASE, error)
            return
        if "isolation" in self._settings.parts and ground.workspace.settings.seeds is not None:
            self._seed(ground)

    def _seed(self, ground: Ground) -> None:
        """Rows for the two users of the probe."""
        from toolkit.transfer import arrange, load

        settings = ground.workspace.settings
        try:
            order = arrange((), seeds=settings.seeds)
            load(
                order.source,
                mapping=order.mapping,
                database=ground.database,
                emit=self._emit,
                cancel=self._cancel,
                modules=settings.project_dir,
            ).require_loaded()
        except StoppedError:
            raise
        except NeonkitError as error:
            self._hindered["isolation"] = error

    def _ask(self, part: str, asking: Asking) -> PartResult:
        begun, step = time.monotonic(), f"check {part}"
        self._emit(StepStarted(step))
        try:
            if part in self._hindered:
                raise self._hindered[part]
            answer = ASKED[part](asking)
        except StoppedError:
            raise
        except NeonkitError as error:
            result = self._unasked(part, error, time.monotonic() - begun)
        else:
            result = self._judged(part, answer, time.monotonic() - begun)
        self._emit(StepFinished(step, "done" if result.outcome == "passed" else "failed", result.note))
        return result

    def _unasked(self, part: str, error: NeonkitError, seconds: float) -> PartResult:
        reason = f"{error.sentence} [{error.code}]"
        unknown = Report((), (Unknown(f"check.{part}", part, reason),), {})
        level = self._settings.level(part)
        return PartResult(
            part,
            "unknown",
            level,
            unknown,
            seconds,
            reason,
            error=error.code,
            error_exit=int(error.exit_code),
        )

    def _judged(self, part: str, answer: Answer, seconds: float) -> PartResult:
        level = self._settings.level(part)
        kept = suppress(
            answer.report,
            self._workspace.settings.ignore,
            today=datetime.now(tz=UTC).date(),
            ran=(),
            baseline=self._baseline,
        )
        outcome: Outcome = "passed"
        if answer.leaks or kept.at_least(Severity[level.upper()]):
            outcome = "failed"
        elif kept.unknowns and self._settings.fail_on_unknown:
            outcome = "unknown"
        return PartResult(part, outcome, level, kept, seconds, answer.note, answer.leaks)


def _ids(fresh: Fresh | None) -> tuple[str, ...] | None:
    return None if fresh is None else tuple(one.id for one in fresh.revisions)
