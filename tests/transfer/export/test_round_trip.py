"""Export, import into an empty database of the same schema, export again: the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.exporting import Pair

from toolkit.database import Database
from toolkit.transfer import load
from toolkit.transfer.export import Order, export
from toolkit.transfer.export.report import Form

HERE = Path(__file__).parent
SCHEMA = (HERE / "every_type.sql").read_text(encoding="utf-8")
ROWS = (HERE / "every_type_rows.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize(("form", "to"), [("document", "all.json"), ("ndjson", "folder")])
def test_every_type_comes_back(pair: Pair, tmp_path: Path, form: Form, to: str) -> None:
    pair.make(SCHEMA, ROWS)
    mapping = tmp_path / to / "mapping.toml" if form == "ndjson" else tmp_path / "there" / "mapping.toml"
    given = None if form == "ndjson" else mapping
    report = export(Database.at(pair.full), Order(form=form), tmp_path / to, mapping=given)
    assert [(each.table, each.reason) for each in report.left_out] == [
        ("public.alembic_version", "it holds the revision of the schema, no data")
    ]
    assert report.mapping == str(mapping)
    loaded = load(mapping=mapping, database=Database.at(pair.empty))
    assert loaded.outcome == "loaded", [reject.sentence for reject in loaded.rejects]
    assert {table.altered for table in loaded.tables} <= {0, None}
    assert sum(table.inserted for table in loaded.tables) == report.rows > 20
    before = pair.exported()
    assert pair.exported(empty=True) == before
    if form == "document":
        assert (tmp_path / to).read_bytes() == before


def test_json_says_what_json_can_say(pair: Pair) -> None:
    pair.make(
        "CREATE TABLE t (id int PRIMARY KEY, n numeric, f float8, b bool, a int[], j jsonb, k json,"
        " at timestamptz)",
        "INSERT INTO t VALUES"
        "(2, 1.10, 0.1, true, '{1,NULL}', '{\"a\": [1.50]}', '[1, 2]', '2026-01-01 00:00Z'),"
        "(1, 'NaN', 'Infinity', NULL, '{{1},{2}}', 'null', NULL, 'infinity')",
    )
    assert pair.exported() == (
        b'{\n"t": [\n'
        b'{"id": 1, "n": "NaN", "f": "Infinity", "b": null, "a": "{{1},{2}}", "j": "null", "k": null,'
        b' "at": "infinity"},\n'
        b'{"id": 2, "n": 1.10, "f": 0.1, "b": true, "a": [1,null], "j": {"a": [1.50]}, "k": "[1, 2]",'
        b' "at": "2026-01-01 00:00:00+00"}\n]\n}\n'
    )
