"""What may be given, with types: the pydantic side of the settings.

Inputs are hidden in every validation error, because a URL with a password may be among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from toolkit.secret import Secret
from toolkit.settings.given_advice import AdviceTable
from toolkit.settings.given_check import CheckTable
from toolkit.settings.model import NEON_API, Environment


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str) and value.strip():
        return Secret(value.strip())
    raise ValueError("it must be a text")


def _listed(value: object) -> object:
    """A variable holds a list as `a, b`; TOML has lists of its own."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


SecretText = Annotated[Secret, BeforeValidator(_secret)]
Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Count = Annotated[int, Field(ge=0)]


class IsolationTable(BaseModel):
    """[tool.neonkit.isolation]."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    owner_root: str | None = None
    owner_columns: tuple[str, ...] = ()
    identity_setting: str = "app.user_id"
    app_role: str | None = None
    shared: dict[str, str] = {}
    overrides: dict[str, str] = {}
    owner_key: str | None = None


class IgnoreTable(BaseModel):
    """One entry of [[tool.neonkit.ignore]]. What it lacks is told by the suppression made of it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    rule: str = ""
    subject: str = "*"
    reason: str = ""
    expires: date | None = None


class DatabaseTable(BaseModel):
    """One entry of [tool.neonkit.databases]: a URL, or the variable that holds it."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, defer_build=True
    )

    database_url: SecretText | None = None
    url_env: str | None = None


class Values(BaseModel):
    """The settings that any place may give. `load` reads the places itself, to know which gave each value."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        frozen=True,
        # Of this and the two tables below, a command needs one: what is not asked is not built.
        defer_build=True,
    )

    database_url: SecretText | None = None
    database_url_unpooled: SecretText | None = None
    db_pool_size: Annotated[int, Field(ge=1)] = 5
    db_max_overflow: Count = 5
    db_pool_recycle: Annotated[int, Field(ge=-1)] = 240
    db_pool_pre_ping: bool = True
    db_echo: bool = False
    neon_api_key: SecretText | None = None
    neon_api_url: str = NEON_API
    neon_project_id: str | None = None
    neon_branch_id: str | None = None
    environment: Environment = "dev"
    read_only: bool | None = None
    alembic_config: Path | None = None
    alembic_section: str = "alembic"
    models: Listed = ()
    metadata: Annotated[str | None, Field(pattern=r"^[\w.]+:[\w.]+$")] = None
    server_dir: Path = Path(".neonkit/server")
    server_database: str = "postgres"
    ssl_root_cert: Path | None = None
    tls_strict: bool = False
    databases: dict[str, DatabaseTable] = {}
    isolation: IsolationTable = IsolationTable()
    advice: AdviceTable = AdviceTable()
    check: CheckTable = CheckTable()
    ignore: tuple[IgnoreTable, ...] = ()
    baseline: Path | None = None
    restore_point: str | None = None
    seeds: Path | None = None


class ProfileTable(Values):
    """[tool.neonkit.profiles.NAME]."""

    url_env: str | None = None
    unpooled_url_env: str | None = None


class ProjectTable(ProfileTable):
    """[tool.neonkit]."""

    profile: str | None = None
    keys: dict[str, str] = {}
    profiles: dict[str, ProfileTable] = {}


def from_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    """Settings from the environment or a `.env` file. An empty variable counts as unset."""
    named = {name: variables.get(variable_of(name)) for name in Values.model_fields.keys() - TABLES_ONLY}
    return {name: value for name, value in named.items() if value}


TABLES_ONLY = frozenset(
    {"databases", "isolation", "advice", "check", "ignore", "database_url", "database_url_unpooled"}
)
"""Fields that no variable gives: tables, and the connection, which follows a rule of its own."""


def variable_of(field: str) -> str:
    """The environment variable of a setting: what hosting platforms call it, else NEONKIT_ and its name."""
    return field.upper() if field.startswith(("database_url", "db_", "neon_")) else f"NEONKIT_{field.upper()}"
