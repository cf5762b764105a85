"""What may be given, with types: the pydantic side of the settings.

Inputs are hidden in every validation error, because a URL with a password may be among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from toolkit.secret import Secret
from toolkit.settings.given_advice import AdviceTable
from toolkit.settings.model import Environment


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

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    owner_root: str | None = None
    owner_columns: tuple[str, ...] = ()
    identity_setting: str = "app.user_id"
    app_role: str | None = None
    shared: dict[str, str] = {}
    overrides: dict[str, str] = {}
    owner_key: str | None = None


class IgnoreTable(BaseModel):
    """One entry of [[tool.neonkit.ignore]]. What it lacks is told by the suppression made of it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    rule: str = ""
    subject: str = "*"
    reason: str = ""
    expires: date | None = None


class DatabaseTable(BaseModel):
    """One entry of [tool.neonkit.databases]: a URL, or the variable that holds it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    database_url: SecretText | None = None
    url_env: str | None = None


class Values(BaseSettings):
    """The settings that any place may give."""

    model_config = SettingsConfigDict(
        extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, frozen=True
    )

    database_url: SecretText | None = None
    database_url_unpooled: SecretText | None = None
    db_pool_size: Annotated[int, Field(ge=1)] = 5
    db_max_overflow: Count = 5
    db_pool_recycle: Annotated[int, Field(ge=-1)] = 240
    db_pool_pre_ping: bool = True
    db_echo: bool = False
    neon_api_key: SecretText | None = None
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
    ignore: tuple[IgnoreTable, ...] = ()
    baseline: Path | None = None
    seeds: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands in: it reads the places itself, to know which one gave each value."""
        return (init_settings,)


class ProfileTable(Values):
    """[tool.neonkit.profiles.NAME]."""

    url_env: str | None = None
    unpooled_url_env: str | None = None


class ProjectTable(ProfileTable):
    """[tool.neonkit]."""

    profile: str | None = None
    profiles: dict[str, ProfileTable] = {}


class Variables(PydanticBaseSettingsSource):
    """Settings from variables: the environment, or a `.env` file. An empty variable counts as unset."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(Values)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text of the field's variable, or None."""
        del field
        return self._variables.get(variable_of(field_name)) or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The fields that have a variable."""
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in Values.model_fields.items()
            if name not in TABLES_ONLY
        }
        return {name: value for name, value in found.items() if value is not None}


TABLES_ONLY = frozenset(
    {"databases", "isolation", "advice", "ignore", "database_url", "database_url_unpooled"}
)
"""Fields that no variable gives: tables, and the connection, which follows a rule of its own."""


def variable_of(field: str) -> str:
    """The environment variable of a setting: what hosting platforms call it, else NEONKIT_ and its name."""
    return field.upper() if field.startswith(("database_url", "db_", "neon_")) else f"NEONKIT_{field.upper()}"
