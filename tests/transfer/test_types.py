"""One column of each type: what is stored, in the server's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.transfer.errors import LoadRefusedByServerError

TYPES: list[tuple[str, str, str]] = [
    ("smallint", "-5", "-5"),
    ("bigint", "9007199254740993", "9007199254740993"),
    ("numeric(8,3)", "1.5", "1.500"),
    ("real", "0.1", "0.1"),
    ("double precision", "1e300", "1e+300"),
    ("boolean", "false", "false"),
    ("text", '"\\\\N\\t\\u00e9"', "\\N\té"),
    ("varchar(3)", '"äöü"', "äöü"),
    ("char(4)", '"ab"', "ab"),
    ("uuid", '"94D94FC68B8E430CA9CDCA7DED37AC28"', "94d94fc6-8b8e-430c-a9cd-ca7ded37ac28"),
    ("date", '"2024-02-29"', "2024-02-29"),
    ("time", '"12:30:01.5"', "12:30:01.5"),
    ("timestamp(3)", '"2024-02-29T12:30:00.125"', "2024-02-29 12:30:00.125"),
    ("timestamptz", '"2024-02-29T12:30:00+02:00"', "2024-02-29 10:30:00+00"),
    ("json", '{"b": 1.0, "a": [null]}', '{"b": 1.0, "a": [null]}'),
    ("jsonb", '{"b": 1.0, "a": "\\u00e9"}', '{"a": "é", "b": 1.0}'),
    ("mood", '"sad"', "sad"),
    ("mood[]", '["sad", null]', "{sad,NULL}"),
    ("numeric(4,1)[]", "[1.5]", "{1.5}"),
    ("short", '"abc"', "abc"),
    ("positive", "7", "7"),
    ("inet", '"10.0.0.1/8"', "10.0.0.1/8"),
    ("interval", '"1 day 2 hours"', "1 day 02:00:00"),
    ("bytea", '"\\\\xdeadbeef"', "\\xdeadbeef"),
    ("int4range", '"[1,5)"', "[1,5)"),
    ("point", '"(1,2)"', "(1,2)"),
    ("short[]", '["abc"]', "{abc}"),
]


def load(importer: Importer, folder: Path, type_name: str, value: str) -> Any:
    importer.make(
        "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN short AS text CHECK (length(VALUE) < 4);"
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
        f"CREATE TABLE t (id int PRIMARY KEY, v {type_name})"
    )
    path = folder / "x.json"
    path.write_text(f'[{{"id": 1, "v": {value}}}, {{"id": 2, "v": null}}]')
    return importer.load(path, {"t": {"rows": "/*", "columns": {"id": "id", "v": "v"}}})


@pytest.mark.parametrize(("type_name", "value", "wanted"), TYPES)
def test_stored(importer: Importer, tmp_path: Path, type_name: str, value: str, wanted: str) -> None:
    report = load(importer, tmp_path, type_name, value)
    assert (report.outcome, report.rejects) == ("loaded", ())
    assert report.tables[0].altered == 0
    with importer.engine.connect() as connection:
        connection.exec_driver_sql("SET TimeZone TO 'UTC'")
        stored = connection.exec_driver_sql("SELECT v::text FROM t ORDER BY id").scalars().all()
    assert list(stored) == [wanted, None]


@pytest.mark.parametrize(
    ("type_name", "value", "code"),
    [
        ("mood[]", '["angry"]', "not_listed"),
        ("short[]", '["toolong"]', "server_type"),
        ("positive", "-1", "server_type"),
        ("positive", "1.5", "not_whole"),
        ("interval", '"soon"', "server_type"),
        ("bytea", '"\\\\xg"', "server_type"),
        ("point", "[1, 2]", "wrong_type"),
    ],
)
def test_refused(importer: Importer, tmp_path: Path, type_name: str, value: str, code: str) -> None:
    report = load(importer, tmp_path, type_name, value)
    assert [(reject.code, reject.ordinal) for reject in report.rejects] == [(code, 1)]
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]


def test_a_type_the_server_cannot_judge_is_no_crash(importer: Importer, tmp_path: Path) -> None:
    """The embedded server is built without XML, so that even asking about a value fails."""
    with pytest.raises(LoadRefusedByServerError, match="0A000"):
        load(importer, tmp_path, "xml", '"<a/>"')
