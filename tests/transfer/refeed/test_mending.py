"""Values of a reject file mended one by one: found, put in their place, and read back by the core."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from toolkit.transfer.mapping.read import parse_mapping
from toolkit.transfer.refeed.mending import mend, rejected_values, value_of
from toolkit.transfer.refeed.reading import RefeedUnreadableError, read_mended
from toolkit.transfer.sources.record import Number

MAPPING = parse_mapping({"version": 1, "table": {"people": {"rows": "/*", "columns": {"email": "email"}}}})


def reason(code: str, pointer: str, **facts: Any) -> dict[str, Any]:
    """A reason as a reject file has it."""
    told = {"column": "email", "field": "email", "value": None, "hint": "mend it", "reason": f"it is {code}"}
    return {"code": code, "pointer": pointer, **told, **facts}


def line(record: str, *reasons: dict[str, Any], place: int = 2, **facts: Any) -> str:
    """A line of a reject file around the JSON text of a record."""
    row = {"table": "people", "ordinal": 3, "place": [place], "pointer": f"/{place}", "caused_by": None}
    head = {
        "run": None, "source": "people.json", "section": "input", "container": [], "place": [place],
        "pointer": f"/{place}", "key": None, "index": place, "line": 4, "byte_start": 9, "byte_len": 9,
        "truncated": False, "rows": [{**row, "reasons": list(reasons)}], "reasons": [], **facts,
    }  # fmt: skip
    return json.dumps(head)[:-1] + f', "record": {record}}}\n'


@pytest.mark.parametrize(
    ("record", "found", "way", "current"),
    [
        ('{"email": "x"}', reason("format", "/2/email", value='"x"'), ("email",), '"x"'),
        ('{"n": 1}', reason("missing", "/2"), ("email",), None),
        ('{"a": {"b": [1.50, 2]}}', reason("range", "/2/a/b/0"), ("a", "b", "0"), "1.50"),
        ('{"a": {}}', reason("missing", "/2", field="a.b"), ("a", "b"), None),
        ('{"a/b": null}', reason("null", "/2/a~1b", field="/a~1b"), ("a/b",), "null"),
        ('"x"', reason("format", "/2", field="@value"), (), '"x"'),
    ],
)
def test_the_value_that_a_reason_is_about(
    tmp_path: Path, record: str, found: dict[str, Any], way: tuple[str, ...], current: str | None
) -> None:
    path = tmp_path / "rejects.ndjson"
    path.write_text(line(record, found))
    (told,) = rejected_values(path)
    assert (told.way, told.current, told.fixed) == (way, current, None)
    assert told.where == "people.json:4 /2"
    mend(path, {(1, way): '"new"'})
    assert rejected_values(path)[0].current == '"new"'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (line("null", reason("format", "/2/email"), truncated=True), "cut"),
        (line("null", rows=[], reasons=[reason("bad_json", "/2")]), "could not be read"),
        (line('{"id": 1}', reason("duplicate", "/2", field=None, column=None)), "no single value"),
        (line('{"id": 1}'), "another row"),
        (line('{"id": 1}', reason("orphan", "/2", field="@key")), "no single value"),
    ],
)
def test_what_cannot_be_mended_says_why(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "rejects.ndjson"
    path.write_text(text)
    assert why in str(rejected_values(path)[0].fixed)


def test_only_what_is_mended_changes_and_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "rejects.ndjson"
    other = line('{"email":   "kept as it is", "n": 1.000}', reason("format", "/3/email"), place=3)
    path.write_text(
        line('{"email": 7, "n": 12345678901234567890.10, "u": "\\u00e9"}', reason("x", "/2/email")) + other
    )
    assert mend(path, {(1, ("email",)): "a@x.org"}) == 1
    assert path.read_text().splitlines()[1] == other.rstrip("\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    records = read_mended(path, MAPPING).contents["input"].records
    first, second = (record.value for record in records)
    assert first == {
        "email": "a@x.org",
        "n": Number("12345678901234567890.10"),
        "u": "\N{LATIN SMALL LETTER E WITH ACUTE}",
    }
    assert isinstance(second, dict)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12.50", Number("12.50")),
        ('"12.50"', "12.50"),
        ("null", None),
        ("true", True),
        ("a@x.org", "a@x.org"),
        ("12,50", "12,50"),
        ("2024-01-02", "2024-01-02"),
        ('{"a": [1]}', {"a": [Number("1")]}),
        ("", ""),
    ],
)
def test_what_is_typed_is_json_or_a_text(typed: str, value: object) -> None:
    assert value_of(typed) == value


@pytest.mark.parametrize("content", ["", "nothing\n", "[1]\n", '{"record": 1}\n'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other"
    path.write_text(content)
    if content:
        with pytest.raises(RefeedUnreadableError):
            rejected_values(path)
    with pytest.raises(RefeedUnreadableError):
        mend(path, {(1, ()): "1"})
    with pytest.raises(RefeedUnreadableError):
        rejected_values(tmp_path / "gone")
