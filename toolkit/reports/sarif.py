"""Findings as SARIF 2.1.0, for code scanning.

A finding with a location points to its file and line; one about a database object has a logical location.
What is suppressed is a result with its suppression, what could not be told a notification.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote

from toolkit import __version__
from toolkit.findings import Finding, Location, Report, Severity, Suppressed, Unknown
from toolkit.reports.json import plain
from toolkit.suppression import fingerprint

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}
_KINDS: Final = {"settings": "external", "baseline": "external", "comment": "inSource"}


def sarif(report: Report) -> str:
    """The report as a SARIF log with one run."""
    every = [*report.findings, *(each.finding for each in report.suppressed)]
    rules = sorted({finding.rule for finding in every} | {each.rule for each in report.unknowns})
    seen: Counter[str] = Counter()
    results = [_result(finding, rules, seen) for finding in report.findings]
    results += [
        {**_result(each.finding, rules, seen), "suppressions": [_suppression(each)]}
        for each in report.suppressed
    ]
    run = {
        "tool": {
            "driver": {
                "name": "neonkit",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule, every) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(each, rules) for each in report.unknowns],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"lookedAt": plain(report.looked_at)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False, allow_nan=False)


def _rule(rule: str, every: list[Finding]) -> dict[str, Any]:
    worst = max((finding.severity for finding in every if finding.rule == rule), default=Severity.INFO)
    return {
        "id": rule,
        "help": {"text": f"`neonkit rule {rule}` explains it."},
        "defaultConfiguration": {"level": LEVELS[worst]},
    }


def _result(finding: Finding, rules: list[str], seen: Counter[str]) -> dict[str, Any]:
    same = fingerprint(finding)
    seen[same] += 1
    fix = finding.fix
    text = finding.sentence if fix is None else f"{finding.sentence} Fix: {fix.text}"
    properties = {"evidence": plain(finding.evidence), "fix": plain(fix)}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding)],
        "partialFingerprints": {"neonkitFinding/v1": f"{same}:{seen[same]}"},
        "properties": {name: value for name, value in properties.items() if value},
    }


def _location(finding: Finding) -> dict[str, Any]:
    logical = [{"fullyQualifiedName": finding.subject}]
    if finding.location is None:
        return {"logicalLocations": logical}
    return {"physicalLocation": _physical(finding.location), "logicalLocations": logical}


def _physical(place: Location) -> dict[str, Any]:
    path = PurePath(place.path)
    artifact = (
        {"uri": Path(path).as_uri()}
        if path.is_absolute()
        else {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}
    )
    found: dict[str, Any] = {"artifactLocation": artifact}
    if place.line is not None:
        column = {} if place.column is None else {"startColumn": place.column}
        found["region"] = {"startLine": place.line, **column}
    return found


def _suppression(each: Suppressed) -> dict[str, Any]:
    until = {} if each.expires is None else {"properties": {"expires": each.expires.isoformat()}}
    return {"kind": _KINDS[each.by], "status": "accepted", "justification": each.reason, **until}


def _notification(each: Unknown, rules: list[str]) -> dict[str, Any]:
    return {
        "level": "note",
        "message": {"text": f"{each.subject}: {each.reason}"},
        "associatedRule": {"id": each.rule, "index": rules.index(each.rule)},
    }
