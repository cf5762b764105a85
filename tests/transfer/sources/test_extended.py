"""MongoDB extended JSON: each wrapped value as a plain one, and what has none."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import Number, SourceRecord

TOP: frozenset[tuple[str, ...]] = frozenset({()})


def read(text: str) -> tuple[SourceRecord, ...]:
    return read_source(FileSource("x.json", text.encode()), TOP, "mongo").records


VALUES: list[tuple[str, Any]] = [
    ('{"$oid": "507F1F77bcf86cd799439011"}', "507f1f77bcf86cd799439011"),
    ('{"$date": "2024-05-01T12:00:00Z"}', "2024-05-01T12:00:00Z"),
    ('{"$date": {"$numberLong": "1714564800123"}}', "2024-05-01T12:00:00.123+00:00"),
    ('{"$date": -1}', "1969-12-31T23:59:59.999+00:00"),
    ('{"$numberInt": "-7"}', Number("-7")),
    ('{"$numberLong": "9223372036854775807"}', Number("9223372036854775807")),
    ('{"$numberLong": 7}', Number("7")),
    ('{"$numberDouble": "1.5"}', Number("1.5")),
    ('{"$numberDecimal": "1.50"}', Number("1.50")),
    ('{"$uuid": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}', "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ('{"$binary": {"base64": "AP8=", "subType": "00"}}', "AP8="),
    ('{"$binary": "AP8=", "$type": "00"}', "AP8="),
    ('{"$binary": {"base64": "a6e4EJ2tEdGAtADAT9QwyA==", "subType": "04"}}',
     "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ('{"$symbol": "s"}', "s"),
    ('{"a": [{"$numberInt": "1"}], "b$": 2}', {"a": [Number("1")], "b$": Number("2")}),
    ("{}", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), VALUES)
def test_a_wrapped_value_becomes_plain(text: str, wanted: Any) -> None:
    (record,) = read(f'{{"_id": 1, "v": {text}}}')
    assert record.flaws == ()
    assert record.value == {"_id": Number("1"), "v": wanted}


@pytest.mark.parametrize(
    "text",
    [
        '{"$oid": "xyz"}',
        '{"$oid": 7}',
        '{"$date": {"$numberLong": "x"}}',
        '{"$date": {"$numberLong": "99999999999999999"}}',
        '{"$numberDouble": "NaN"}',
        '{"$numberInt": "one"}',
        '{"$binary": {"base64": "?", "subType": "00"}}',
        '{"$minKey": 1}',
        '{"$regularExpression": {"pattern": "a", "options": ""}}',
        '{"$timestamp": {"t": 1, "i": 1}}',
        '{"$oid": "507f1f77bcf86cd799439011", "more": 1}',
    ],
)
def test_what_has_no_plain_form_is_a_flaw_of_its_record(text: str) -> None:
    records = read(f'[{{"v": {text}}}, {{"v": 1}}]')
    assert [[flaw.code for flaw in record.flaws] for record in records] == [["extended_json"], []]
    assert records[0].flaws[0].field == "v"


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"a": 2}]', '{"a": 1}\n{"a": 2}\n', '{"a":\n1}\n{"a":\n2}\n', '{"a": 1}{"a": 2}']
)
def test_arrays_lines_and_pretty_printed_values_are_read(text: str) -> None:
    assert [record.value for record in read(text)] == [{"a": Number("1")}, {"a": Number("2")}]
