"""One column of each type: what is stored, in the server's own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.transfer import Importer

from toolkit.transfer import LoadReport
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


REFUSED: list[tuple[str, str, str]] = [
    ("mood[]", '["angry"]', "not_listed"),
    ("short[]", '["toolong"]', "check"),
    ("positive", "-1", "check"),
    ("positive", "1.5", "not_whole"),
    ("interval", '"soon"', "server_type"),
    ("bytea", '"\\\\xg"', "server_type"),
    ("point", "[1, 2]", "wrong_type"),
]


def load(importer: Importer, folder: Path, cases: list[tuple[str, str, str]]) -> LoadReport:
    """One row with all the values, and one with null for each."""
    columns = ", ".join(f"v{n} {type_name}" for n, (type_name, _, _) in enumerate(cases))
    importer.make(
        "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN short AS text CHECK (length(VALUE) < 4);"
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
        f"CREATE TABLE t (id int PRIMARY KEY, {columns})"
    )
    members = ", ".join(f'"v{n}": {value}' for n, (_, value, _) in enumerate(cases))
    nulls = ", ".join(f'"v{n}": null' for n in range(len(cases)))
    path = folder / "x.json"
    path.write_text(f'[{{"id": 1, {members}}}, {{"id": 2, {nulls}}}]')
    names = ["id", *(f"v{n}" for n in range(len(cases)))]
    return importer.load(path, {"t": {"rows": "/*", "columns": {name: name for name in names}}})


def test_stored(importer: Importer, tmp_path: Path) -> None:
    report = load(importer, tmp_path, TYPES)
    assert (report.outcome, report.rejects, report.tables[0].altered) == ("loaded", (), 0)
    texts = ", ".join(f"v{n}::text" for n in range(len(TYPES)))
    with importer.engine.connect() as connection:
        connection.exec_driver_sql("SET TimeZone TO 'UTC'")
        stored, nulls = connection.exec_driver_sql(f"SELECT {texts} FROM t ORDER BY id").all()
    assert list(zip((case[0] for case in TYPES), stored, strict=True)) == [
        (case[0], case[2]) for case in TYPES
    ]
    assert set(nulls) == {None}


def test_refused(importer: Importer, tmp_path: Path) -> None:
    report = load(importer, tmp_path, REFUSED)
    told = sorted((str(reject.column), reject.code) for reject in report.rejects)
    assert told == [(f"v{n}", code) for n, (_, _, code) in enumerate(REFUSED)]
    assert importer.stored("SELECT count(*) FROM t") == [(0,)]


def test_a_type_the_server_cannot_judge_is_no_crash(importer: Importer, tmp_path: Path) -> None:
    """The embedded server is built without XML, so that even asking about a value fails."""
    with pytest.raises(LoadRefusedByServerError, match="0A000"):
        load(importer, tmp_path, [("xml", '"<a/>"', "")])
