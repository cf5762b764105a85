"""A report weighs its findings and says what it looked at."""

from __future__ import annotations

import pytest

from toolkit.findings import Finding, Report, Severity, Unknown


def finding(severity: Severity) -> Finding:
    return Finding("rule", severity, "public.tasks", "A sentence.")


def test_an_empty_report_has_no_worst() -> None:
    assert Report().worst is None


def test_the_worst_finding_decides() -> None:
    report = Report((finding(Severity.INFO), finding(Severity.ERROR), finding(Severity.WARNING)))
    assert report.worst is Severity.ERROR


@pytest.mark.parametrize(
    ("floor", "kept"), [(Severity.INFO, 3), (Severity.WARNING, 2), (Severity.ERROR, 1)], ids=lambda v: str(v)
)
def test_a_floor_keeps_what_weighs_enough(floor: Severity, kept: int) -> None:
    report = Report(tuple(finding(severity) for severity in Severity))
    assert len(report.at_least(floor)) == kept


def test_what_is_not_known_is_not_a_finding() -> None:
    report = Report(unknowns=(Unknown("rule", "public.tasks", "the role may not read it"),))
    assert report.findings == ()
    assert report.unknowns[0].reason
