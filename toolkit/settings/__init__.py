"""Settings: what was configured, and where each value came from.

Flags win over the environment, the environment over `.env`, that over the selected profile, the profile over
`[tool.neonkit]`, and that over the defaults; a connection is taken whole from one place (see `connection`).
Nothing is read when this package is imported, and it does not load pydantic before settings are loaded.
"""

from toolkit.settings.load import load_settings
from toolkit.settings.model import Environment, IsolationSettings, Origin, Settings

__all__ = ["Environment", "IsolationSettings", "Origin", "Settings", "load_settings"]
