"""What makes two findings the same one: rule, subject and what matters, never a figure or a line.

A baseline and the formats that ask for a stable identity use it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from toolkit.findings import Finding

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")


def what_matters(finding: Finding) -> dict[str, str | list[str]]:
    """The names, types and texts of the evidence. Numbers and dates are left out: they move by themselves;
    and so are `keys` beside a count of rows, which are a sample of the rows.
    """
    found: dict[str, str | list[str]] = {}
    for name, value in sorted(finding.evidence.items()):
        if name == "keys" and "rows" in finding.evidence:
            continue
        if (told := _told(value)) is not None:
            found[name] = told
    return found


def _told(value: Any) -> str | list[str] | None:
    if isinstance(value, str):
        return None if _MOMENT.fullmatch(value) else value
    if isinstance(value, Mapping):
        return sorted(map(str, value)) or None
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(each for each in value if isinstance(each, str) and not _MOMENT.fullmatch(each)) or None
    return None


def fingerprint(finding: Finding) -> str:
    """A hash of the same; equal for the same finding of another run."""
    same = [finding.rule, finding.subject, what_matters(finding)]
    text = json.dumps(same, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
