"""Whatever the characters, digits and nesting: what goes in through COPY comes out equal."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.transfer.loading.copytext import copy_line

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NASTY = ["\\N", "\\D", "\\.", "\t", "\n", "\r\n", "\\", "\\\\N", "", " ", "NULL", "\x7f", "\u2028", "a\vb"]
nasty = st.sampled_from(NASTY)
cells = st.none() | nasty | texts
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
arrays = st.none() | st.lists(cells, max_size=4)
rows = st.fixed_dictionaries({"t": cells, "n": st.none() | numbers, "j": st.none() | documents, "a": arrays})


@pytest.fixture
def table(importer: Importer) -> Importer:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, t text, n numeric, j jsonb, a text[])")
    return importer


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, min_size=1, max_size=20))
def test_every_value_comes_back_equal(table: Importer, values: list[dict[str, Any]]) -> None:
    table.make("TRUNCATE t")
    records = [{"id": number, **value} for number, value in enumerate(values)]
    columns = {name: name for name in ("id", "t", "n", "j", "a")}
    report = table.load(records, {"t": {"rows": "/*", "columns": columns}})
    assert (report.outcome, report.tables[0].altered) == ("loaded", 0)
    stored = table.stored("SELECT t, n, j #>> '{}', j IS NULL, a FROM t ORDER BY id")
    for value, (word, number, document, no_document, array) in zip(values, stored, strict=True):
        assert (word, number, array) == (value["t"], value["n"], value["a"])
        assert no_document == (value["j"] is None)
        if isinstance(value["j"], str):
            assert document == value["j"]
        elif value["j"] is not None:
            assert json.loads(document, parse_float=Decimal) == value["j"]


def test_null_default_and_their_look_alikes_differ() -> None:
    assert copy_line([None, "\\N", "\\D", "\\.", "a\tb\nc\\"]) == "\\N\t\\\\N\t\\\\D\t\\\\.\ta\\tb\\nc\\\\\n"


def test_numbers_of_any_length_are_exact(table: Importer, tmp_path: Path) -> None:
    number = "1234567890" * 5 + "." + "0" * 20 + "1"
    path = tmp_path / "x.json"
    path.write_text(f'[{{"id": 1, "n": {number}, "j": 1e400}}]')
    table.load(path, {"t": {"rows": "/*", "columns": {"id": "id", "n": "n", "j": "j"}}})
    assert table.stored("SELECT n::text, length(j::text) FROM t") == [(number, 401)]
