"""The baseline file: stable, diffable, and blind to figures and lines."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from toolkit.findings import Finding, Location, Report, Severity
from toolkit.suppression import (
    Baseline,
    BaselineFileError,
    BaselineNotWrittenError,
    fingerprint,
    read_baseline,
    suppress,
    write_baseline,
)

OLD = Finding(
    "index-unused", Severity.INFO, "public.ix", "Never used.", {"bytes": 8192, "since": "2025-01-01"}
)
SAME = {
    "figures": Finding("index-unused", Severity.INFO, "public.ix", "Not once.", {"bytes": 9, "share": 0.5}),
    "a day": Finding(
        "index-unused", Severity.INFO, "public.ix", "No.", {"since": "2026-03-01T10:00:00+00:00"}
    ),
    "a line": Finding("index-unused", Severity.INFO, "public.ix", "No.", location=Location("a.py", 9)),
}
NEW = {
    "its rule": Finding("index-bloat", Severity.INFO, "public.ix", "Never used."),
    "its subject": Finding("index-unused", Severity.INFO, "public.iy", "Never used."),
    "a name": Finding("index-unused", Severity.INFO, "public.ix", "No.", {"other": "public.iz"}),
    "its weight": Finding("index-unused", Severity.WARNING, "public.ix", "Never used."),
}


def left(baseline: Baseline, *findings: Finding) -> list[str]:
    report = suppress(Report(findings), (), today=date(2025, 1, 1), ran=("index-unused",), baseline=baseline)
    return [each.rule for each in report.findings]


@pytest.mark.parametrize("changed", SAME)
def test_what_moves_by_itself_does_not_make_it_new(changed: str) -> None:
    assert left(Baseline.of([OLD]), SAME[changed]) == []
    assert fingerprint(SAME[changed]) == fingerprint(OLD)


@pytest.mark.parametrize("changed", NEW)
def test_what_matters_makes_it_new(changed: str) -> None:
    assert left(Baseline.of([OLD]), NEW[changed])[0] == NEW[changed].rule


def test_one_that_weighs_less_than_it_did_stays_away() -> None:
    assert left(Baseline.of([NEW["its weight"]]), OLD) == []


def test_the_second_of_two_equal_ones_is_new() -> None:
    assert left(Baseline.of([OLD]), OLD, OLD) == ["index-unused"]
    assert left(Baseline.of([OLD, OLD]), OLD, OLD) == []


def test_what_is_gone_is_told_only_of_rules_that_ran() -> None:
    baseline = Baseline.of([OLD, NEW["its rule"]])
    assert left(baseline) == ["baseline-outdated"]
    assert left(Baseline.of([NEW["its rule"]])) == []


def test_the_file_does_not_depend_on_the_order_and_reads_back(tmp_path: Path) -> None:
    findings = [OLD, *NEW.values(), Finding("x", Severity.ERROR, 'public."ä\n"', "No.", {"b": ["z", "a"]})]
    texts = set()
    for _ in range(5):
        random.shuffle(findings)
        texts.add(Baseline.of(findings).text)
    (text,) = texts
    write_baseline(tmp_path / "base.json", Baseline.of(findings))
    assert read_baseline(tmp_path / "base.json").text == text
    assert len(text.splitlines()) == len(findings) + 5
    assert [path.name for path in tmp_path.iterdir()] == ["base.json"]


def test_one_more_finding_is_one_more_line() -> None:
    before, after = (Baseline.of([OLD, *more]).text.splitlines() for more in ([], [NEW["its rule"]]))
    assert len(set(after) - {line.rstrip(",") for line in before} - set(before)) == 1


def test_renewing_keeps_the_rules_that_did_not_run() -> None:
    baseline = Baseline.of([OLD, NEW["its rule"]])
    renewed = baseline.renewed(Report((NEW["its subject"],)), ran=("index-unused",))
    assert [(entry.rule, entry.subject) for entry in renewed.entries] == [
        ("index-bloat", "public.ix"),
        ("index-unused", "public.iy"),
    ]


def test_findings_about_suppressions_never_enter_it() -> None:
    assert Baseline.of([Finding("suppression-unused", Severity.WARNING, "x", "No.")]).entries == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 2, "findings": []}',
        '{"version": 1}',
        '{"version": 1, "findings": [1]}',
        '{"version": 1, "findings": [{"rule": "a", "subject": "b", "severity": "big", "matters": {}}]}',
        '{"version": 1, "findings": [{"rule": "a", "subject": 3, "severity": "info", "matters": {}}]}',
        '{"version": 1, "findings": [{"rule": "a", "subject": "b", "severity": "info", "matters": []}]}',
        '{"version": 1, "findings": [{"rule": "a", "subject": "b", "severity": "info"}]}',
        "\x00",
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "base.json").write_text(text)
    with pytest.raises(BaselineFileError):
        read_baseline(tmp_path / "base.json")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaselineFileError, match="No such file"):
        read_baseline(tmp_path / "none.json")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BaselineNotWrittenError, match="No such file"):
        write_baseline(tmp_path / "none" / "base.json", Baseline())
