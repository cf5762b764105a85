"""The order of places, the files found, and the complaints about what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from toolkit.errors import NeonkitError
from toolkit.secret import Secret
from toolkit.settings import Settings, load_settings

PROFILE_OVER_PROJECT = """
db_pool_size = 1
db_max_overflow = 1
isolation.owner_root = "users"
[tool.neonkit.profiles.dev]
db_pool_size = 2
db_max_overflow = 2
isolation.app_role = "app"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The root of an empty repository."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(project: Path, toml: str = "", dotenv: str = "") -> None:
    (project / "pyproject.toml").write_text(f"[tool.neonkit]\n{toml}", encoding="utf-8")
    if dotenv:
        (project / ".env").write_text(dotenv, encoding="utf-8")


def load(project: Path, environ: Mapping[str, str] | None = None, **flags: object) -> Settings:
    return load_settings(project, flags, environ or {})


@pytest.mark.parametrize(
    ("flags", "environ", "dotenv", "toml", "size", "kind"),
    [
        ({"db_pool_size": 1}, "2", "3", "4", 1, "flag"),
        ({}, "2", "3", "4", 2, "environment"),
        ({}, "", "3", "4", 3, "dotenv"),
        ({}, "", "", "4", 4, "pyproject"),
        ({}, "", "", "", 5, "default"),
    ],
)
def test_the_first_place_that_gives_a_value_wins(
    project: Path, flags: dict[str, object], environ: str, dotenv: str, toml: str, size: int, kind: str
) -> None:
    write(project, f"db_pool_size = {toml}" if toml else "", f"DB_POOL_SIZE={dotenv}\n")
    settings = load(project, {"DB_POOL_SIZE": environ}, **flags)
    assert settings.db_pool_size == size
    assert settings.origin("db_pool_size").kind == kind


def test_a_profile_overrides_the_project_and_yields_to_variables(project: Path) -> None:
    write(project, PROFILE_OVER_PROJECT)
    settings = load(project, {"DB_MAX_OVERFLOW": "3"}, profile="dev")
    assert (settings.db_pool_size, settings.db_max_overflow) == (2, 3)
    assert (settings.isolation.owner_root, settings.isolation.app_role) == ("users", "app")
    assert settings.origin("db_pool_size").name == "tool.neonkit.profiles.dev.db_pool_size"


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("DB_POOL_SIZE", "9", "db_pool_size", 9),
        ("DB_MAX_OVERFLOW", "0", "db_max_overflow", 0),
        ("DB_POOL_RECYCLE", "-1", "db_pool_recycle", -1),
        ("DB_POOL_PRE_PING", "false", "db_pool_pre_ping", False),
        ("DB_ECHO", "1", "db_echo", True),
        ("NEON_API_KEY", "napi_x", "neon_api_key", Secret("napi_x")),
        ("NEONKIT_ENVIRONMENT", "staging", "environment", "staging"),
        ("NEONKIT_READ_ONLY", "yes", "read_only", True),
        ("NEONKIT_MODELS", "a.b, c", "models", ("a.b", "c")),
        ("NEONKIT_METADATA", "app.db:metadata", "metadata", "app.db:metadata"),
        ("NEONKIT_TLS_STRICT", "true", "tls_strict", True),
        ("DATABASE_URL", "postgresql://h/d", "database_url", Secret("postgresql://h/d")),
        ("DATABASE_URL_UNPOOLED", "postgresql://h/d", "database_url_unpooled", Secret("postgresql://h/d")),
    ],
)
def test_every_setting_has_its_variable(
    project: Path, variable: str, text: str, name: str, value: object
) -> None:
    settings = load(project, {variable: text})
    assert getattr(settings, name) == value
    assert settings.origin(name).name == variable
    write(project, dotenv=f"{variable}={text}\nANOTHER=thing\n")
    assert settings.origin(name).path is None
    assert load(project).origin(name).path == project / ".env"


def test_settings_are_found_upward_to_the_root_of_the_repository(project: Path) -> None:
    write(project, 'seeds = "data"')
    inner = project / "services" / "billing"
    inner.mkdir(parents=True)
    settings = load(inner)
    assert settings.project_dir == project
    assert settings.start_dir == inner
    assert settings.seeds == project / "data"
    assert settings.server_dir == project / ".neonkit" / "server"

    (inner / ".git").mkdir()
    assert load(inner).project_dir == inner


def test_without_a_table_the_nearest_alembic_project_is_the_project(project: Path) -> None:
    inner = project / "src"
    inner.mkdir()
    (project / "alembic.ini").write_text("[alembic]\n", encoding="utf-8")
    (project / ".env").write_text("DB_POOL_SIZE=8\n", encoding="utf-8")
    assert load(inner).project_dir == project
    assert load(inner).db_pool_size == 8


def test_paths_of_flags_are_meant_from_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load(project, alembic_config=Path("my.ini")).alembic_config == elsewhere / "my.ini"


def test_databases_of_a_project_with_several(project: Path) -> None:
    write(
        project,
        'databases.one.url_env = "ONE_URL"\ndatabases.two.database_url = "postgresql://localhost/two"\n',
        "ONE_URL=postgresql://h/one\n",
    )
    assert load(project).databases == {
        "one": Secret("postgresql://h/one"),
        "two": Secret("postgresql://localhost/two"),
    }


@pytest.mark.parametrize(
    ("toml", "dotenv", "environ", "code", "word", "hint"),
    [
        ("db_pol_size = 3", "", {}, "E135", "db_pol_size", "db_pool_size"),
        ("[tool.neonkit.profiles.dev]\nenviroment = 'dev'", "", {}, "E135", "enviroment", "environment"),
        ("isolation.owner_colums = []", "", {}, "E135", "owner_colums", "owner_columns"),
        ("_env_file = 'x'", "", {}, "E135", "_env_file", "config show"),
        ("db_pool_size = 'many'", "", {}, "E136", "valid integer", "Correct the value there"),
        ("db_pool_size = 0", "", {}, "E136", "greater than or equal to 1", "Correct the value there"),
        ("metadata = 'app'", "", {}, "E136", "metadata", "Correct the value there"),
        ("", "DB_ECHO=perhaps\n", {}, "E136", "DB_ECHO", "Correct the value there"),
        ("", "", {"NEONKIT_ENVIRONMENT": "prod"}, "E136", "'production'", "Correct the value there"),
        ("databases.one.url_env = 'NOT_SET'", "", {}, "E136", "NOT_SET", "Correct the value there"),
        ("profile = 'producton'", "", {}, "E137", "does not exist", "production"),
        (
            "[tool.neonkit.profiles.eu]\nurl_env = 'X'",
            "",
            {"NEONKIT_PROFILE": "eu"},
            "E137",
            "careful",
            "dev",
        ),
        ("database_url = 'postgresql://u:p@db.example/app'", "", {}, "E139", "password", "url_env"),
        (
            "databases.a.database_url = 'postgresql://u:p@db.example/a'",
            "",
            {},
            "E139",
            "databases.a",
            "url_env",
        ),
        ("models = [", "", {}, "E134", "TOML", "Correct"),
    ],
)
def test_what_does_not_fit_is_named(
    project: Path, toml: str, dotenv: str, environ: dict[str, str], code: str, word: str, hint: str
) -> None:
    write(project, toml, dotenv)
    with pytest.raises(NeonkitError) as caught:
        load(project, environ)
    assert caught.value.code == code
    assert word in caught.value.sentence
    assert hint in (caught.value.hint or "")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NeonkitError, match="no folder") as caught:
        load_settings(tmp_path / "nowhere")
    assert caught.value.code == "E133"


def test_a_broken_line_of_dotenv_is_told_and_passed_over(project: Path) -> None:
    text = "\ufeffDB_ECHO=1\nexport DB_POOL_SIZE='3'\n=S3CR3T\nNEON_API_KEY=\"a$b\" # why\n"
    (project / ".env").write_text(text, encoding="utf-8")
    settings = load(project)
    assert (settings.db_echo, settings.db_pool_size, settings.neon_api_key) == (True, 3, Secret("a$b"))
    assert settings.notices == (f"line 3 of {project / '.env'} is no NAME=value",)


def test_a_dotenv_that_is_no_text(project: Path) -> None:
    (project / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NeonkitError, match="not UTF-8"):
        load(project)


def test_no_complaint_shows_a_value(project: Path) -> None:
    write(project, "db_pool_size = 3")
    for environ in (
        {"DB_POOL_SIZE": "S3CR3T"},
        {"NEONKIT_METADATA": "S3CR3T"},
        {"NEONKIT_ENVIRONMENT": "S3CR3T"},
    ):
        with pytest.raises(NeonkitError) as caught:
            load(project, environ)
        assert "S3CR3T" not in f"{caught.value!r}{caught.value}{caught.value.hint}{caught.value.__cause__!r}"


def test_settings_show_no_secret(project: Path) -> None:
    settings = load(project, {"DATABASE_URL": "postgresql://u:S3CR3T@h/d", "NEON_API_KEY": "S3CR3T"})
    assert "S3CR3T" not in repr(settings)
