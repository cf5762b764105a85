"""Every process that collects the tests finds the same names: workers compare them before the first test."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
HOUR = re.compile(r"gzip\.compress\((?:[^()]|\([^()]*\))*\)")
"""Packing writes the time of day into the bytes, and bytes of a case become part of its name."""


def test_what_is_packed_holds_no_time_of_day() -> None:
    found = [
        f"{path.relative_to(TESTS)}: {call}"
        for path in sorted(TESTS.rglob("*.py"))
        if path != Path(__file__)
        for call in HOUR.findall(path.read_text("utf-8"))
        if "mtime=" not in call
    ]
    assert found == []
