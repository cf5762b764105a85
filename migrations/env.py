"""Where Alembic learns which models there are and which database is meant.

A connection in `config.attributes["connection"]` is used as it is; otherwise the URL comes from the settings
(environment, `.env`, ...), the direct one where there are two: session locks and `CREATE INDEX CONCURRENTLY`
have no place on a pooled host. Nothing here runs a statement before `context.configure`, or Alembic would
find a transaction it does not own and roll everything back.
"""

from __future__ import annotations

from logging.config import fileConfig
from pathlib import Path

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, NullPool, create_engine

from toolkit.demo.models import metadata as target_metadata

config = context.config


def run_offline() -> None:
    """Write SQL; no database and no URL is needed."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=target_metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Migrate the database we were handed, or else the one that the settings name."""
    given = config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = create_engine(url_of_settings(), poolclass=NullPool)
    with engine.connect() as connection:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Run on `connection`, each revision in a transaction of its own.

    One transaction for all would be broken up by the first revision that has to run outside of one.
    """
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def url_of_settings() -> URL:
    """The direct URL where there are two; as a value that hides its password in a traceback."""
    from toolkit.database import DatabaseUrl, Urls
    from toolkit.errors import NeonkitError
    from toolkit.settings import load_settings

    settings = load_settings(Path(config.config_file_name or "alembic.ini").parent)
    pooled, unpooled = (
        None if secret is None else DatabaseUrl.parse(secret)
        for secret in (settings.database_url, settings.database_url_unpooled)
    )
    try:
        return Urls.resolve(pooled, unpooled).main.sqlalchemy
    except NeonkitError as error:
        raise CommandError(f"{error} {error.hint or ''}".rstrip()) from error


def configure_logging() -> None:
    """As the ini file says, unless a program that has its own logging is running us."""
    by_command_line = "connection" not in config.attributes and config.attributes.get(
        "configure_logger", True
    )
    if config.config_file_name is not None and by_command_line:
        fileConfig(config.config_file_name, disable_existing_loggers=False)


configure_logging()
if context.is_offline_mode():
    run_offline()
else:
    run_online()
