"""The connections that a project's settings name: one for each profile, without connecting to any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import NeonkitError
from toolkit.secret import Secret
from toolkit.settings.files import find_files
from toolkit.settings.load import NOTHING, load_settings
from toolkit.settings.model import Environment, Settings


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A profile as it would be opened, or why it cannot be."""

    name: str
    environment: Environment | None
    read_only: bool
    url: Secret | None
    """None where the profile names no connection that can be read."""
    source: str
    """Where the URL comes from, in words."""
    problem: str | None = None


def profile_choices(
    start: Path, flags: Mapping[str, object] = NOTHING, environ: Mapping[str, str] | None = None
) -> tuple[ProfileChoice, ...]:
    """The profiles of the project at `start`, in the order of the file.

    `flags` are the settings that the command line gave, without a connection. Raises the errors of reading
    the files; what is wrong with one profile is told in its choice.
    """
    table = find_files(start).table.get("profiles", {})
    return tuple(_choice(name, start, flags, environ) for name in (table if isinstance(table, dict) else ()))


def connection_source(settings: Settings) -> tuple[Secret | None, str]:
    """The URL that the settings would open, and where it comes from in words."""
    for name in ("database_url", "database_url_unpooled"):
        url = getattr(settings, name)
        if url is not None:
            return url, settings.origin(name).words
    return None, "the embedded server"


def _choice(
    name: str, start: Path, flags: Mapping[str, object], environ: Mapping[str, str] | None
) -> ProfileChoice:
    try:
        settings = load_settings(start, {**flags, "profile": name}, environ)
    except NeonkitError as error:
        return ProfileChoice(name, None, True, None, "", error.sentence)
    url, source = connection_source(settings)
    return ProfileChoice(name, settings.environment, settings.read_only, url, source)
