"""`neonkit doctor`: every area is looked at, problems come with a remedy, one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures.command_line import Neonkit, Ran
from sqlalchemy import Engine

from toolkit.database import DatabaseUrl
from toolkit.secret import Secret

AREAS = ["terminal", "packages", "project", "database", "embedded server"]


def symptoms(ran: Ran) -> dict[tuple[str, str], dict[str, Any]]:
    assert list(dict.fromkeys(each["area"] for each in ran.json["symptoms"])) == AREAS
    found = {(each["area"], each["subject"]): each for each in ran.json["symptoms"]}
    assert all(each["remedy"] for each in found.values() if each["state"] == "problem")
    return found


def problems(ran: Ran) -> set[tuple[str, str]]:
    return {key for key, each in symptoms(ran).items() if each["state"] == "problem"}


def test_a_healthy_project(neonkit: Neonkit, two_revisions: Path, database_url: DatabaseUrl) -> None:
    ran = neonkit("doctor", "--json", env={"DATABASE_URL": database_url.reveal_plain()})
    assert (ran.code, ran.json["problems"], problems(ran)) == (0, 0, set()), ran.out
    found = symptoms(ran)
    assert found["database", "role"]["state"] == "note"  # the superuser, for whom no policy holds
    assert "is a superuser" in found["database", "role"]["found"]
    assert found["database", "clock"]["state"] == "ok"
    assert found["database", "server"]["found"].startswith("PostgreSQL 1")
    assert found["project", "alembic"]["found"].startswith("2 revisions, head ")
    assert "No problem found." in neonkit("doctor", env={"DATABASE_URL": database_url.reveal_plain()}).out


@pytest.fixture
def small_role(engine: Engine, database_url: DatabaseUrl) -> Iterator[DatabaseUrl]:
    """A role that may do next to nothing."""
    role = f"small_{database_url.database}"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'planted-word'")
    yield database_url.with_credentials(role, Secret("planted-word"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE {role}")


def test_a_role_that_may_do_little(neonkit: Neonkit, two_revisions: Path, small_role: DatabaseUrl) -> None:
    ran = neonkit("doctor", "--json", env={"DATABASE_URL": small_role.reveal_plain()})
    found = symptoms(ran)
    assert ran.code == 0
    assert found["database", "role"]["state"] == "ok"
    assert found["database", "access"]["state"] == "note"
    assert "GRANT CREATE" in found["database", "access"]["remedy"]
    assert found["database", "scratch databases"]["state"] == "note"
    assert "planted-word" not in ran.out + ran.err


def test_nothing_is_there(neonkit: Neonkit) -> None:
    ran = neonkit("doctor", "--json")
    assert ran.code == 5
    assert problems(ran) == {("project", "alembic"), ("database", "url")}
    assert "[E102]" in symptoms(ran)["database", "url"]["found"]


def test_a_server_that_does_not_answer(neonkit: Neonkit, two_revisions: Path) -> None:
    ran = neonkit("doctor", env={"DATABASE_URL": "postgresql://me:planted-word@127.0.0.1:1/x"})
    assert (ran.code, "PROBLEM" in ran.out) == (5, True)
    assert "connection" in ran.out
    assert "embedded server" in ran.out
    assert "1 problem found." in ran.out
    assert "planted-word" not in ran.out + ran.err
