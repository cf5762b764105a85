"""Results as JSON: stable, complete, and never a secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from toolkit.database import DatabaseUrl
from toolkit.errors import UsageError
from toolkit.findings import Severity
from toolkit.reports import as_json, as_json_line, error_object, plain
from toolkit.secret import Secret


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    at: PurePosixPath


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    inner: tuple[Inner, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"b": 2, "a": 1}))
    hidden: str = field(default="hidden", repr=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (Colour.RED, "red"),
        (Severity.WARNING, "warning"),
        (Decimal("1.10"), "1.10"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(minutes=1), 60.0),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "AP8="),
        ({3, 1, 2}, [1, 2, 3]),
        ({("public", "tasks"): 1, 2: 3, Colour.RED: 4}, {"public.tasks": 1, "2": 3, "red": 4}),
        (
            Result("x", (Inner(PurePosixPath("a/b")),)),
            {"name": "x", "inner": [{"at": "a/b"}], "counts": {"b": 2, "a": 1}},
        ),
        (Secret("S3CR3T"), "***"),
        ({"key": Secret("S3CR3T")}, {"key": "***"}),
        (DatabaseUrl.parse("postgresql://u:S3CR3T@h/d"), "postgresql://u:***@h/d"),
    ],
    ids=repr,
)
def test_every_kind_of_value_has_one_form(value: Any, expected: object) -> None:
    assert plain(value) == expected
    assert json.loads(as_json(value)) == expected
    assert json.loads(as_json_line(value)) == expected
    assert "\n" not in as_json_line(value)


def test_an_unknown_class_is_an_error_not_its_repr() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        as_json(object())


@dataclass(eq=False)
class OddError(UsageError):
    """An error with a fact that has no JSON form."""

    code = "E198"

    fact: object

    @property
    def sentence(self) -> str:
        return "Odd."


def test_reporting_a_failure_does_not_fail() -> None:
    assert error_object(OddError(object())) == {
        "code": "E198",
        "sentence": "Odd.",
        "hint": None,
        "exit_code": 2,
        "facts": {"fact": "<object>"},
    }
