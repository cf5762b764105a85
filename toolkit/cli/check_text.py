"""The result of `neonkit check` as text: a line for each part, what was found, and one line that sums up."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from toolkit.check import CheckResult, PartResult
from toolkit.findings import Severity
from toolkit.reports.findings_text import findings_text
from toolkit.reports.table import table

_WORDS = {"passed": "ok", "failed": "FAIL", "unknown": "UNKNOWN"}


def check_text(found: CheckResult) -> str:
    """The parts, then the findings that fail one, then the verdict."""
    return "\n".join(_lines(found))


def _lines(found: CheckResult) -> Iterator[str]:
    yield f"On {found.ground}: " + (
        "all revisions." if found.new is None else f"{len(found.new)} new revisions."
    )
    yield ""
    yield table(("PART", "", "FINDINGS", "SECONDS", "LOOKED AT"), [_row(part) for part in found.parts])
    for part in found.parts:
        failing = part.report.at_least(Severity[part.level.upper()])
        unknown = part.outcome == "unknown" and part.error is None
        if failing or unknown:
            yield ""
            yield f"{part.part}:"
            shown = dataclasses.replace(
                part.report, findings=failing, unknowns=part.report.unknowns if unknown else ()
            )
            yield findings_text(shown)
    yield ""
    yield _verdict(found)


def _row(part: PartResult) -> tuple[str, ...]:
    counts = [
        f"{count} {severity.word}"
        for severity in sorted(Severity, reverse=True)
        if (count := sum(each.severity is severity for each in part.report.findings))
    ]
    if part.report.unknowns and part.error is None:
        counts.append(f"{len(part.report.unknowns)} unknown")
    if part.report.suppressed:
        counts.append(f"{len(part.report.suppressed)} suppressed")
    return part.part, _WORDS[part.outcome], ", ".join(counts) or "-", f"{part.seconds:.1f}", part.note


def _verdict(found: CheckResult) -> str:
    bad = [part.part for part in found.parts if part.outcome != "passed"]
    if not bad:
        return f"The check passed in {found.seconds:.1f} s."
    return f"The check failed: {', '.join(bad)}. Exit code {int(found.exit_code)}."
