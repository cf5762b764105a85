"""Profiles: named sets of settings, each with a word for how careful to be."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from toolkit.secret import Secret
from toolkit.settings.connection import URL_VARIABLES, Place, target
from toolkit.settings.errors import BadProfileError
from toolkit.settings.model import Environment, Origin

KNOWN: tuple[Environment, ...] = get_args(Environment)
"""Profiles that need no table: they are named like the environments."""


def selected(
    flags: Mapping[str, Any], table: Mapping[str, Any], places: Sequence[Place]
) -> tuple[str | None, Origin]:
    """The profile's name and what selected it: the flag, NEONKIT_PROFILE, or `profile` of [tool.neonkit]."""
    if flags.get("profile"):
        return str(flags["profile"]), Origin("flag", "--profile")
    for place in places:
        name = place.variables.get("NEONKIT_PROFILE")
        if name:
            return name, Origin(place.kind, "NEONKIT_PROFILE", place.path)
    if table.get("profile"):
        return str(table["profile"]), Origin("pyproject", "tool.neonkit.profile")
    return None, Origin("default", "profile")


def profile_table(name: str | None, table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The raw table of the profile, its environment filled in.

    Raises `BadProfileError` for a profile that does not exist, or that does not say its environment though
    its name is none.
    """
    if name is None:
        return {}
    profiles: Mapping[str, Mapping[str, Any]] = table.get("profiles", {})
    own = profiles.get(name)
    if own is None and name not in KNOWN:
        names = sorted({*profiles, *KNOWN})
        nearest = difflib.get_close_matches(name, names, n=1)
        remedy = f"Did you mean {nearest[0]}?" if nearest else f"There are {', '.join(names)}."
        raise BadProfileError(profile=name, complaint="it does not exist", remedy=remedy)
    if own is not None and "environment" in own:
        return own
    if name not in KNOWN:
        raise BadProfileError(
            profile=name,
            complaint="it does not say how careful to be",
            remedy='Give it environment = "dev", "staging" or "production"; a name alone is not trusted.',
        )
    return {**(own or {}), "environment": name}


def same_database(
    urls: Mapping[str, Secret], table: Mapping[str, Any], places: Sequence[Place]
) -> tuple[str, Environment] | None:
    """The strictest profile that names the same database as `urls`, whichever way it was reached, or None."""
    wanted = {target(url) for url in urls.values()} - {None}
    matches: list[tuple[str, Environment]] = []
    for name, own in table.get("profiles", {}).items():
        environment = own.get("environment", name)
        if environment in KNOWN and wanted & {target(url) for url in _known_urls(own, places)}:
            matches.append((name, environment))
    return max(matches, key=lambda match: KNOWN.index(match[1]), default=None)


def _known_urls(own: Mapping[str, Any], places: Sequence[Place]) -> list[Secret]:
    texts = [own.get(name) for name in URL_VARIABLES]
    for key, _ in URL_VARIABLES.values():
        texts += [place.variables.get(own[key]) for place in places if key in own]
    return [Secret(text) for text in texts if isinstance(text, str) and text]
