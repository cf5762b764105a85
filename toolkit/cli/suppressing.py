"""The options and the one call by which every command with findings takes out what is lived with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from toolkit.cli.call import Call
    from toolkit.findings import Report
    from toolkit.suppression import Baseline, Suppression

BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="What was found before; only what is new is told."),
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Write what is found now as the baseline, and live with it.")
]


def suppressed(
    call: Call,
    report: Report,
    *,
    ran: Collection[str],
    baseline: Path | None = None,
    write_baseline: bool = False,
) -> Report:
    """The report without what the project's settings and the baseline suppress.

    `ran` are the rules that were asked about everything. `write_baseline` writes what is left without a
    baseline to the file first. Raises the errors of `toolkit.suppression`.
    """
    from datetime import UTC, datetime

    from toolkit.suppression import suppress

    settings = call.settings()
    today = datetime.now(tz=UTC).date()
    path = baseline or settings.baseline
    if write_baseline:
        open_ = suppress(report, settings.ignore, today=today, ran=ran)
        held: Baseline | None = written_baseline(call, open_, path, ran)
    else:
        held = read_if_named(path)
    known = _known(settings.ignore) if ran else None
    return suppress(report, settings.ignore, today=today, ran=ran, baseline=held, known=known)


def _known(suppressions: Sequence[Suppression]) -> frozenset[str] | None:
    """The rules of all checks, so that a misspelt name is told; None where nothing is suppressed."""
    if not suppressions:
        return None
    from toolkit.cli.rule import known_rules

    return known_rules()


def read_if_named(path: Path | None) -> Baseline | None:
    """The baseline in a file; None where there is none. Raises what reading raises."""
    from toolkit.suppression import read_baseline

    return None if path is None else read_baseline(path)


def written_baseline(call: Call, report: Report, path: Path | None, ran: Collection[str] = ()) -> Baseline:
    """Write what a report found into the baseline, and say so; `ran` as for `suppressed`.

    `path` None is the usual file of the project. Raises the errors of `toolkit.suppression`.
    """
    from toolkit.events import Notice
    from toolkit.suppression import FILE, Baseline, read_baseline, write_baseline

    named = path is not None
    path = path or call.settings().project_dir / FILE
    before = read_baseline(path) if path.exists() else Baseline()
    baseline = before.renewed(report, ran)
    write_baseline(path, baseline)
    use = "" if named else f"; use it with --baseline {path.name}, or baseline in [tool.neonkit]"
    call.emit(Notice("info", f"{len(baseline.entries)} findings are written to {path}{use}"))
    return baseline
