"""Every coercion: what a value becomes, exactly, or the code of the reason why it becomes nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.transfer.mapping.model import ColumnRule
from toolkit.transfer.sources.exact_json import ExactDecoder
from toolkit.transfer.sources.record import Number
from toolkit.transfer.target.table import TargetType
from toolkit.transfer.values.coerce import coercion_for
from toolkit.transfer.values.unfit import UnfitError


def kind(name: str) -> TargetType:
    """`varchar(3)`, `numeric(6,2)`, `timestamp(3)`, `int4[]`, or a plain name."""
    if name.endswith("[]"):
        return TargetType(name, "_array", element=kind(name[:-2]))
    base, _, inside = name.rstrip(")").partition("(")
    modifier = -1
    if base in ("varchar", "bpchar"):
        modifier = int(inside) + 4 if inside else -1
    elif base == "numeric" and inside:
        precision, scale = map(int, inside.split(","))
        modifier = ((precision << 16) | (scale & 0x7FF)) + 4
    elif inside:
        modifier = int(inside)
    return TargetType(name, base, modifier)


def outcome(type_name: str, value: str, **rule: Any) -> str:
    """The text a JSON value becomes in a column of that type, or `!` and the code."""
    column = ColumnRule.model_validate({"from": "x", **rule})
    decoded, _, flaws = ExactDecoder().decode(value, 0)
    assert not flaws
    try:
        return coercion_for(kind(type_name), column)(decoded)
    except UnfitError as error:
        return f"!{error.code}"


INTEGERS = [
    ("int4", "1", "1"),
    ("int4", "-0", "0"),
    ("int4", "1.0", "1"),
    ("int4", "1e2", "100"),
    ("int4", "1.5", "!not_whole"),
    ("int4", "0e999999", "0"),
    ("int4", "1e999999999", "!range"),
    ("int4", "1e99999999999999999999", "!range"),
    ("int4", "2147483647", "2147483647"),
    ("int4", "2147483648", "!range"),
    ("int2", "-32768", "-32768"),
    ("int2", "-32769", "!range"),
    ("int8", "9223372036854775807", "9223372036854775807"),
    ("int8", "9223372036854775808", "!range"),
    ("int8", "9007199254740993", "9007199254740993"),
    ("int8", "9" * 5000, "!range"),
    ("int4", '"7"', "!wrong_type"),
    ("int4", "true", "!wrong_type"),
    ("int4", "[1]", "!wrong_type"),
    ("int4", "{}", "!wrong_type"),
]
DECIMALS = [
    ("numeric", "0.1", "0.1"),
    ("numeric", "1.50", "1.50"),
    ("numeric", "123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
    ("numeric", "1e400", "1E+400"),
    ("numeric", "1e-400", "1E-400"),
    ("numeric", "1e200000", "!range"),
    ("numeric", "1e-20000", "!range"),
    ("numeric(6,2)", "1.23", "1.23"),
    ("numeric(6,2)", "1.2300", "1.2300"),
    ("numeric(6,2)", "1.239", "!scale"),
    ("numeric(6,2)", "9999.99", "9999.99"),
    ("numeric(6,2)", "10000", "!range"),
    ("numeric(3,-2)", "12300", "12300"),
    ("numeric(3,-2)", "12350", "!scale"),
    ("numeric(2,4)", "0.0099", "0.0099"),
    ("numeric(2,4)", "0.01", "!range"),
    ("numeric", '"1"', "!wrong_type"),
]
FLOATS = [
    ("float8", "0.1", "0.1"),
    ("float8", "1e400", "!range"),
    ("float8", "1e-400", "!range"),
    ("float8", "0.12345678901234567890", "!precision"),
    ("float8", "9007199254740993", "!precision"),
    ("float4", "0.1", "0.1"),
    ("float4", "16777217", "!precision"),
    ("float4", "1e39", "!range"),
]
TEXTS = [
    ("text", '""', ""),
    ("text", r'"a\tb\\N"', "a\tb\\N"),
    ("text", r'"nul \u0000"', "!nul"),
    ("text", r'"half \ud83d"', "!surrogate"),
    ("text", r'"whole \ud83d\ude00"', "whole 😀"),
    ("text", "1", "!wrong_type"),
    ("text", "true", "!wrong_type"),
    ("text", "[]", "!wrong_type"),
    ("varchar(3)", '"äöü"', "äöü"),
    ("varchar(3)", '"abcd"', "!too_long"),
    ("varchar(3)", '"ab  "', "!too_long"),
    ("bpchar(2)", '"ab"', "ab"),
]
WORDS = [
    ("bool", "true", "true"),
    ("bool", "1", "!wrong_type"),
    ("bool", '"true"', "!wrong_type"),
    ("uuid", '"94D94FC6-8B8E-430C-A9CD-CA7DED37AC28"', "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"),
    ("uuid", '"{94d94fc68b8e430ca9cdca7ded37ac28}"', "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"),
    ("uuid", '"urn:uuid:94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"', "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"),
    ("uuid", '"507f1f77bcf86cd799439011"', "!not_a_uuid"),
    ("uuid", '""', "!not_a_uuid"),
    ("uuid", "7", "!wrong_type"),
]
MOMENTS = [
    ("timestamptz", '"2024-02-29T12:00:00Z"', "2024-02-29 12:00:00+00:00"),
    ("timestamptz", '"2024-02-29 12:00+05:30"', "2024-02-29 06:30:00+00:00"),
    ("timestamptz", '"2024-02-29T12:00:00.123456000Z"', "2024-02-29 12:00:00.123456+00:00"),
    ("timestamptz", '"2024-02-29T12:00:00.1234567Z"', "!precision"),
    ("timestamptz(3)", '"2024-02-29T12:00:00.1234Z"', "!precision"),
    ("timestamptz", '"2024-02-29T12:00:00"', "!no_zone"),
    ("timestamptz", '"2023-02-29T12:00:00Z"', "!format"),
    ("timestamptz", '"0000-00-00T00:00:00Z"', "!format"),
    ("timestamptz", '"2016-12-31T23:59:60Z"', "2017-01-01 00:00:00+00:00"),
    ("timestamptz", '"2016-12-31T24:00:00Z"', "2017-01-01 00:00:00+00:00"),
    ("timestamptz", '"2016-12-31T24:00:01Z"', "!format"),
    ("timestamptz", '"infinity"', "infinity"),
    ("timestamptz", '"-infinity"', "-infinity"),
    ("timestamptz", '"0044-03-15T12:00:00Z BC"', "0044-03-15 12:00:00Z BC"),
    ("timestamptz", '"+012024-02-29T12:00:00Z"', "012024-02-29 12:00:00Z"),
    ("timestamptz", '"+012023-02-29T12:00:00Z"', "!format"),
    ("timestamptz", '"+294277-01-01T00:00:00Z"', "!range"),
    ("timestamptz", '"12024-02-29T12:00:00"', "!no_zone"),
    ("timestamp", '"12024-02-29T12:00:00"', "12024-02-29 12:00:00"),
    ("timestamp", '"12024-02-29T12:00:00Z"', "!has_zone"),
    ("date", '"infinity"', "infinity"),
    ("date", '"0001-01-01 BC"', "0001-01-01 BC"),
    ("date", '"0000-01-01"', "!format"),
    ("date", '"4714-11-24 BC"', "!range"),
    ("date", '"12024-02-30"', "!format"),
    ("timestamptz", '"05/06/2024"', "!format"),
    ("timestamptz", "1714521600", "!wrong_type"),
    ("timestamp", '"2024-02-29T12:00:00"', "2024-02-29 12:00:00"),
    ("timestamp", '"2024-02-29T12:00:00Z"', "!has_zone"),
    ("date", '"2024-02-29"', "2024-02-29"),
    ("date", '"2024-02-29T00:00:00Z"', "!format"),
    ("date", '"20240229"', "!format"),
    ("date", '"1996-5-30"', "!format"),
    ("time", '"23:59:59.5"', "23:59:59.500000"),
    ("time", '"24:00:00"', "24:00:00"),
    ("time", '"24:00:01"', "!format"),
    ("time", '"12:59:60"', "13:00:00"),
    ("time", '"23:59:60"', "24:00:00"),
]
NESTED = [
    ("jsonb", '{"a": [1.50, null, "x"]}', '{"a": [1.50, null, "x"]}'),
    ("jsonb", "12345678901234567890.10", "12345678901234567890.10"),
    ("jsonb", r'{"a": {"b\u0000": 1}}', "!nul"),
    ("jsonb", "1e999999", "!range"),
    ("jsonb", "[" * 300 + "]" * 300, "!too_deep"),
    ("int4[]", "[1, null, 2]", '{"1",NULL,"2"}'),
    ("text[]", r'["a\"b", "c\\d", "", "NULL"]', r'{"a\"b","c\\d","","NULL"}'),
    ("int4[]", '[1, "x"]', "!wrong_type"),
    ("int4[]", "[]", "{}"),
    ("int4[]", "[[1, 2], [3, null]]", '{{"1","2"},{"3",NULL}}'),
    ("int4[]", "[[1, 2], [3]]", "!ragged"),
    ("int4[]", "[[1, 2], 3]", "!ragged"),
    ("int4[]", "[[1], null]", "!ragged"),
    ("int4[]", "[[]]", "!ragged"),
    ("int4[]", "1", "!wrong_type"),
]


@pytest.mark.parametrize(
    ("type_name", "value", "wanted"), [*INTEGERS, *DECIMALS, *FLOATS, *TEXTS, *WORDS, *MOMENTS, *NESTED]
)
def test_strict(type_name: str, value: str, wanted: str) -> None:
    assert outcome(type_name, value) == wanted


DECLARED: list[tuple[str, str, dict[str, Any], str]] = [
    ("int4", '"7"', {"as": "int"}, "7"),
    ("int4", '" 7"', {"as": "int"}, "!not_a_number"),
    ("int4", r'"\u0661"', {"as": "int"}, "!not_a_number"),
    ("int4", '"1_000"', {"as": "int"}, "!not_a_number"),
    ("int4", '"1.0"', {"as": "int"}, "!not_a_number"),
    ("numeric", '"81.1496"', {"as": "decimal"}, "81.1496"),
    ("numeric", '"1,5"', {"as": "decimal"}, "!not_a_number"),
    ("numeric", '"NaN"', {"as": "decimal"}, "!not_a_number"),
    ("float8", "0.12345678901234567890", {"as": "float"}, "0.12345678901234567890"),
    ("text", "1.50", {"as": "text"}, "1.50"),
    ("text", "true", {"as": "text"}, "true"),
    ("bool", '"Yes"', {"as": "bool"}, "true"),
    ("bool", "0", {"as": "bool"}, "false"),
    ("bool", "2", {"as": "bool"}, "!not_listed"),
    ("bool", '"Yes"', {"true": ["Y"], "false": ["N"]}, "!not_listed"),
    ("bool", '"Y"', {"true": ["Y"], "false": ["N"]}, "true"),
    ("timestamptz", "1714521600000", {"as": "epoch-ms"}, "2024-05-01 00:00:00+00:00"),
    ("timestamptz", "-1", {"as": "epoch-s"}, "1969-12-31 23:59:59+00:00"),
    ("timestamptz", "1714521600.5", {"as": "epoch-s"}, "2024-05-01 00:00:00.500000+00:00"),
    ("timestamptz", "1714521600", {"as": "epoch-ms"}, "1970-01-20 20:15:21.600000+00:00"),
    ("timestamptz", "1714521600000", {"as": "epoch-s"}, "!implausible"),
    ("timestamptz", "0.0000001", {"as": "epoch-s"}, "!precision"),
    ("timestamptz", "1e999999999", {"as": "epoch-s"}, "!implausible"),
    ("timestamptz", '"1714521600000"', {"as": "epoch-ms"}, "!wrong_type"),
    ("timestamp", "1714521600000", {"as": "epoch-ms", "to_zone": "Europe/Berlin"}, "2024-05-01 02:00:00"),
    ("timestamptz", '"2024-05-01T00:00:00"', {"zone": "Europe/Berlin"}, "2024-04-30 22:00:00+00:00"),
    ("timestamptz", '"2024-03-31T02:30:00"', {"zone": "Europe/Berlin"}, "!nonexistent_time"),
    ("timestamptz", '"2024-10-27T02:30:00"', {"zone": "Europe/Berlin"}, "!ambiguous_time"),
    ("timestamptz", '"2024-10-27T02:30:00+01:00"', {"zone": "Europe/Berlin"}, "2024-10-27 01:30:00+00:00"),
    ("timestamptz", '"01.05.2024"', {"formats": ["%d.%m.%Y"], "zone": "UTC"}, "2024-05-01 00:00:00+00:00"),
    ("date", '"30.05.1996"', {"as": "date", "formats": ["iso", "%d.%m.%Y"]}, "1996-05-30"),
    ("jsonb", "[1]", {"as": "json"}, "[1]"),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "value", "rule", "wanted"), DECLARED)
def test_declared(type_name: str, value: str, rule: dict[str, Any], wanted: str) -> None:
    assert outcome(type_name, value, **rule) == wanted


@pytest.mark.parametrize(
    ("type_name", "form"),
    [
        ("int4", "uuid"),
        ("uuid", "int"),
        ("date", "epoch-ms"),
        ("timestamp", "epoch-ms"),
        ("text", "date"),
        ("time", "text"),
    ],
)
def test_a_form_that_makes_no_such_type_is_a_mistake_of_the_mapping(type_name: str, form: str) -> None:
    with pytest.raises(ValueError, match=f'as = "{form}"'):
        outcome(type_name, "1", **{"as": form})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_numeric_is_exact(number: Decimal) -> None:
    assert Decimal(coercion_for(kind("numeric"), ColumnRule(path="x"))(Number(str(number)))) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_as_python_writes_it_is_kept(number: float) -> None:
    assert float(outcome("float8", json.dumps(number))) == number
