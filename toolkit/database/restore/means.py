"""By which means a database gets a restore point: decided from settings and host, before anybody is asked."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from toolkit.database.neon_host import endpoint_id, is_neon_host
from toolkit.database.restore.errors import NoRestorePointError
from toolkit.database.url import DatabaseUrl
from toolkit.secret import Secret
from toolkit.settings import Settings

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
OWN: Final = (
    "set restore_point in [tool.neonkit] to a command that makes one (pg_dump, a snapshot of the volume), "
    "or go on without"
)
NEON: Final = "set {what}, or restore_point in [tool.neonkit] to a command of your own"


@dataclass(frozen=True, slots=True)
class NeonBranches:
    """A branch of the branch that the URL leads to."""

    key: Secret
    project: str
    endpoint: str | None
    """The endpoint in the URL's host; its branch is asked for."""
    branch: str | None
    """The branch, where the settings name it."""
    api: str

    words = "a Neon branch"


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """A command of the project's settings, run without a shell in the project's folder."""

    arguments: tuple[str, ...]
    folder: Path
    url: DatabaseUrl

    words = "the project's own command"


Means = NeonBranches | OwnCommand


def means_for(settings: Settings, url: DatabaseUrl) -> Means:
    """The command of the settings if they name one, else a branch where the database is on Neon.

    `url` is the direct one. Raises NoRestorePointError, which says what is missing.
    """
    if settings.restore_point:
        return OwnCommand(_words(settings.restore_point, url), settings.project_dir, url)
    if not (is_neon_host(url.host) or settings.neon_branch_id):
        raise _none(url, "it is not on Neon, and restore_point is not set", OWN)
    if settings.neon_api_key is None:
        raise _none(url, "NEON_API_KEY is not set", NEON.format(what="NEON_API_KEY"))
    project = settings.neon_project_id or _linked(settings.project_dir)
    if project is None:
        reason = "the Neon project is not known"
        raise _none(url, reason, NEON.format(what="NEON_PROJECT_ID (`neonctl set-context` writes it, too)"))
    endpoint = endpoint_id(url.host)
    if endpoint is None and settings.neon_branch_id is None:
        raise _none(url, "the host names no endpoint of Neon", NEON.format(what="NEON_BRANCH_ID"))
    for name in (project, settings.neon_branch_id):
        if name is not None and not _SAFE_ID.match(name):
            raise _none(url, "NEON_PROJECT_ID or NEON_BRANCH_ID is no id of Neon", NEON.format(what="them"))
    _require_private(url, settings.neon_api_url)
    return NeonBranches(
        settings.neon_api_key, project, endpoint, settings.neon_branch_id, settings.neon_api_url
    )


def _words(command: str, url: DatabaseUrl) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise _none(url, f"restore_point of the settings cannot be read: {error}", "Mend it.") from error
    if not words:
        raise _none(url, "restore_point of the settings is empty", OWN)
    return words


def _linked(folder: Path) -> str | None:
    """The project that Neon's own command line wrote beside the project's files."""
    try:
        known = json.loads((folder / ".neon").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    project = known.get("projectId") if isinstance(known, dict) else None
    return project if isinstance(project, str) and project else None


def _require_private(url: DatabaseUrl, api: str) -> None:
    parts = urlsplit(api)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise _none(url, "the key would travel in the clear to NEON_API_URL", "Write it with https://.")


def _none(url: DatabaseUrl, reason: str, remedy: str) -> NoRestorePointError:
    return NoRestorePointError(str(url.database), reason, remedy)
