"""One opened project: settings, database, Alembic project, models. Every part is made when first asked for.

Both doors hold a workspace and hand its parts to the capabilities. It connects to nothing itself, and asks
nobody anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from toolkit.errors import NeonkitError
from toolkit.events import Emit, unheard
from toolkit.settings import Settings, load_settings

if TYPE_CHECKING:
    from toolkit.database import DatabaseUrl, Urls
    from toolkit.database.database import Database
    from toolkit.database.restore import Means
    from toolkit.migrate import AlembicProject
    from toolkit.models.ownership.rules import OwnershipRules
    from toolkit.models.registry import ModelRegistry


NOWHERE: Final = "postgresql://not-configured.invalid/none"
"""What an `env.py` that insists on a URL reads while none is configured: a host that cannot exist."""


class Workspace:
    """The parts of one project, made lazily and once."""

    def __init__(self, settings: Settings, x: Sequence[str] = (), hear: Emit = unheard) -> None:
        self.settings = settings
        self._x = tuple(x)
        self._hear = hear

    @classmethod
    def open(cls, settings: Settings, *, x: Sequence[str] = (), hear: Emit = unheard) -> Workspace:
        """Open the project that `settings` describe.

        `x` are the `-x` arguments for its `env.py`; `hear` is told what is to be known of the database's
        address, by whatever connects first.
        """
        return cls(settings, x, hear)

    def armed(self) -> Workspace:
        """This project with a database that may be written to. Doors call it when somebody confirmed."""
        if not self.settings.read_only:
            return self
        return self.under(dataclasses.replace(self.settings, read_only=False))

    def under(self, settings: Settings) -> Workspace:
        """The same project under other settings."""
        return Workspace(settings, self._x, self._hear)

    def on_profile(self, name: str, environ: Mapping[str, str] | None = None) -> Workspace:
        """This project with the connection and the care of another profile.

        Raises what reading the settings raises.
        """
        settings = load_settings(self.settings.start_dir, {**self.given_flags(), "profile": name}, environ)
        return self.under(settings)

    def on_embedded_server(self) -> Workspace:
        """This project on its own embedded server, whatever URLs are configured."""
        return self.under(
            dataclasses.replace(self.settings, database_url=None, database_url_unpooled=None, profile=None)
        )

    def given_flags(self) -> dict[str, object]:
        """The settings that the command line gave, without what chooses a connection."""
        chosen = {"database_url", "database_url_unpooled", "profile"}
        return {
            name: getattr(self.settings, name)
            for name, origin in self.settings.origins.items()
            if origin.kind == "flag" and name not in chosen and "." not in name
        }

    @cached_property
    def urls(self) -> Urls:
        """The pooled and the direct URL.

        Raises `NoUrlError` when nothing is configured and the project has no embedded server,
        `ServerNotStartedError` when it has one that does not run.
        """
        from toolkit.database import DatabaseUrl, Urls

        given = (self.settings.database_url, self.settings.database_url_unpooled)
        pooled, unpooled = (None if secret is None else DatabaseUrl.parse(secret) for secret in given)
        if pooled is None and unpooled is None:
            pooled = self._embedded()
        return Urls.resolve(pooled, unpooled)

    @cached_property
    def database(self) -> Database:
        """The database, read-only if the settings say so. Raises what `urls` raises."""
        from toolkit.database.database import Database
        from toolkit.database.jobs import PoolSettings
        from toolkit.database.tls import TlsPolicy

        settings = self.settings
        return Database(
            self.urls,
            PoolSettings(
                size=settings.db_pool_size,
                max_overflow=settings.db_max_overflow,
                recycle=settings.db_pool_recycle,
                pre_ping=settings.db_pool_pre_ping,
            ),
            TlsPolicy(root_cert=settings.ssl_root_cert, strict=settings.tls_strict),
            read_only=settings.read_only,
            echo=settings.db_echo,
            hear=self._hear,
        )

    def restore_means(self) -> Means:
        """By which means the database gets a restore point. Raises `NoRestorePointError`."""
        from toolkit.database.jobs import Job
        from toolkit.database.restore import means_for

        return means_for(self.settings, self.database.url(Job.MIGRATE))

    @cached_property
    def project(self) -> AlembicProject:
        """The Alembic project: the configured one, or the nearest from the start folder upward."""
        from toolkit.database import DatabaseUrl
        from toolkit.migrate import AlembicProject

        settings = self.settings
        return AlembicProject.open(
            settings.start_dir,
            config=settings.alembic_config,
            section=settings.alembic_section,
            x=self._x,
            environ=self._environ_of_env_py(),
            databases={name: DatabaseUrl.parse(url) for name, url in settings.databases.items()},
        )

    @cached_property
    def registry(self) -> ModelRegistry:
        """The models: the configured modules or metadata, else the `target_metadata` of `env.py`.

        Reads no database. Raises the loading errors of `toolkit.models`, and what reading the project raises.
        """
        from toolkit.models.loading import load_registry
        from toolkit.models.loading_errors import NoMetadataError
        from toolkit.models.registry import ModelRegistry

        settings = self.settings
        if settings.models or settings.metadata:
            return load_registry(settings.models, settings.metadata, project_dir=settings.project_dir)
        captured = self.project.capture()
        if not captured.target_metadata:
            raise NoMetadataError(source=str(captured.env_py), reason="its target_metadata is None")
        return ModelRegistry.of(captured.target_metadata)

    @cached_property
    def ownership_rules(self) -> OwnershipRules:
        """How rows belong to users, as the settings declare it."""
        from toolkit.models.ownership.rules import OwnershipRules

        declared = self.settings.isolation
        return OwnershipRules(
            owner_root=declared.owner_root,
            owner_columns=declared.owner_columns,
            shared=declared.shared,
            overrides=declared.overrides,
            owner_key=declared.owner_key,
        )

    def _environ_of_env_py(self) -> dict[str, str]:
        """Variables for an `env.py` that insists on them, although its engines are redirected anyway."""
        try:
            return {"DATABASE_URL": self.urls.main.reveal_plain()}
        except NeonkitError:
            # Reading revisions needs no database; a command that does need one fails with this same error.
            return {"DATABASE_URL": NOWHERE}

    def _embedded(self) -> DatabaseUrl | None:
        """The embedded server's URL; None if the project has no such server."""
        if not self.settings.server_dir.is_dir():
            return None
        from toolkit.database.embedded import EmbeddedServer

        return EmbeddedServer(self.settings.server_dir, durable=True).url(self.settings.server_database)
