"""The URL that `alembic init` writes and nobody has replaced yet.

Its dialect does not exist, so `env.py` would fail before a connection could be led anywhere. In memory, and
only there, it becomes a URL of PostgreSQL whose host cannot exist.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from alembic.config import Config

PLACEHOLDER: Final = "driver://user:pass@localhost/dbname"
HOST: Final = "not-configured.invalid"
_OPTION: Final = "sqlalchemy.url"
_ASYNC: Final = "async_engine"
_ASYNC_DRIVERS: Final = ("asyncpg", "psycopg")


def stand_in(config: Config, env_py: Path) -> None:
    """Replace the placeholder in `config`, with a driver that `env.py` can use."""
    if config.get_main_option(_OPTION) == PLACEHOLDER:
        config.set_main_option(_OPTION, f"postgresql+{_driver(env_py)}://{HOST}/dbname")


def _driver(env_py: Path) -> str:
    try:
        waits = _ASYNC in env_py.read_text("utf-8", "replace")
    except OSError:  # whoever runs it tells
        waits = False
    installed = (name for name in _ASYNC_DRIVERS if waits and importlib.util.find_spec(name) is not None)
    return next(installed, "psycopg2")
