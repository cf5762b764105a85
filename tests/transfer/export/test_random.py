"""Random tables that refer to themselves and to each other in circles: nothing is lost on the way round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.exporting import Pair
from fixtures.many_commands import execute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.database import Database
from toolkit.sql.quoting import quote_identifier, quote_literal
from toolkit.transfer import load
from toolkit.transfer.export import Order, export

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
numbers = st.decimals(allow_nan=False, places=5).map(str) | st.just("NaN")
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "char(20)": texts,
    "numeric": numbers,
    "float8": st.floats().map(str),
    "boolean": st.booleans().map(str),
    "bytea": st.binary(max_size=6).map(lambda value: rf"\x{value.hex()}"),
    "timestamptz": st.datetimes().map(str) | st.sampled_from(["infinity", "0044-03-15 12:00 BC"]),
    "date": st.dates().map(str) | st.sampled_from(["-infinity", "5874897-01-01"]),
    "jsonb": documents.map(lambda value: __import__("json").dumps(value)).filter(
        lambda text: "\\u0000" not in text
    ),
    "text[]": st.lists(st.none() | texts, max_size=3),
    "int4range": st.sampled_from(["empty", "[1,5)", "(,3)"]),
}
columns = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=3).filter(
    lambda name: name not in ("id", "to")
)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@st.composite
def databases(draw: st.DrawFn) -> tuple[str, str, str]:
    """The DDL of some tables, the keys between them, and the rows to fill them with."""
    tables = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    ddl, keys, rows = [], [], []
    counts = {table: draw(st.integers(0, 4)) for table in tables}
    for table in tables:
        kinds = draw(st.dictionaries(columns, st.sampled_from(sorted(VALUES)), max_size=4))
        target, quoted = draw(st.sampled_from(tables)), quote_identifier(table)
        others = "".join(f", {quote_identifier(name)} {kind}" for name, kind in kinds.items())
        ddl.append(f'CREATE TABLE {quoted} (id int PRIMARY KEY, "to" int{others})')
        reference = f'FOREIGN KEY ("to") REFERENCES {quote_identifier(target)}'
        keys.append(f"ALTER TABLE {quoted} ADD {reference} {draw(st.sampled_from(['', 'DEFERRABLE']))}")
        records = []
        for number in range(counts[table]):
            to = draw(st.none() | st.integers(0, counts[target] - 1)) if counts[target] else None
            cells = [_literal(draw(st.none() | VALUES[kind])) for kind in kinds.values()]
            records.append(f"({', '.join([str(number), 'NULL' if to is None else str(to), *cells])})")
        rows += [f"INSERT INTO {quoted} VALUES {', '.join(records)}"] if records else []
    return "; ".join(ddl), "; ".join(keys), "; ".join(rows)


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(map(_literal, value)) + "]::text[]"
    return "NULL" if value is None else quote_literal(value)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(databases())
def test_there_and_back(
    pair: Pair, tmp_path_factory: pytest.TempPathFactory, database: tuple[str, str, str]
) -> None:
    folder: Path = tmp_path_factory.mktemp("export")
    for url in (pair.full, pair.empty):
        # The ledger goes, too: it knows files that were imported before.
        execute(url, "DROP SCHEMA public CASCADE", "DROP SCHEMA IF EXISTS neonkit_import CASCADE")
        execute(url, "CREATE SCHEMA public")
    tables, keys, rows = database
    pair.make(tables, rows or "SELECT")
    pair.make(keys)
    export(Database.at(pair.full), Order(), folder / "x.json", mapping=folder / "mapping.toml")
    report = load(mapping=folder / "mapping.toml", database=Database.at(pair.empty))
    assert report.outcome in ("loaded", "unchanged"), [reject.sentence for reject in report.rejects]
    assert pair.exported(empty=True) == (folder / "x.json").read_bytes()
