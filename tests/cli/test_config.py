"""`neonkit config show`: values, origins, no secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit

TOML = """
[tool.neonkit]
models = ["app.models", "app.more"]
isolation.shared = { countries = "the same for all" }
[tool.neonkit.profiles.production]
url_env = "PROD_URL"
"""


@pytest.fixture
def project(folder: Path) -> Path:
    """A project with a table and a `.env`."""
    (folder / "pyproject.toml").write_text(TOML, encoding="utf-8")
    (folder / ".env").write_text(
        "DATABASE_URL=postgres://u:S3CR3T@h/d?sslpassword=S3CR3T\nNEON_API_KEY=S3CR3T\n",
        encoding="utf-8",
    )
    return folder


def test_each_value_has_its_origin(neonkit: Neonkit, project: Path) -> None:
    shown = neonkit("config", "show", "--json", env={"DB_POOL_SIZE": "7"}).json
    rows = {row["name"]: row for row in shown["settings"]}
    assert rows["db_pool_size"] == {
        "name": "db_pool_size",
        "value": 7,
        "origin": "environment",
        "from": "DB_POOL_SIZE",
    }
    assert rows["neon_api_key"]["value"] == "***"
    assert rows["database_url"]["origin"] == "dotenv"
    assert rows["database_url"]["from"] == f"DATABASE_URL in {project / '.env'}"
    assert rows["models"]["value"] == ["app.models", "app.more"]
    assert rows["db_echo"]["origin"] == "default"
    assert rows["isolation"]["value"]["shared"] == {"countries": "the same for all"}


def test_the_text_says_the_same(neonkit: Neonkit, project: Path) -> None:
    ran = neonkit(
        "config", "show", "--profile", "production", env={"PROD_URL": "postgresql://p:S3CR3T@p/app"}
    )
    assert (ran.code, ran.err) == (0, "")
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line}
    assert lines["project"].endswith(str(project))
    assert "postgresql://p:***@p/app" in lines["database_url"]
    assert "PROD_URL" in lines["database_url"]
    assert lines["read_only"].split()[1] == "yes"
    assert "app.models, app.more" in lines["models"]
    assert "note: DATABASE_URL is set but not used" in ran.out


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:S3CR3T@h/d",
        "postgresql://h/d?password=S3CR3T&user=u",
        "postgresql://u:S3CR3T%zz@h/d",
        "postgresql://u:S3CR3T@[broken/d",
        "mysql://u:S3CR3T@h/d",
        "not a url S3CR3T",
        "S3CR3T",
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--verbose",)])
def test_no_secret_is_shown(neonkit: Neonkit, url: str, more: tuple[str, ...]) -> None:
    ran = neonkit("config", "show", *more, env={"DATABASE_URL": url, "NEON_API_KEY": "S3CR3T"})
    assert ran.code == 0
    assert "***" in ran.out
    assert "S3CR3T" not in ran.out + ran.err


def test_a_fault_in_the_settings_leads_to_exit_code_2(neonkit: Neonkit, folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.neonkit]\nmodel = ['x']\n", encoding="utf-8")
    ran = neonkit("config", "show")
    assert (ran.code, ran.out) == (2, "")
    assert "pyproject.toml:2 has the unknown setting tool.neonkit.model" in ran.err
    assert "Did you mean models?" in ran.err
