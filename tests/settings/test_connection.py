"""Which database is meant: one place gives both URLs, a profile's connection is the connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.secret import Secret
from toolkit.settings import Settings, load_settings
from toolkit.settings.errors import BadProfileError, TwoConnectionsError

PROFILES = """
[tool.neonkit]
{base}
[tool.neonkit.profiles.production]
url_env = "PROD_URL"
[tool.neonkit.profiles.eu]
environment = "staging"
database_url = "postgresql://eu.example/app"
[tool.neonkit.profiles.staging]
db_pool_size = 2
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with three profiles and nothing else."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(PROFILES.format(base=""), encoding="utf-8")
    return tmp_path


def load(project: Path, environ: dict[str, str], **flags: object) -> Settings:
    return load_settings(project, flags, environ)


def urls(settings: Settings) -> tuple[str | None, str | None]:
    pair = (settings.database_url, settings.database_url_unpooled)
    pooled, direct = (None if url is None else url.reveal() for url in pair)
    return pooled, direct


@pytest.mark.parametrize(
    ("environ", "dotenv", "expected"),
    [
        ({"DATABASE_URL": "a", "DATABASE_URL_UNPOOLED": "b"}, "DATABASE_URL=c\n", ("a", "b")),
        ({"DATABASE_URL": "a"}, "DATABASE_URL=c\nDATABASE_URL_UNPOOLED=d\n", ("a", None)),
        ({"DATABASE_URL_UNPOOLED": "b"}, "DATABASE_URL=c\n", (None, "b")),
        ({}, "DATABASE_URL=c\nDATABASE_URL_UNPOOLED=d\n", ("c", "d")),
        ({}, "", (None, None)),
    ],
)
def test_both_urls_come_from_one_place(
    project: Path, environ: dict[str, str], dotenv: str, expected: tuple[str | None, str | None]
) -> None:
    (project / ".env").write_text(dotenv, encoding="utf-8")
    assert urls(load(project, environ)) == expected


def test_the_flag_leaves_no_other_url_standing(project: Path) -> None:
    environ = {"DATABASE_URL": "a", "DATABASE_URL_UNPOOLED": "b"}
    settings = load(project, environ, database_url=Secret("flagged"))
    assert urls(settings) == ("flagged", None)
    assert settings.origin("database_url").words == "--url"


def test_a_stray_variable_does_not_redirect_a_profile(project: Path) -> None:
    (project / ".env").write_text("DATABASE_URL_UNPOOLED=stray\n", encoding="utf-8")
    settings = load(project, {"DATABASE_URL": "stray", "PROD_URL": "meant"}, profile="production")
    assert urls(settings) == ("meant", None)
    assert settings.environment == "production"
    assert settings.read_only
    assert len([n for n in settings.notices if "not used" in n]) == 2


def test_a_profile_without_its_variable_falls_back_to_nothing(project: Path) -> None:
    with pytest.raises(BadProfileError, match="PROD_URL, which is not set"):
        load(project, {"DATABASE_URL": "stray"}, profile="production")


def test_a_profile_that_names_no_connection_takes_the_usual_one(project: Path) -> None:
    settings = load(project, {"DATABASE_URL": "usual"}, profile="staging")
    assert urls(settings) == ("usual", None)
    assert (settings.environment, settings.db_pool_size) == ("staging", 2)


def test_a_flag_and_a_profile_are_two_connections(project: Path) -> None:
    with pytest.raises(TwoConnectionsError):
        load(project, {"PROD_URL": "x"}, profile="production", database_url=Secret("y"))
    assert urls(load(project, {}, profile="staging", database_url=Secret("y"))) == ("y", None)


def test_a_project_may_rename_the_variable(project: Path) -> None:
    text = PROFILES.format(base='url_env = "APP_DB"\n')
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert urls(load(project, {"APP_DB": "ours", "DATABASE_URL": "not ours"})) == ("ours", None)


@pytest.mark.parametrize("selection", ["flag", "variable", "table"])
def test_how_a_profile_is_selected(project: Path, selection: str) -> None:
    base = "profile = 'eu'" if selection == "table" else "profile = 'dev'"
    (project / "pyproject.toml").write_text(PROFILES.format(base=base), encoding="utf-8")
    environ = {"NEONKIT_PROFILE": "eu"} if selection == "variable" else {}
    flags: dict[str, object] = {"profile": "eu"} if selection == "flag" else {}
    settings = load(project, {"DATABASE_URL": "stray", **environ}, **flags)
    assert settings.profile == "eu"
    assert urls(settings) == ("postgresql://eu.example/app", None)


@pytest.mark.parametrize(
    ("environ", "flags", "environment", "read_only"),
    [
        ({}, {"profile": "dev"}, "dev", False),
        ({}, {"profile": "staging"}, "staging", False),
        ({"PROD_URL": "x"}, {"profile": "production"}, "production", True),
        ({"PROD_URL": "x", "NEONKIT_READ_ONLY": "0"}, {"profile": "production"}, "production", False),
        ({"PROD_URL": "x", "NEONKIT_ENVIRONMENT": "dev"}, {"profile": "production"}, "production", True),
        ({"NEONKIT_ENVIRONMENT": "production"}, {"profile": "dev"}, "production", True),
    ],
)
def test_a_profile_can_be_made_stricter_never_laxer(
    project: Path, environ: dict[str, str], flags: dict[str, object], environment: str, read_only: bool
) -> None:
    settings = load(project, environ, **flags)
    assert (settings.environment, settings.read_only) == (environment, read_only)


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("postgresql://u:1@ep-a-1.neon.tech/app", "production"),
        ("postgres://v:2@EP-A-1-pooler.neon.tech:5432/app?sslmode=require", "production"),
        ("postgresql://u:1@ep-a-1.neon.tech/other", "dev"),
        ("postgresql://u:1@ep-b-2.neon.tech/app", "dev"),
        ("postgresql://u:1@eu.example/app", "staging"),
        ("postgresql://[broken", "dev"),
    ],
)
def test_production_is_known_by_any_way_to_it(project: Path, url: str, environment: str) -> None:
    environ = {"PROD_URL": "postgresql://u:1@ep-a-1.neon.tech/app", "DATABASE_URL": url}
    assert load(project, environ).environment == environment
    assert load(project, environ, database_url=Secret(url)).environment == environment


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:p@localhost/app", "postgresql://u:p@127.0.0.1:5433/app", "postgresql://db.example/app"],
)
def test_a_url_without_a_foreign_password_may_stand_in_the_file(project: Path, url: str) -> None:
    text = PROFILES.format(base=f'database_url = "{url}"')
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert urls(load(project, {})) == (url, None)
