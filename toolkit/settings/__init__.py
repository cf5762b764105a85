"""Settings: what was configured, and where each value came from.

Flags win over the environment, the environment over `.env`, that over the selected profile, the profile over
`[tool.neonkit]`, and that over the defaults; a connection is taken whole from one place (see `connection`).
Nothing is read when this package is imported, a module of it is imported when it is asked for, and pydantic
is not loaded before settings are.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.settings.load import load_settings as load_settings
    from toolkit.settings.model import Environment as Environment
    from toolkit.settings.model import IsolationSettings as IsolationSettings
    from toolkit.settings.model import Origin as Origin
    from toolkit.settings.model import Settings as Settings

_HOMES = {
    "Environment": "model",
    "IsolationSettings": "model",
    "Origin": "model",
    "Settings": "model",
    "load_settings": "load",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
