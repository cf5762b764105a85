"""The rule for connections: both URLs come from one place, and a profile's own connection is the connection.

The places, first wins: the flag, the selected profile, the variables in the environment, those in `.env`,
[tool.neonkit]. Mixing places would pair the pooled host of one database with the direct host of another; and
a stray DATABASE_URL would redirect a run that was aimed at a profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from toolkit.secret import Secret
from toolkit.settings.errors import BadProfileError, PasswordInFileError, TwoConnectionsError
from toolkit.settings.model import Origin

POOLED = "database_url"
UNPOOLED = "database_url_unpooled"
URL_VARIABLES = {POOLED: ("url_env", "DATABASE_URL"), UNPOOLED: ("unpooled_url_env", "DATABASE_URL_UNPOOLED")}
"""Setting -> the key that renames its variable, and the variable's usual name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mapping of variables and where it was read from."""

    variables: Mapping[str, str]
    kind: Literal["environment", "dotenv"]
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The URLs of the one place that was chosen, by setting, and their origins."""

    urls: Mapping[str, Secret]
    origins: Mapping[str, Origin]
    passed_over: tuple[str, ...] = ()
    """Variables that hold a URL and were not looked at."""


def choose(
    flags: Mapping[str, Any],
    profile: str | None,
    profile_is_flag: bool,
    tables: Mapping[str, Mapping[str, Any]],
    places: Sequence[Place],
    pyproject: Path | None,
) -> Chosen:
    """The connection to use. `tables` holds the raw `profile` and `project` tables."""
    own = tables["profile"]
    flagged = {name: flags[name] for name in URL_VARIABLES if flags.get(name) is not None}
    if flagged:
        if profile is not None and profile_is_flag and names_connection(own):
            raise TwoConnectionsError(profile=profile)
        return _given(flagged, "flag", "--url", None)
    if profile is not None and names_connection(own):
        return _of_profile(profile, own, places, pyproject)
    for place in places:
        found = _variables(tables["project"], place)
        if found.urls:
            return found
    written = {name: tables["project"][name] for name in URL_VARIABLES if name in tables["project"]}
    return _given(written, "pyproject", "tool.neonkit", pyproject)


def names_connection(table: Mapping[str, Any]) -> bool:
    """Whether the profile says which database it is about."""
    return any(key in table for key in (*URL_VARIABLES, "url_env", "unpooled_url_env"))


def refuse_passwords(table: Mapping[str, Any], prefix: str, path: Path) -> None:
    """Raise `PasswordInFileError` for a URL with a password of another machine in [tool.neonkit]."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            refuse_passwords(value, f"{prefix}.{key}", path)
        elif key in URL_VARIABLES and isinstance(value, str) and _password_of_elsewhere(value):
            raise PasswordInFileError(setting=f"{prefix}.{key}", path=path)


def target(url: Secret) -> tuple[str, int, str] | None:
    """Host, port and database of a URL, pooled and direct host taken as one; None if it cannot be told."""
    try:
        parts = urlsplit(url.reveal())
        host = (parts.hostname or "").rstrip(".")
        first, dot, rest = host.partition(".")
        return f"{first.removesuffix('-pooler')}{dot}{rest}", parts.port or 5432, parts.path.lstrip("/")
    except ValueError:
        return None


def _of_profile(profile: str, own: Mapping[str, Any], places: Sequence[Place], path: Path | None) -> Chosen:
    urls: dict[str, Secret] = {}
    origins: dict[str, Origin] = {}
    for name, (key, _) in URL_VARIABLES.items():
        if name in own:
            urls[name] = _secret(own[name])
            origins[name] = Origin("profile", f"tool.neonkit.profiles.{profile}.{name}", path)
        elif key in own:
            place = next((p for p in places if p.variables.get(own[key])), None)
            if place is None:
                raise BadProfileError(
                    profile=profile,
                    complaint=f"{key} names the variable {own[key]}, which is not set",
                    remedy=f"Set {own[key]} in the environment or in .env; DATABASE_URL is not used instead.",
                )
            urls[name] = _secret(place.variables[own[key]])
            origins[name] = Origin("profile", f"profile {profile}: {own[key]}", place.path)
    used = {own.get(key) for key, _ in URL_VARIABLES.values()}
    passed_over = {
        usual
        for _, usual in URL_VARIABLES.values()
        if usual not in used and any(p.variables.get(usual) for p in places)
    }
    return Chosen(urls, origins, tuple(sorted(passed_over)))


def _variables(project: Mapping[str, Any], place: Place) -> Chosen:
    urls, origins = {}, {}
    for name, (key, usual) in URL_VARIABLES.items():
        variable = str(project.get(key, usual))
        if place.variables.get(variable):
            urls[name] = _secret(place.variables[variable])
            origins[name] = Origin(place.kind, variable, place.path)
    return Chosen(urls, origins)


def _given(values: Mapping[str, Any], kind: str, name: str, path: Path | None) -> Chosen:
    urls = {key: _secret(value) for key, value in values.items()}
    if kind == "flag":
        return Chosen(urls, {key: Origin("flag", name) for key in urls})
    return Chosen(urls, {key: Origin("pyproject", f"{name}.{key}", path) for key in urls})


def _secret(value: Any) -> Secret:
    return value if isinstance(value, Secret) else Secret(str(value).strip())


def _password_of_elsewhere(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.password) and parts.hostname not in (None, "localhost", "127.0.0.1", "::1")
    except ValueError:
        return "@" in url
