"""`neonkit status`: where am I, and what is pending."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit

from toolkit.database import DatabaseUrl


@pytest.fixture
def env(database_url: DatabaseUrl) -> dict[str, str]:
    """The environment that names the fresh database."""
    return {"DATABASE_URL": database_url.reveal_plain()}


def test_without_an_alembic_project(neonkit: Neonkit, env: dict[str, str], database_url: DatabaseUrl) -> None:
    found = neonkit("status", "--json", env=env).json
    assert found["server"]["database"] == database_url.database
    assert found["server"]["is_superuser"] is True
    assert found["environment"] == "dev"
    assert found["url"] == database_url.masked
    assert found["migrations"] is None
    assert "no Alembic project" in neonkit("status", env=env).out


def test_what_is_pending(neonkit: Neonkit, two_revisions: Path, env: dict[str, str]) -> None:
    ran = neonkit("status", env=env)
    assert ran.code == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["revision", "none", "yet"] in lines
    assert ["pending", "2"] in lines
    assert ["aa11", "make", "aa11"] in lines
    (standing,) = neonkit("status", "--json", env=env).json["migrations"]
    assert standing["pending"] == [
        {"revision": "aa11", "message": "make aa11"},
        {"revision": "bb22", "message": "make bb22"},
    ]
    assert standing["current"] == []


def test_drift_at_a_glance(neonkit: Neonkit, two_revisions: Path, env: dict[str, str]) -> None:
    never = neonkit("status", env=env).out
    assert "drift        UNKNOWN: it was never compared here; `neonkit drift` tells more" in never
    neonkit("drift", env=env)
    shown = neonkit("status", "--json", env=env).json["drift"]
    assert shown["compared"] is not None
    said = neonkit("status", env=env).out
    assert f"compared {shown['compared'][:16].replace('T', ' ')} UTC" in said
    (two_revisions / "drift-accepted.toml").write_text("nonsense", "utf-8")
    broken = neonkit("status", env=env)
    assert broken.code == 0
    assert "drift        UNKNOWN: " in broken.out


def test_the_exit_code_on_request(neonkit: Neonkit, two_revisions: Path, env: dict[str, str]) -> None:
    assert neonkit("status", "--exit-code", env=env).code == 5
    from toolkit.database.database import Database
    from toolkit.migrate import AlembicProject, upgrade

    url = DatabaseUrl.parse(env["DATABASE_URL"])
    upgrade(AlembicProject.open(two_revisions), Database.at(url), "head")
    ran = neonkit("status", "--exit-code", env=env)
    assert ran.code == 0
    assert "bb22 (head)" in ran.out
    assert "pending      nothing" in ran.out
    assert "edited" not in ran.out
    with (two_revisions / "migrations" / "versions" / "aa11.py").open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert "edited       aa11: `neonkit repair` tells more" in neonkit("status", env=env).out


def test_production_is_shown_as_such(neonkit: Neonkit, env: dict[str, str]) -> None:
    ran = neonkit("status", env={**env, "NEONKIT_PROFILE": "production"})
    assert "production (profile production)" in ran.out
    assert "read-only" in ran.out


@pytest.mark.parametrize(
    ("url", "exit_code"),
    [
        ("", 2),
        ("postgresql://u:S3CR3T@127.0.0.1:1/app", 3),
        ("postgresql://u:S3CR3T@nowhere.invalid/app", 3),
        ("mysql://u:S3CR3T@h/d", 2),
    ],
)
def test_what_cannot_be_reached(neonkit: Neonkit, url: str, exit_code: int) -> None:
    ran = neonkit("status", env={"DATABASE_URL": url})
    assert (ran.code, ran.out) == (exit_code, "")
    assert ran.err.count("error[") == 1
    assert "hint: " in ran.err
    assert "S3CR3T" not in ran.err


def test_a_wrong_password_and_a_missing_database(neonkit: Neonkit, database_url: DatabaseUrl) -> None:
    from toolkit.secret import Secret

    wrong = database_url.with_credentials(str(database_url.username), Secret("S3CR3T"))
    refused = neonkit("status", env={"DATABASE_URL": wrong.reveal_plain()})
    assert refused.code == 3
    assert "password" in refused.err
    assert "S3CR3T" not in refused.err
    missing = neonkit("status", env={"DATABASE_URL": database_url.with_database("missing").reveal_plain()})
    assert missing.code == 3
    assert "missing" in missing.err
