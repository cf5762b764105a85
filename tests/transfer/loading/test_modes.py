"""Rows that are in the table already: what each mode does to them, and that equal ones are not touched."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.database import Database, DatabaseUrl
from toolkit.secret import Secret
from toolkit.transfer import LoadReport

DDL = """
CREATE TABLE t (id int PRIMARY KEY, n int, note text DEFAULT 'none', kept text DEFAULT 'mine');
INSERT INTO t VALUES (1, 10, 'one', 'theirs'), (2, 20, 'two', 'theirs'), (3, 30, 'none', 'mine')
"""
ROWS: list[dict[str, Any]] = [
    {"id": 1, "n": 10, "note": "one"},
    {"id": 2, "n": 99, "note": None},
    {"id": 3, "n": 30},
    {"id": 4, "n": 40, "note": "four"},
]
COLUMNS = {"rows": "/*", "columns": {"id": "id", "n": "n", "note": "note"}}
FIRST = (1, 10, "one", "theirs")
FOURTH = (4, 40, "four", "mine")
MODES: list[tuple[str, tuple[int, int, int, int], list[tuple[Any, ...]]]] = [
    ("skip", (1, 0, 0, 3), [FIRST, (2, 20, "two", "theirs"), (3, 30, "none", "mine"), FOURTH]),
    ("insert-missing", (1, 0, 0, 3), [FIRST, (2, 20, "two", "theirs"), (3, 30, "none", "mine"), FOURTH]),
    ("update-changed", (1, 1, 2, 0), [FIRST, (2, 99, None, "theirs"), (3, 30, "none", "mine"), FOURTH]),
    (
        "replace",
        (1, 2, 1, 0),
        [(1, 10, "one", "mine"), (2, 99, None, "mine"), (3, 30, "none", "mine"), FOURTH],
    ),
]


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    line = report.tables[0]
    assert line.balances
    assert line.checksum is None or line.checksum.holds
    return line.inserted, line.updated, line.unchanged, line.skipped


@pytest.mark.parametrize("batched", [False, True], ids=["atomic", "batched"])
@pytest.mark.parametrize(("mode", "told", "stored"), MODES, ids=[mode for mode, *_ in MODES])
def test_a_mode_does_what_it_says_once(
    importer: Importer,
    mode: str,
    told: tuple[int, int, int, int],
    stored: list[tuple[Any, ...]],
    batched: bool,
) -> None:
    importer.make(DDL)
    rest = {"policy": {"mode": "batched" if batched else "atomic", "batch_rows": 2}}
    dry = importer.load(ROWS, {"t": COLUMNS}, mode=mode, dry_run=True, rest=rest)
    real = importer.load(ROWS, {"t": COLUMNS}, mode=mode, rest=rest)
    assert (counts(dry), counts(real)) == (told, told)
    assert importer.stored("SELECT * FROM t ORDER BY id") == stored
    versions = importer.stored("SELECT id, xmin::text, ctid::text FROM t ORDER BY id")
    again = importer.load(ROWS, {"t": COLUMNS}, mode=mode, rest=rest)
    assert (again.outcome, sum(counts(again)[:2])) == ("unchanged", 0)
    assert importer.stored("SELECT id, xmin::text, ctid::text FROM t ORDER BY id") == versions


def test_equal_rows_fire_no_trigger(importer: Importer) -> None:
    importer.make(
        DDL + ";CREATE TABLE fired (id int);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO fired VALUES (new.id); RETURN new; END $$;"
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"
    )
    importer.load(ROWS, {"t": COLUMNS}, mode="update-changed")
    assert importer.stored("SELECT id FROM fired") == [(2,)]


def test_a_changed_row_that_clashes_or_breaks_a_rule_is_told(importer: Importer) -> None:
    importer.make(
        "CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE CHECK (n > 0), up int REFERENCES t);"
        "INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)"
    )
    table = {"t": {"rows": "/*", "columns": {"id": "id", "n": "n", "up": "up"}}}
    rows = [{"id": 1, "n": 30}, {"id": 2, "n": -1}, {"id": 3, "n": 31, "up": 9}]
    report = importer.load(rows[:2], table, mode="update-changed")
    assert [(one.ordinal, one.code) for one in report.rejects] == [(1, "exists"), (2, "check")]
    (orphan,) = importer.load(rows[2:], table, mode="update-changed").rejects
    assert (orphan.code, orphan.column) == ("orphan", "up")
    assert importer.stored("SELECT n FROM t ORDER BY id") == [(10,), (20,), (30,)]


def test_a_row_another_session_writes_meanwhile_is_skipped_by_insert_missing(importer: Importer) -> None:
    importer.make("CREATE TABLE t (id int PRIMARY KEY, n int)")
    done: list[bool] = []

    def emit(event: Any) -> None:
        if getattr(event, "step", "") == "load public.t" and not done:
            done.append(True)
            importer.make("INSERT INTO t VALUES (2, 0)")

    rows = [{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3, "n": 3}]
    table = {"t": {"rows": "/*", "columns": {"id": "id", "n": "n"}}}
    report = importer.load(rows, table, mode="insert-missing", emit=emit)
    assert counts(report) == (2, 0, 0, 1)
    assert importer.stored("SELECT n FROM t ORDER BY id") == [(1,), (0,), (3,)]


def test_every_mode_keeps_to_the_policies_of_its_role(importer: Importer) -> None:
    role = f"own_{importer.engine.url.database}"[:63]
    importer.make(
        "CREATE TABLE notes (id int PRIMARY KEY, owner text DEFAULT 'me', n int);"
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY own ON notes USING (owner = 'me');"
        f"CREATE ROLE {role} LOGIN PASSWORD 'only-in-this-test';"
        f"GRANT SELECT, INSERT, UPDATE ON notes TO {role}"
    )
    url = DatabaseUrl.parse(importer.engine.url.render_as_string(hide_password=False))
    own = Importer(Database.at(url.with_credentials(role, Secret("only-in-this-test"))), importer.engine)
    table = {"notes": {"rows": "/*", "columns": {"id": "id", "n": "n"}}}
    rows = [{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3, "n": 3}]
    try:
        told = {}
        for mode in ("skip", "insert-missing", "update-changed", "replace"):
            importer.make("TRUNCATE notes; INSERT INTO notes VALUES (1, 'me', 1), (2, 'me', 9)")
            told[mode] = counts(own.load(rows, table, mode=mode))
        assert told == {
            "skip": (1, 0, 0, 2),
            "insert-missing": (1, 0, 0, 2),
            "update-changed": (1, 1, 1, 0),
            "replace": (1, 1, 1, 0),
        }
        importer.make("TRUNCATE notes; INSERT INTO notes VALUES (2, 'you', 9)")
        for mode in ("error", "skip", "update-changed"):
            (hidden,) = own.load(rows, table, mode=mode).rejects
            assert (hidden.ordinal, hidden.code) == (2, "exists")
    finally:
        importer.make(f"DROP OWNED BY {role}; DROP ROLE {role}")
