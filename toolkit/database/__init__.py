"""Reach a PostgreSQL server: addresses, TLS, engines, retries, sessions, locks.

Invariants of the room: it knows nothing of schemas, models or migrations; secrets do not leave it except
through methods named `reveal`; every failure to connect is one class with one remedy. The names below load
when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.database.url import DatabaseUrl as DatabaseUrl
    from toolkit.database.urls import Urls as Urls

_HOMES = {
    "DatabaseUrl": "url",
    "Urls": "urls",
}

__all__ = ["DatabaseUrl", "Urls"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
