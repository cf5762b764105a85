"""Findings as JUnit XML, for the test pages of CI services.

A finding is a test case: errors and warnings are failures, infos pass and say their sentence, what could not
be told or is suppressed is skipped with the reason. A report without any of these is one case that passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from toolkit.findings import Finding, Report, Severity
from toolkit.reports.findings_text import finding_lines
from toolkit.reports.table import printable


def junit(report: Report) -> str:
    """The report as one test suite."""
    cases = [*_cases(report)]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": 0,
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    given = {name: str(count) for name, count in counts.items()}
    root = ET.Element("testsuites", {"name": "neonkit", **given})
    suite = ET.SubElement(root, "testsuite", {"name": "neonkit", **given})
    if report.looked_at:
        properties = ET.SubElement(suite, "properties")
        for kind, count in report.looked_at.items():
            ET.SubElement(properties, "property", {"name": printable(kind), "value": str(count)})
    suite.extend(cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _cases(report: Report) -> Iterator[ET.Element]:
    for finding in report.findings:
        yield _finding(finding)
    for unknown in report.unknowns:
        case = _case(unknown.rule, unknown.subject)
        ET.SubElement(case, "skipped", {"message": f"unknown: {printable(unknown.reason)}"})
        yield case
    for each in report.suppressed:
        case = _case(each.finding.rule, each.finding.subject)
        ET.SubElement(case, "skipped", {"message": f"suppressed: {printable(each.reason)}"})
        yield case
    if not (report.findings or report.unknowns or report.suppressed):
        yield _case("neonkit", "nothing was found")


def _finding(finding: Finding) -> ET.Element:
    case = _case(finding.rule, finding.subject)
    if (place := finding.location) is not None:
        case.set("file", printable(place.path))
        if place.line is not None:
            case.set("line", str(place.line))
    told = "\n".join(printable(line) for line in finding_lines(finding))
    if finding.severity is Severity.INFO:
        ET.SubElement(case, "system-out").text = told
    else:
        message = {"type": finding.severity.word, "message": printable(finding.sentence)}
        ET.SubElement(case, "failure", message).text = told
    return case


def _case(rule: str, subject: str) -> ET.Element:
    return ET.Element("testcase", {"classname": printable(rule), "name": printable(subject)})
