"""Taking out of a report what is lived with, and telling what serves nothing."""

from __future__ import annotations

from datetime import date

import pytest

from toolkit.findings import Finding, Location, Report, Severity
from toolkit.suppression import (
    OWN_RULES,
    BadSuppressionError,
    Baseline,
    Span,
    Suppression,
    suppress,
)

TODAY = date(2025, 6, 1)
RAN = ("fk-without-index", "json-not-jsonb")


def finding(
    rule: str = "fk-without-index",
    subject: str = "public.tasks.fk",
    severity: Severity = Severity.WARNING,
    line: int | None = None,
    **evidence: object,
) -> Finding:
    place = Location("versions/a.py", line) if line else None
    return Finding(rule, severity, subject, "It is so.", evidence, location=place)


def shown(report: Report) -> list[str]:
    return [each.rule for each in report.findings]


def judged(*found: Finding, by: tuple[Suppression, ...] = (), baseline: Baseline | None = None) -> Report:
    return suppress(Report(found), by, today=TODAY, ran=RAN, baseline=baseline)


@pytest.mark.parametrize(
    ("rule", "subject", "covers"),
    [
        ("fk-without-index", "*", True),
        ("fk-*", "public.*", True),
        ("*", "public.tasks.fk", True),
        ("fk-without-index", "public.task", False),
        ("FK-*", "*", False),
        ("json-*", "*", False),
        ("fk-without-index", "*.tas[kx]s.*", True),
        ("fk-without-index", "public.[*]", False),
    ],
)
def test_rule_and_subject_are_patterns(rule: str, subject: str, covers: bool) -> None:
    report = judged(finding(), by=(Suppression(rule, "small table", subject),))
    assert [each.reason for each in report.suppressed] == ["small table"] * covers
    assert ("fk-without-index" in shown(report)) is not covers


def test_what_is_not_covered_stays_as_it_was() -> None:
    kept = finding("json-not-jsonb")
    report = judged(finding(), kept, by=(Suppression("fk-*", "small table"),))
    assert report.findings == (kept,)
    assert [each.finding for each in report.suppressed] == [finding()]


@pytest.mark.parametrize(
    ("expires", "rules"),
    [
        (None, []),
        (date(2025, 6, 2), []),
        (date(2025, 6, 1), ["fk-without-index", "suppression-expired"]),
        (date(2024, 6, 1), ["fk-without-index", "suppression-expired"]),
    ],
)
def test_from_its_day_on_it_covers_nothing(expires: date | None, rules: list[str]) -> None:
    assert shown(judged(finding(), by=(Suppression("fk-*", "later", expires=expires),))) == rules


def test_one_that_expired_leaves_room_for_one_that_holds() -> None:
    both = (Suppression("fk-*", "once", expires=date(2020, 1, 1)), Suppression("fk-*", "now"))
    report = judged(finding(), by=both)
    assert [each.reason for each in report.suppressed] == ["now"]
    assert shown(report) == ["suppression-expired"]


def test_one_that_serves_nothing_is_told_only_of_rules_that_ran() -> None:
    asked, other = Suppression("json-*", "old column", place="ignore[0]"), Suppression("isolation.*", "x")
    report = judged(finding(), by=(asked, other))
    assert shown(report) == ["fk-without-index", "suppression-unused"]
    assert report.findings[-1].subject == "ignore[0]"


def test_one_that_names_no_rule_of_any_check_is_told() -> None:
    report = suppress(
        Report(), (Suppression("fk-witout-index", "x"),), today=TODAY, ran=(), known=("fk-without-index",)
    )
    assert [each.sentence for each in report.findings] == ["No rule is named fk-witout-index."]


@pytest.mark.parametrize("kind", [*OWN_RULES])
def test_nothing_suppresses_what_this_room_finds(kind: str) -> None:
    assert kind.startswith(("suppression-", "baseline-"))
    every = Suppression("*", "all of it", expires=date(2020, 1, 1))
    report = judged(by=(every, Suppression("*", "really all")))
    assert "suppression-expired" in shown(report)


@pytest.mark.parametrize(
    ("span", "line", "covers"),
    [
        (Span("versions/a.py"), 7, True),
        (Span("./versions/a.py", 7), 7, True),
        (Span("versions/a.py", 5, 9), 9, True),
        (Span("versions/a.py", 5, 9), 10, False),
        (Span("versions/b.py"), 7, False),
        (Span("versions/a.py"), None, False),
    ],
)
def test_a_comment_covers_its_lines(span: Span, line: int | None, covers: bool) -> None:
    report = judged(finding(line=line), by=(Suppression("*", "measured", span=span),))
    assert bool(report.suppressed) is covers
    assert {each.by for each in report.suppressed} <= {"comment"}


@pytest.mark.parametrize(("rule", "reason"), [("", "why"), ("fk-*", ""), ("fk-*", " \t"), (" ", "why")])
def test_one_without_a_rule_or_a_reason_is_refused(rule: str, reason: str) -> None:
    with pytest.raises(BadSuppressionError, match=r"a\.py:3 has no (rule|reason)"):
        Suppression(rule, reason, span=Span("a.py", 3))


def test_the_first_that_covers_gives_the_reason_and_both_are_used() -> None:
    both = (Suppression("fk-*", "first"), Suppression("*", "second"))
    report = judged(finding(), by=both)
    assert [each.reason for each in report.suppressed] == ["first"]
    assert report.findings == ()
