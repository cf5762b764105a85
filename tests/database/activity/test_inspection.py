"""One session looked at closely, ended when asked, and how far counted statements are."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg2
import pytest
from fixtures.blocking import Blocking
from fixtures.command_line import Neonkit
from sqlalchemy import Engine

from toolkit.database import DatabaseUrl
from toolkit.database.activity import Operation, read_progress, read_session
from toolkit.database.activity.spelling import operation_cells


def test_a_session_is_shown_with_all_it_holds(engine: Engine, blocking: Blocking) -> None:
    blocking.hold("setup", "CREATE TABLE orders (id int)")
    blocking.hold("setup", "COMMIT")
    pid = blocking.hold("reports", "LOCK TABLE orders; SELECT count(*) FROM orders")
    with engine.connect() as connection:
        detail = read_session(connection, pid)
        assert read_session(connection, 2**31 - 1) is None
    assert detail is not None
    assert (detail.application, detail.state, detail.idle_limit) == ("reports", "idle in transaction", "0")
    assert "the server never ends it" in str(detail.hint)
    assert detail.statement == "LOCK TABLE orders; SELECT count(*) FROM orders"
    assert ("orders", "AccessExclusiveLock", True) in [
        (lock.target, lock.mode, lock.granted) for lock in detail.locks
    ]


def test_the_limit_of_the_role_counts(engine: Engine, blocking: Blocking) -> None:
    limit = "SET idle_in_transaction_session_timeout = '7min'"
    blocking.hold("setup", f'ALTER ROLE CURRENT_USER IN DATABASE "{engine.url.database}" {limit}')
    blocking.hold("setup", "COMMIT")
    pid = blocking.hold("late", "SELECT 1")
    with engine.connect() as connection:
        detail = read_session(connection, pid)
    assert detail is not None
    assert "after 7min" in str(detail.hint)


class Gate:
    """A file for COPY that gives some rows and then waits until it is let go."""

    def __init__(self) -> None:
        self.go_on, self.waiting = threading.Event(), threading.Event()
        self._lines: Iterator[str] = iter(["1\n" * 100_000])

    def read(self, _size: int) -> str:
        """The next rows."""
        found = next(self._lines, "")
        if not found:
            self.waiting.set()
            self.go_on.wait(30)
        return found


def test_a_copy_is_counted(engine: Engine, blocking: Blocking, database_url: DatabaseUrl) -> None:
    blocking.hold("setup", "CREATE TABLE big (id int)")
    blocking.hold("setup", "COMMIT")
    gate = Gate()

    def copy() -> None:
        with psycopg2.connect(**database_url.libpq_parameters()) as connection, connection.cursor() as cursor:
            cursor.copy_expert("COPY big FROM STDIN", gate)
        connection.close()

    thread = threading.Thread(target=copy)
    thread.start()
    try:
        assert gate.waiting.wait(30)
        with engine.connect() as connection:
            (operation,) = read_progress(connection)
    finally:
        gate.go_on.set()
        thread.join(30)
    assert (operation.command, operation.relation, operation.unit) == ("COPY FROM", "big", "bytes")
    assert operation.total is None
    assert "total unknown" in operation_cells(operation)


@pytest.mark.parametrize(("done", "total", "shown"), [(0, 10, "0 %"), (5, 10, "50 %"), (10, 10, "99 %")])
def test_a_share_is_never_whole_before_the_end(done: int, total: int, shown: str) -> None:
    operation = Operation(1, "VACUUM", "t", "scanning heap", done, total, "blocks", 1.0)
    assert operation_cells(operation)[4].endswith(shown)


def test_the_command_line_looks_and_ends(
    neonkit: Neonkit, blocking: Blocking, database_url: DatabaseUrl
) -> None:
    environment = {"DATABASE_URL": database_url.reveal_plain()}
    pid = str(blocking.hold("reports", "SELECT 1"))
    assert "reports" in neonkit("locks", "--pid", pid, env=environment).out
    assert neonkit("locks", "--pid", "2147483647", env=environment).code == 1
    assert neonkit("locks", "--pid", pid, "--all", env=environment).code == 2
    refused = neonkit("locks", "--terminate", pid, env=environment)
    assert refused.code == 6
    assert f"--allow-data-loss {pid}" in refused.err
    answers = ("--yes", "--confirm-db", str(database_url.database), "--allow-data-loss", pid)
    ended = neonkit("locks", "--terminate", pid, *answers, env=environment)
    assert ended.code == 0, ended.err
    blocking.until(lambda: "no session" in neonkit("locks", "--pid", pid, env=environment).err)
