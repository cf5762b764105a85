"""What is exported and where it goes: tables, one owner's rows, masks, files, refusals."""

from __future__ import annotations

import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from fixtures.exporting import Pair
from fixtures.many_commands import execute

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import Database, DatabaseUrl
from toolkit.errors import NeonkitError
from toolkit.events import Progress
from toolkit.models.ownership import OwnershipRules
from toolkit.secret import Secret
from toolkit.transfer import load
from toolkit.transfer.export import ExportReport, Order, export
from toolkit.transfer.export.errors import ExportOrderError, ExportRefusedError
from toolkit.transfer.into.errors import NoSuchTableError

SHOP = """
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, api_token text);
CREATE TABLE notes (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, body text);
CREATE TABLE lines (note_id int REFERENCES notes, n int, PRIMARY KEY (note_id, n));
CREATE TABLE countries (code char(2) PRIMARY KEY);
"""
ROWS = """
INSERT INTO users VALUES (1, 'a@x', 's3cr3t'), (2, 'b@x', NULL);
INSERT INTO notes VALUES (12, 1, 'mine'), (11, 2, 'his'), (10, 1, NULL);
INSERT INTO lines VALUES (12, 1), (11, 1), (10, 2), (10, 1);
INSERT INTO countries VALUES ('DE');
"""


@pytest.fixture
def shop(database_url: DatabaseUrl) -> Database:
    execute(database_url, SHOP, ROWS)
    return Database.at(database_url)


def document(database: Database, **order: Any) -> tuple[dict[str, Any], ExportReport]:
    out = io.BytesIO()
    report = export(database, Order(**order), out)
    assert report.bytes == len(out.getvalue())
    return json.loads(out.getvalue()), report


def test_one_owners_rows(shop: Database) -> None:
    found, report = document(shop, owner="1", rules=OwnershipRules(owner_root="users"))
    assert found == {
        "lines": [{"note_id": 10, "n": 1}, {"note_id": 10, "n": 2}, {"note_id": 12, "n": 1}],
        "notes": [{"id": 10, "user_id": 1, "body": None}, {"id": 12, "user_id": 1, "body": "mine"}],
        "users": [{"id": 1, "email": "a@x", "api_token": "s3cr3t"}],
    }
    assert [(each.table, each.reason) for each in report.left_out] == [
        ("public.countries", "owner unclassified: no foreign key leads to an owner")
    ]


def test_an_owners_rows_come_back(pair: Pair, tmp_path: Path) -> None:
    pair.make(SHOP, ROWS)
    order = Order(owner="2", rules=OwnershipRules(owner_root="users"))
    export(Database.at(pair.full), order, tmp_path / "x.json", mapping=tmp_path / "m.toml")
    assert load(mapping=tmp_path / "m.toml", database=Database.at(pair.empty)).outcome == "loaded"
    assert pair.stored("SELECT * FROM notes") == [(11, 2, "his")]


def test_named_tables_in_their_order(shop: Database) -> None:
    found, report = document(shop, tables=("public.users", "countries", "users"))
    assert list(found) == ["users", "countries"]
    assert [(each.table, each.rows) for each in report.tables] == [
        ("public.users", 2),
        ("public.countries", 1),
    ]


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"tables": ("nothing",)}, "no table nothing"),
        ({"form": "ndjson"}, "lines of several tables"),
        ({"mask": ("emial",)}, "no column emial"),
        ({"owner": "3", "rules": OwnershipRules(owner_root="users")}, "no owner '3'"),
        ({"owner": "x", "rules": OwnershipRules(owner_root="users")}, "no value of the column"),
        (
            {"owner": "1", "tables": ("countries",), "rules": OwnershipRules(owner_root="users")},
            "no table in it",
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(shop: Database, order: dict[str, Any], says: str) -> None:
    with pytest.raises((ExportOrderError, NoSuchTableError), match=says):
        document(shop, **order)


@pytest.mark.parametrize("how", [{"mask": ("users.api_token",)}, {"mask_secrets": True}], ids=str)
def test_masks_hide_values_and_are_told(shop: Database, tmp_path: Path, how: dict[str, Any]) -> None:
    found, report = document(shop, tables=("users",), **how)
    assert [row["api_token"] for row in found["users"]] == ["***", None]
    assert report.tables[0].masked == ("api_token",)
    export(shop, Order(("users",), **how), tmp_path / "x.json", mapping=tmp_path / "m.toml")
    execute_on(shop, "TRUNCATE users CASCADE")
    assert load(mapping=tmp_path / "m.toml", database=shop).outcome == "loaded"
    assert document(shop, tables=("users",))[0]["users"][0]["api_token"] is None


def execute_on(database: Database, statement: str) -> None:
    from toolkit.database import Job

    execute(database.url(Job.DATA), statement)


def test_lines_of_several_tables_are_files_of_a_folder(shop: Database, tmp_path: Path) -> None:
    report = export(shop, Order(("users", "countries"), form="ndjson"), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "countries.ndjson", "mapping.toml", "users.ndjson",
    ]  # fmt: skip
    assert (tmp_path / "out" / "countries.ndjson").read_text() == '{"code": "DE"}\n'
    assert report.files == (str(tmp_path / "out/users.ndjson"), str(tmp_path / "out/countries.ndjson"))


def test_files_are_whole_private_and_never_replaced_unasked(shop: Database, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    export(shop, Order(("countries",)), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ExportOrderError, match="is there already"):
        export(shop, Order(("users",)), path)
    assert path.read_text() == '{\n"countries": [\n{"code": "DE"}\n]\n}\n'
    export(shop, Order(("users",)), path, overwrite=True)
    assert "a@x" in path.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_a_failure_leaves_no_file(shop: Database, tmp_path: Path) -> None:
    stop = CancelToken()
    stop.cancel("stopped")
    with pytest.raises(CancelledError):
        export(shop, Order(), tmp_path / "x.json", cancel=stop)
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportRefusedError):
        export(shop, Order(), tmp_path / "file" / "x.json")
    with pytest.raises(ExportOrderError, match="is a folder"):
        export(shop, Order(), tmp_path, overwrite=True)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportOrderError, match="no ordinary file"):
        export(shop, Order(), tmp_path / "pipe", overwrite=True)
    (tmp_path / "pipe").unlink()
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_run_that_is_stopped_in_the_middle_says_so(shop: Database, tmp_path: Path) -> None:
    execute_on(shop, "INSERT INTO notes SELECT n, 1, repeat('x', 100) FROM generate_series(100, 30000) AS n")
    stop = CancelToken()

    def heard(event: object) -> None:
        if isinstance(event, Progress):
            stop.cancel("enough")

    with pytest.raises(CancelledError):
        export(shop, Order(), tmp_path / "x.json", emit=heard, cancel=stop)
    assert list(tmp_path.iterdir()) == []


def test_policies_that_would_hide_rows_refuse_the_export(database_url: DatabaseUrl) -> None:
    role = f"reader_{database_url.database}"
    execute(
        database_url, SHOP, ROWS, "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        f"CREATE ROLE {role} LOGIN PASSWORD 'x'", f"GRANT SELECT ON users, notes TO {role}",
    )  # fmt: skip
    try:
        reader = Database.at(database_url.with_credentials(role, Secret("x")))
        assert document(reader, tables=("users",))[1].rows == 2
        for table in ("notes", "lines"):
            with pytest.raises(ExportRefusedError) as refused:
                document(reader, tables=(table,))
            assert refused.value.sqlstate == "42501"
            assert "owner of the tables" in (refused.value.hint or "")
    finally:
        execute(database_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_rows_come_from_one_moment(shop: Database, database_url: DatabaseUrl) -> None:
    class Busy(io.BytesIO):
        """Adds a row to a later table while the first is written."""

        def write(self, data: Any, /) -> int:
            if not self.getvalue():
                execute(database_url, "INSERT INTO users VALUES (9, 'late', NULL)")
            return super().write(data)

    out = Busy()
    export(shop, Order(("countries", "users")), out)
    assert len(json.loads(out.getvalue())["users"]) == 2


def test_a_database_without_tables(database_url: DatabaseUrl) -> None:
    with pytest.raises(NeonkitError, match="no table"):
        document(Database.at(database_url))
    with psycopg2.connect(**database_url.libpq_parameters()) as connection:
        assert connection.closed == 0
