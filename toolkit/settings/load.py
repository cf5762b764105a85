"""Reading the settings: the places in order, one value each, with its origin."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.secret import Secret
from toolkit.settings import connection, profiles
from toolkit.settings.advice import AdviceSettings
from toolkit.settings.check import CheckSettings
from toolkit.settings.connection import URL_VARIABLES, Place
from toolkit.settings.errors import BadSettingError
from toolkit.settings.files import SettingsFiles, find_files, moved_keys, read_dotenv
from toolkit.settings.model import Environment, IsolationSettings, Origin, Settings
from toolkit.suppression import Suppression

if TYPE_CHECKING:
    from toolkit.settings.given import Values

PATHS = ("alembic_config", "server_dir", "ssl_root_cert", "seeds", "baseline")
NOTHING: Mapping[str, object] = MappingProxyType({})


def load_settings(
    start: Path, flags: Mapping[str, object] = NOTHING, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings that hold for `start`.

    `flags` are settings by name, as the command line gives them; `environ` stands in for the process's
    environment. Raises the errors of `toolkit.settings.errors`; nothing is connected or created.
    """
    files = find_files(start)
    dotenv, unread = read_dotenv(files.dotenv)
    places = (
        Place(os.environ if environ is None else environ, "environment"),
        Place(dotenv, "dotenv", files.dotenv),
    )
    _check_table(files)
    profile, profile_origin = profiles.selected(flags, files.table, places)
    own = profiles.profile_table(profile, files.table)
    chosen = connection.choose(
        flags,
        profile,
        profile_origin.kind == "flag",
        {"profile": own, "project": files.table},
        places,
        files.pyproject,
    )
    raw, origins = _layered(files, flags, places, profile, own)
    values = _checked({**raw, **chosen.urls}, {**origins, **chosen.origins})
    origins = {**origins, **chosen.origins, "profile": profile_origin}
    if "keys" in files.table:
        origins["keys"] = Origin("pyproject", "tool.neonkit.keys", files.pyproject)
    environment, notices = _environment(values, own, chosen, files, places, origins)
    return _settings(files, values, profile, environment, origins, (*unread, *notices), places)


def _check_table(files: SettingsFiles) -> None:
    """Check all of [tool.neonkit], also what is overridden elsewhere: a typo must not wait for its turn."""
    if files.pyproject is None:
        return
    from toolkit.settings.given import ProjectTable
    from toolkit.settings.validation import validated

    validated(
        ProjectTable, files.table, lambda key: Origin("pyproject", f"tool.neonkit.{key}", files.pyproject)
    )
    connection.refuse_passwords(files.table, "tool.neonkit", files.pyproject)


def _layered(
    files: SettingsFiles,
    flags: Mapping[str, object],
    places: tuple[Place, ...],
    profile: str | None,
    own: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Origin]]:
    """The raw value of every setting but the connection, and its origin. Later layers win."""
    from toolkit.settings.given import Values, from_variables, variable_of

    layers: list[tuple[Mapping[str, Any], Any]] = [
        (files.table, lambda key: Origin("pyproject", f"tool.neonkit.{key}", files.pyproject)),
        (own, lambda key: _profile_origin(files, profile, key)),
        (from_variables(places[1].variables), lambda key: Origin("dotenv", variable_of(key), places[1].path)),
        (from_variables(places[0].variables), lambda key: Origin("environment", variable_of(key))),
        (flags, lambda key: Origin("flag", f"--{key.removeprefix('alembic_').replace('_', '-')}")),
    ]
    raw: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for layer, origin in layers:
        for key in layer.keys() & Values.model_fields.keys() - URL_VARIABLES.keys():
            value = layer[key]
            merged = isinstance(value, Mapping) and isinstance(raw.get(key), Mapping)
            raw[key] = {**raw[key], **value} if merged else value
            origins[key] = origin(key)
            if isinstance(value, Mapping):
                origins.update({f"{key}.{name}": origin(f"{key}.{name}") for name in value})
    return raw, origins


def _profile_origin(files: SettingsFiles, profile: str | None, key: str) -> Origin:
    if key.partition(".")[0] in files.table.get("profiles", {}).get(profile, {}):
        return Origin("profile", f"tool.neonkit.profiles.{profile}.{key}", files.pyproject)
    return Origin("profile", f"the profile's name, {profile}")


def _checked(raw: Mapping[str, Any], origins: Mapping[str, Origin]) -> Values:
    from toolkit.settings.given import Values
    from toolkit.settings.validation import validated

    return validated(Values, raw, lambda key: origins.get(key, Origin("default", key)))


def _environment(
    values: Values,
    own: Mapping[str, Any],
    chosen: connection.Chosen,
    files: SettingsFiles,
    places: tuple[Place, ...],
    origins: dict[str, Origin],
) -> tuple[Environment, tuple[str, ...]]:
    """How careful to be: as configured, never less than what the profile or the database itself demands."""
    notices = [f"{name} is set but not used: the profile names its connection" for name in chosen.passed_over]
    strictest = values.environment
    if "environment" in own and profiles.KNOWN.index(own["environment"]) > profiles.KNOWN.index(strictest):
        strictest = own["environment"]
        origins["environment"] = Origin("profile", "the selected profile", files.pyproject)
    match = profiles.same_database(chosen.urls, files.table, places)
    if match and profiles.KNOWN.index(match[1]) > profiles.KNOWN.index(strictest):
        strictest = match[1]
        origins["environment"] = Origin("profile", f"same database as profile {match[0]}", files.pyproject)
        notices.append(f"the URL is the database of profile {match[0]}: treated as {strictest}")
    return strictest, tuple(notices)


def _settings(
    files: SettingsFiles,
    values: Values,
    profile: str | None,
    environment: Environment,
    origins: Mapping[str, Origin],
    notices: tuple[str, ...],
    places: tuple[Place, ...],
) -> Settings:
    plain = {name: getattr(values, name) for name in type(values).model_fields}
    for name in PATHS:
        plain[name] = _absolute(plain[name], origins.get(name), files.project_dir)
    isolation: dict[str, Any] = {
        name: MappingProxyType(value) if isinstance(value, dict) else value
        for name, value in values.isolation.model_dump().items()
    }
    plain |= {
        "isolation": IsolationSettings(**isolation),
        "advice": _advice(values),
        "check": _check(values),
        "ignore": _suppressions(values),
        "keys": moved_keys(files),
        "databases": MappingProxyType(_databases(values, places)),
        "environment": environment,
        "read_only": environment == "production" if values.read_only is None else values.read_only,
    }
    return Settings(
        project_dir=files.project_dir,
        start_dir=files.start,
        profile=profile,
        origins=MappingProxyType(dict(origins)),
        notices=notices,
        **plain,
    )


def _absolute(path: Path | None, origin: Origin | None, project_dir: Path) -> Path | None:
    """Flags are relative to the current folder, everything else to the project's."""
    if path is None:
        return None
    base = Path.cwd() if origin is not None and origin.kind == "flag" else project_dir
    return base / path.expanduser()


def _advice(values: Values) -> AdviceSettings:
    declared = values.isolation
    given = values.advice.values()
    given["names"] = MappingProxyType(given["names"])
    given["app_roles"] = given["app_roles"] or ((declared.app_role,) if declared.app_role else ())
    if declared.owner_columns:
        given["owner_columns"] = declared.owner_columns
    return AdviceSettings(identity_setting=declared.identity_setting, **given)


def _check(values: Values) -> CheckSettings:
    given = values.check.values()
    given["levels"] = MappingProxyType(given["levels"])
    return CheckSettings(**given)


def _suppressions(values: Values) -> tuple[Suppression, ...]:
    """Raises `BadSuppressionError` for one without a rule or a reason."""
    return tuple(
        Suppression(**entry.model_dump(), place=f"tool.neonkit.ignore[{number}]")
        for number, entry in enumerate(values.ignore)
    )


def _databases(values: Values, places: tuple[Place, ...]) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    for name, table in values.databases.items():
        if table.database_url is not None:
            found[name] = table.database_url
            continue
        variable = table.url_env or ""
        text = next((p.variables[variable] for p in places if p.variables.get(variable)), None)
        if text is None:
            complaint = (
                f"the variable {variable} is not set"
                if variable
                else "it has neither database_url nor url_env"
            )
            raise BadSettingError(f"databases.{name}", "tool.neonkit.databases", complaint)
        found[name] = Secret(text)
    return found
