"""The settings as plain frozen values. No reading, no rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from toolkit.secret import Secret
from toolkit.settings.advice import AdviceSettings
from toolkit.settings.check import CheckSettings
from toolkit.suppression import Suppression

NEON_API: Final = "https://console.neon.tech/api/v2"

Environment = Literal["dev", "staging", "production"]
"""How careful to be: the word is configured, never guessed from a name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    kind: Literal["flag", "environment", "dotenv", "profile", "pyproject", "default"]
    name: str
    """The flag, variable or key that gave the value."""
    path: Path | None = None
    """The file it was read from, if any."""

    @property
    def words(self) -> str:
        """For people: `DATABASE_URL in /app/.env`."""
        if self.kind == "default":
            return "default"
        return f"{self.name} in {self.path}" if self.path else self.name


@dataclass(frozen=True, slots=True)
class IsolationSettings:
    """How rows belong to users, where the models and the catalog do not say it themselves."""

    owner_root: str | None = None
    """The table whose rows are the users."""
    owner_columns: tuple[str, ...] = ()
    """Names of columns that hold a row's owner."""
    identity_setting: str = "app.user_id"
    """The PostgreSQL setting that policies read the acting user from."""
    app_role: str | None = None
    """The role the application connects as."""
    shared: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Tables that belong to no single user, each with the reason."""
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Tables with the way to their owner: a column, or foreign keys and a column joined by dots."""
    owner_key: str | None = None
    """The column of the owner root that identifies an owner, if it is not the primary key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. Times are seconds."""

    project_dir: Path
    start_dir: Path
    """The folder the search began in; the nearest Alembic project is found from here."""
    database_url: Secret | None = None
    database_url_unpooled: Secret | None = None
    db_pool_size: int = 5
    db_max_overflow: int = 5
    db_pool_recycle: int = 240
    db_pool_pre_ping: bool = True
    db_echo: bool = False
    neon_api_key: Secret | None = None
    neon_api_url: str = NEON_API
    neon_project_id: str | None = None
    neon_branch_id: str | None = None
    """The branch that the URL leads to, where its host does not tell."""
    environment: Environment = "dev"
    profile: str | None = None
    read_only: bool = False
    alembic_config: Path | None = None
    alembic_section: str = "alembic"
    models: tuple[str, ...] = ()
    metadata: str | None = None
    server_dir: Path = Path(".neonkit/server")
    server_database: str = "postgres"
    """The database of the embedded server that is used when no URL is configured."""
    ssl_root_cert: Path | None = None
    tls_strict: bool = False
    databases: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    isolation: IsolationSettings = field(default_factory=IsolationSettings)
    advice: AdviceSettings = field(default_factory=AdviceSettings)
    """Owners and identity are those of `isolation`, and so is the role where it names none itself."""
    check: CheckSettings = field(default_factory=CheckSettings)
    ignore: tuple[Suppression, ...] = ()
    """The findings to live with, of all checks."""
    baseline: Path | None = None
    """The file with the findings an old project lives with."""
    restore_point: str | None = None
    """A command that makes a restore point of the database, instead of a Neon branch."""
    seeds: Path | None = None
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Keys of the terminal UI that are moved: action -> key. Of the project, not of a profile."""
    origins: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[str, ...] = ()
    """What a careful reader of the settings should know; no failures."""

    def values(self) -> Mapping[str, object]:
        """The settings by name, without what describes the reading itself."""
        described = {"project_dir", "start_dir", "origins", "notices"}
        return {
            each.name: getattr(self, each.name)
            for each in dataclasses.fields(self)
            if each.name not in described
        }

    def origin(self, name: str) -> Origin:
        """Where the value of `name` came from."""
        return self.origins.get(name, Origin("default", name))
