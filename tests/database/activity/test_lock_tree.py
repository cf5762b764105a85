"""Who waits for whom, sampled from real sessions that block one another."""

from __future__ import annotations

import pytest
from fixtures.blocking import Blocking
from fixtures.command_line import Neonkit
from sqlalchemy import Engine

from toolkit.database import DatabaseUrl
from toolkit.database.activity import (
    Activity,
    Session,
    cancel_statement,
    lock_tree,
    read_activity,
    terminate_session,
)
from toolkit.database.activity.sample import without_passwords


def sample(engine: Engine) -> Activity:
    """What the server does now."""
    with engine.connect() as connection:
        return read_activity(connection)


def session(pid: int, *blocked_by: int) -> Session:
    """A session made by hand."""
    return Session(
        pid, "ann", "app", None, "active", None, 1.0, 1.0, 1.0, "SELECT 1", False, blocked_by, (), ()
    )


def test_a_quiet_database_has_no_tree(engine: Engine) -> None:
    activity = sample(engine)
    assert [found.is_us for found in activity.sessions] == [True]
    assert lock_tree(activity).roots == ()
    assert lock_tree(activity).longest_wait is None


def test_the_root_blocker_stands_on_top_and_the_queue_behind_it(engine: Engine, blocking: Blocking) -> None:
    blocking.hold("setup", "CREATE TABLE orders (id int)")
    blocking.hold("setup", "COMMIT")
    root = blocking.hold("reports", "SELECT * FROM orders")
    alter = blocking.want("migration", "ALTER TABLE orders ADD COLUMN a int")
    reader = blocking.want("web", "SELECT * FROM orders")

    activity = sample(engine)
    (tree,) = lock_tree(activity).roots
    assert (tree.pid, [child.pid for child in tree.children]) == (root, [alter])
    assert tree.behind == 2
    assert [child.pid for child in tree.children[0].children] == [reader]
    assert tree.session is not None
    assert tree.session.state == "idle in transaction"
    assert ("AccessShareLock", "orders") in [(lock.mode, lock.target) for lock in tree.session.holds]
    waiting = activity.session(alter)
    assert waiting is not None
    assert [(lock.mode, lock.target) for lock in waiting.wants] == [("AccessExclusiveLock", "orders")]
    assert lock_tree(activity).longest_wait is not None


def test_looking_never_waits_for_the_lock_it_looks_at(engine: Engine, blocking: Blocking) -> None:
    blocking.hold("setup", "CREATE TABLE orders (id int)")
    blocking.hold("setup", "COMMIT")
    blocking.hold("migration", "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
    blocking.want("web", "SELECT * FROM orders")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '1s'")
        assert len(read_activity(connection).waiting) == 1


def test_a_circle_is_called_a_circle(engine: Engine, blocking: Blocking) -> None:
    for name in ("left", "right"):
        blocking.hold(name, "SET deadlock_timeout = '30s'")
    left = blocking.hold("left", "SELECT pg_advisory_xact_lock(1)")
    right = blocking.hold("right", "SELECT pg_advisory_xact_lock(2)")
    blocking.want("left", "SELECT pg_advisory_xact_lock(2)")
    blocking.want("right", "SELECT pg_advisory_xact_lock(1)")
    (circle,) = lock_tree(sample(engine)).roots
    assert circle.pid == min(left, right)
    assert circle.children[0].pid == max(left, right)
    assert circle.children[0].children[0].closes_circle


def test_a_session_that_waits_for_two_stands_below_both() -> None:
    tree = lock_tree(Activity((session(1), session(2), session(3, 1, 2), session(4, 3))))
    assert [(root.pid, root.behind) for root in tree.roots] == [(1, 2), (2, 2)]


def test_a_blocker_elsewhere_is_a_root_without_a_session() -> None:
    (root,) = lock_tree(Activity((session(3, 0),))).roots
    assert (root.pid, root.session, root.behind) == (0, None, 1)


def test_the_one_who_holds_up_most_comes_first() -> None:
    tree = lock_tree(Activity((session(1), session(2), session(3, 1), session(4, 2), session(5, 4))))
    assert [root.pid for root in tree.roots] == [2, 1]


def test_a_statement_is_cancelled_and_a_session_ended_on_request(engine: Engine, blocking: Blocking) -> None:
    root = blocking.hold("holder", "SELECT pg_advisory_lock(1)")
    waiting = blocking.want("waiter", "SELECT pg_advisory_lock(1)")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert cancel_statement(connection, waiting)
        blocking.until(lambda: not read_activity(connection).waiting)
        assert terminate_session(connection, root)
        blocking.until(lambda: read_activity(connection).session(root) is None)


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("ALTER ROLE ann PASSWORD 'pl4nted'", "ALTER ROLE ann PASSWORD '***'"),
        ("create role ann login password\n 'it''s'", "create role ann login password\n '***'"),
        ("ALTER ROLE ann PASSWORD $x$pl4nted$x$", "ALTER ROLE ann PASSWORD '***'"),
        ("SELECT password FROM users", "SELECT password FROM users"),
    ],
)
def test_passwords_in_statements_are_masked(statement: str, shown: str) -> None:
    assert without_passwords(statement) == shown


def test_the_command_shows_the_tree(neonkit: Neonkit, database_url: DatabaseUrl, blocking: Blocking) -> None:
    environment = {"DATABASE_URL": database_url.reveal_plain()}
    quiet = neonkit("locks", "--exit-code", env=environment)
    assert (quiet.code, quiet.out.strip()) == (0, "Nobody waits for a lock.")
    root = blocking.hold("reports", "SELECT pg_advisory_lock(1)")
    waiting = blocking.want("web", "SELECT pg_advisory_lock(1)")
    shown = neonkit("locks", "--exit-code", env=environment)
    assert shown.code == 5
    first, second = shown.out.splitlines()
    assert first.startswith(f"{root}  neonkit  reports  idle in transaction")
    assert second.startswith(f"`- {waiting}  neonkit  web  active")
    assert "wants ExclusiveLock on advisory" in second
    value = neonkit("locks", "--all", "--json", env=environment).json
    assert value["waiting"] == 1
    assert value["roots"][0]["pid"] == root
    assert {one["pid"] for one in value["sessions"]} >= {root, waiting}
