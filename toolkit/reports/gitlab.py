"""Findings as a GitLab code quality report.

The service wants a file for everything: a finding about a database object stands under the object's name.
What is suppressed is left out, and so is what could not be told: the format has no place for it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any, Final

from toolkit.findings import Finding, Report, Severity
from toolkit.reports.json import as_json
from toolkit.suppression import fingerprint

_WEIGHTS: Final = {Severity.INFO: "info", Severity.WARNING: "minor", Severity.ERROR: "critical"}


def gitlab(report: Report) -> str:
    """The findings as a JSON list."""
    seen: Counter[str] = Counter()
    return as_json([_entry(finding, seen) for finding in report.findings])


def _entry(finding: Finding, seen: Counter[str]) -> dict[str, Any]:
    same = fingerprint(finding)
    seen[same] += 1
    # The service drops what has the same fingerprint.
    unique = same if seen[same] == 1 else hashlib.sha256(f"{same}:{seen[same]}".encode()).hexdigest()
    place = finding.location
    fix = "" if finding.fix is None else f" Fix: {finding.fix.text}"
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": f"{finding.subject}: {finding.sentence}{fix}",
        "categories": ["Bug Risk" if finding.severity is Severity.ERROR else "Style"],
        "severity": _WEIGHTS[finding.severity],
        "fingerprint": unique,
        "location": {
            "path": finding.subject if place is None else place.path,
            "lines": {"begin": 1 if place is None or place.line is None else place.line},
        },
    }
