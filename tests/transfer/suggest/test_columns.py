"""What is said of a column: judged over all values, undecided where it reads in two ways, no secret shown."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.transfer import load, parse_mapping
from toolkit.transfer.suggest import suggest
from toolkit.transfer.suggest.errors import NothingToSuggestError
from toolkit.transfer.suggest.target import tables_of_database, type_of
from toolkit.transfer.target.table import TargetColumn, TargetTable, UniqueRule

Rule = dict[str, Any] | str | None


def table(name: str = "things", /, **columns: str) -> TargetTable:
    """A table with `id` and these columns; `!` behind a type makes it required, `(a,b)` an enum."""
    made = {"id": TargetColumn("id", type_of("integer"), True, False, False, None)}
    for column, text in columns.items():
        kind = text.removesuffix("!")
        labels = kind.strip("()").split(",") if kind.startswith("(") else ()
        made[column] = TargetColumn(
            column, type_of("word" if labels else kind, labels), text.endswith("!"), False, False, None
        )
    return TargetTable("public", name, made, (UniqueRule("pk", ("id",), True, True),), (), (), False)


def rule_for(values: list[Any], kind: str, column: str = "v", field: str = "v") -> tuple[Rule, str]:
    """What is proposed for a column of this type and a field of these values, and the text of all of it."""
    records = [{"id": number, field: value} for number, value in enumerate(values)]
    text = suggest({"things": records}, {"public.things": table(**{column: kind})}).text
    mapping = tomllib.loads(text)
    parse_mapping(mapping)
    rule: Rule = mapping["table"]["things"]["columns"].get(column)
    return rule, text


CASES: dict[str, tuple[list[Any], str, Rule]] = {
    "text": (["a", ""], "text", "v"),
    "numbers as text": ([1, 2], "text", {"from": "v", "as": "text"}),
    "whole numbers": ([1, 2], "integer", "v"),
    "a fraction in the last row": ([1] * 500 + [1.5], "integer", None),
    "a word in the last row": ([1] * 500 + ["x"], "integer", None),
    "numbers written as text": (["1", "-2"], "bigint", {"from": "v", "as": "int"}),
    "decimals written as text": (["1.10", "2"], "numeric(6, 2)", {"from": "v", "as": "decimal"}),
    "floats written as text": (["1e3"], "double precision", {"from": "v", "as": "float"}),
    "decimals": ([1.25, 2], "numeric(6, 2)", "v"),
    "booleans": ([True, None], "boolean", "v"),
    "words for booleans": (["yes", "No"], "boolean", {"from": "v", "as": "bool"}),
    "zero and one": ([0, 1], "boolean", {"from": "v", "as": "bool"}),
    "two": ([0, 2], "boolean", None),
    "uuids": (["00000000-0000-0000-0000-000000000001"], "uuid", "v"),
    "uuids and a word": (["00000000-0000-0000-0000-000000000001", "x"], "uuid", None),
    "iso dates": (["2026-01-31"], "date", "v"),
    "german dates": (
        ["31.01.2026", "1.2.2026"], "date", {"from": "v", "as": "date", "formats": ["%d.%m.%Y"]}
    ),
    "day first by one date": (
        ["01/02/2026", "31/01/2026"], "date", {"from": "v", "as": "date", "formats": ["%d/%m/%Y"]}
    ),
    "day or month first": (["01/02/2026"], "date", None),
    "unset dates": (["2026-01-31", "", "0000-00-00"], "date", {"from": "v", "none": ["", "0000-00-00"]}),
    "moments with zone": (["2026-01-31T12:00:00Z"], "timestamp with time zone", "v"),
    "moments without zone": (["2026-01-31 12:00"], "timestamp without time zone", "v"),
    "milliseconds": ([1761868800000], "timestamp with time zone", {"from": "v", "as": "epoch-ms"}),
    "seconds": ([1761868800], "timestamp with time zone", {"from": "v", "as": "epoch-s"}),
    "seconds, 0 for unset": (
        [1761868800, 0], "timestamp with time zone", {"from": "v", "as": "epoch-s", "none": [0]}
    ),
    "years": ([2024, 2025], "timestamp with time zone", None),
    "mail dates": (
        ["Sat, 31 Jan 2026 12:00:00 +0100"],
        "timestamp with time zone",
        {"from": "v", "as": "datetime", "formats": ["%a, %d %b %Y %H:%M:%S %z"]},
    ),
    "times": (["12:30", "23:59:59"], "time", "v"),
    "objects": ([{"a": 1}], "jsonb", "v"),
    "lists": ([["a", "b"], []], "text[]", "v"),
    "lists of numbers for texts": ([[1]], "integer[]", "v"),
    "mixed lists": ([["a", 1]], "integer[]", None),
    "base64": (["3q2+7w=="], "bytea", {"from": "v", "as": "base64"}),
    "hex": (["deadbeef"], "bytea", {"from": "v", "as": "hex"}),
    "members": (["low", "high"], "(low,high)", "v"),
    "members in another case": (
        ["Low", "HIGH"], "(low,high)", {"from": "v", "enum": {"HIGH": "high", "Low": "low"}}
    ),
    "members with spaces around": (
        ["low", " Low", "low "], "(low,high)", {"from": "v", "trim": True, "case": "lower"}
    ),
    "members by meaning": (
        ["done", "open"], "(todo,completed)", {"from": "v", "enum": {"done": "completed", "open": "todo"}}
    ),
    "no members at all": (["x", "y"], "(todo,completed)", None),
    "null only": ([None, None], "text", "v"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_column(name: str) -> None:
    values, kind, wanted = CASES[name]
    rule, text = rule_for(values, kind)
    assert rule == wanted, text


NOTES: dict[str, tuple[list[Any], str, str]] = {
    "day or month first": (["01/02/2026"], "date", "%d/%m/%Y"),
    "no zone": (["2026-01-31 12:00"], "timestamp with time zone", "say which, zone ="),
    "too long": (["abcd"], "varchar(3)", "up to 4 characters where the column holds 3"),
    "too precise": ([1.239], "numeric(6, 2)", "3 digits after the point where the column holds 2"),
    "too large": ([2**40], "integer", "numbers beyond integer"),
    "null": (["a", None], "text!", "must have a value: give a default"),
    "a member that is none": (["low", "x"], "(low,high)", "decide what 'x' becomes: one of low, high"),
    "spaces around": ([" a"], "text", "1 begin or end with spaces"),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_is_doubtful_is_said(name: str) -> None:
    values, kind, says = NOTES[name]
    assert says in rule_for(values, kind)[1]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("created_at", "createdAt"), ("user_name", "UserName"), ("url", "URL"), ("html_url", "htmlURL"),
        ("tags", "tag"), ("category", "categories"), ("email", "e-mail"), ("zip", "postcode"),
        ("größe", "GRÖSSE"), ("description", "desc"), ("is_active", "active"), ("first_name", "first name"),
        ("lat", "latitude"),
    ],
)  # fmt: skip
def test_names_that_mean_the_same(column: str, field: str) -> None:
    rule, text = rule_for(["x"], "text", column, field)
    assert rule == field, text


@pytest.mark.parametrize(
    ("column", "field"),
    [("title", "price"), ("created_at", "updatedAt"), ("first_name", "lastName"), ("lat", "lng")],
)
def test_names_that_do_not(column: str, field: str) -> None:
    assert rule_for(["x"], "text", column, field)[0] is None


def test_nested_fields_and_names_with_dots() -> None:
    record = {"id": 1, "address": {"street": "S", "geo": {"lat": "1.5"}}, "home.page": "h", "extra": {"a": 1}}
    target = table(street="text", geo_lat="numeric", home_page="text", extra="jsonb")
    columns = tomllib.loads(suggest({"things": [record]}, {"public.things": target}).text)["table"]["things"][
        "columns"
    ]
    assert columns == {
        "id": "id",
        "street": "address.street",
        "geo_lat": {"from": "address.geo.lat", "as": "decimal"},
        "home_page": "/home.page",
        "extra": "extra",
    }


def test_what_sounds_secret_is_never_shown() -> None:
    record = {
        "id": 1,
        "password": "hunter2",
        "apiKey": "k-123",
        "user": {"accessToken": "t-456"},
        "pinCode": "9",
    }
    target = table(login_word="text", password="text", code="text")
    text = suggest({"things": [record]}, {"public.things": target}).text
    assert not [word for word in ("hunter2", "k-123", "t-456") if word in text]
    assert "***" in text
    renamed = rule_for(["t-456"], "text", "token_text", "apiToken")
    assert "t-456" not in renamed[1]


def test_a_check_that_lists_words_is_an_enum(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE things (id int PRIMARY KEY,"
        " state varchar(9) NOT NULL CHECK (state IN ('open', 'it''s')))"
    )
    records = [{"id": 1, "state": "Open"}, {"id": 2, "state": "it's"}]
    text = suggest({"things": records}, tables_of_database(importer.database)).text
    mapping = parse_mapping(tomllib.loads(text))
    assert load({"things": records}, mapping=mapping, database=importer.database).outcome == "loaded"
    assert importer.stored("SELECT state FROM things ORDER BY id") == [("open",), ("it's",)]


def test_checks_and_defaults_of_the_column_are_kept_to(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE things (id int PRIMARY KEY, email text CHECK (email = lower(btrim(email))),"
        " state text NOT NULL DEFAULT 'new')"
    )
    records = [{"id": 1, "email": " Ada@X ", "state": None}, {"id": 2, "email": "bo@x", "state": "old"}]
    text = suggest({"things": records}, tables_of_database(importer.database)).text
    mapping = parse_mapping(tomllib.loads(text))
    assert load({"things": records}, mapping=mapping, database=importer.database).outcome == "loaded"
    assert importer.stored("SELECT email, state FROM things ORDER BY id") == [
        ("ada@x", "new"),
        ("bo@x", "old"),
    ]


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=0, max_size=6)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | names
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["id", "v", "Name", "w.x", "@key", "/a", "", "tags", "é\n"]) | names
documents = st.dictionaries(
    names | st.just("things"), st.lists(st.dictionaries(fields, values, max_size=4), max_size=4), max_size=3
)


@settings(max_examples=60, deadline=None)
@given(documents | st.lists(st.dictionaries(fields, values, max_size=4), max_size=4))
def test_whatever_is_given_the_reader_accepts_what_is_proposed(content: Any) -> None:
    target = {
        "public.things": table(v="text", name="text", w="jsonb", tags="text[]"),
        "public.tags": table("tags", name="text"),
    }
    try:
        proposal = suggest(content, target)
    except NothingToSuggestError:
        return
    mapping = parse_mapping(tomllib.loads(proposal.text))
    assert set(mapping.tables) == {each.section for each in proposal.tables}
    assert suggest(content, target) == proposal


def test_large_members_are_read_element_by_element(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.transfer.suggest.survey._AT_ONCE", 2_000)
    records = [{"id": number, "v": "x" * 20} for number in range(200)] + [{"id": 200, "v": 1.5}]
    path = tmp_path / "x.json"
    path.write_text(
        json.dumps({"things": records, "others": {str(n): record for n, record in enumerate(records)}})
    )
    target = {"public.things": table(v="text"), "public.others": table("others", v="text")}
    mapping = tomllib.loads(suggest([path], target, home=tmp_path).text)["table"]
    assert {name: section["rows"] for name, section in mapping.items()} == {
        "things": "/things/*",
        "others": "/others/*",
    }
    assert mapping["things"]["columns"]["v"] == {"from": "v", "as": "text"}, "the last row counts"
