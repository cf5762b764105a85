"""`neonkit doctor`: what stands in the way of working here, and the terminal that only a door sees."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.doctor import Examination, Symptom

_MARKS: Final = {"ok": "ok", "note": "note", "problem": "PROBLEM", "unknown": "UNKNOWN"}
_SMALLEST: Final = (80, 24)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(ctx: typer.Context) -> None:
    """What stands in the way of working here: terminal, packages, project, database, embedded server.

    Changes nothing. Each problem comes with its remedy; exit 5 if there is one.
    """
    from toolkit.doctor import examine

    call = Call.of(ctx)
    found = examine(call.workspace(), before=tuple(_terminal()), emit=call.emit, cancel=call.cancel)
    call.show(found.diagnosis, lambda: _text(found))
    if found.problems:
        call.exit(ExitCode.FINDINGS)


def _terminal() -> list[Symptom]:
    from toolkit.doctor.values import Chart

    chart = Chart("terminal")
    if not sys.stdout.isatty():
        chart.note("terminal", "none: output goes to a file or a pipe, and nothing is ever asked")
        return chart.symptoms
    columns, lines = shutil.get_terminal_size()
    size, kind = f"{columns}x{lines}", os.environ.get("TERM", "unknown")
    if columns < _SMALLEST[0] or lines < _SMALLEST[1]:
        chart.problem("size", size, "Make it at least 80x24 for `neonkit tui`.")
    else:
        chart.ok("size", size)
    if kind in ("dumb", "unknown"):
        chart.problem("kind", f"TERM is {kind}", "Set TERM to what the terminal is, such as xterm-256color.")
    else:
        chart.ok("kind", kind + (", NO_COLOR is set" if os.environ.get("NO_COLOR") else ""))
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" not in encoding:
        remedy = "Set LANG or LC_ALL to a UTF-8 locale, or PYTHONUTF8=1."
        chart.problem("encoding", encoding or "unknown", remedy)
    else:
        chart.ok("encoding", encoding)
    return chart.symptoms


def _text(found: Examination) -> str:
    width = max(len(one.subject) for one in found.symptoms)
    lines: list[str] = []
    area = ""
    for one in found.symptoms:
        if one.area != area:
            area = one.area
            lines += ["", area] if lines else [area]
        lines.append(f"  {one.subject:<{width}}  {_MARKS[one.state]:<7}  {one.found}")
        if one.remedy:
            lines.append(f"  {'':<{width}}  {'':<7}  -> {one.remedy}")
    count = len(found.problems)
    sums_up = "No problem found." if not count else f"{count} problem{'s' if count > 1 else ''} found."
    return "\n".join([*lines, "", sums_up])
