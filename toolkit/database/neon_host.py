"""Host names of Neon: which are Neon's, which are pooled, and the direct name behind a pooled one.

Neon is recognised by the endpoint-shaped first label as well as by its domains, because its hosts also appear
under other domains. Everything is decided on labels; no name is ever cut by text search.
"""

from __future__ import annotations

import re
from typing import Final

POOLER_SUFFIX: Final = "-pooler"

_ENDPOINT_LABEL: Final = re.compile(r"ep-[a-z]+-[a-z]+-[a-z0-9]{6,}(-pooler)?\Z")
_NEON_DOMAINS: Final = (("neon", "tech"), ("neon", "build"))


def is_neon_host(host: str | None) -> bool:
    """Whether the host is an endpoint of Neon."""
    if not host:
        return False
    labels = host.lower().rstrip(".").split(".")
    return bool(_ENDPOINT_LABEL.match(labels[0])) or tuple(labels[-2:]) in _NEON_DOMAINS


def is_pooled_host(host: str | None) -> bool:
    """Whether the first label says that a transaction pooler stands before the server."""
    return bool(host) and str(host).lower().split(".", 1)[0].endswith(POOLER_SUFFIX)


def direct_host(host: str) -> str:
    """The direct host behind a pooled one; the host itself when it is not pooled."""
    first, dot, rest = host.partition(".")
    if first.lower().endswith(POOLER_SUFFIX):
        first = first[: -len(POOLER_SUFFIX)]
    return first + dot + rest


def endpoint_id(host: str | None) -> str | None:
    """The endpoint's id (`ep-cool-name-a1b2c3d4`) if the first label has that shape."""
    if not host:
        return None
    first = direct_host(host).split(".", 1)[0].lower()
    return first if _ENDPOINT_LABEL.match(first) else None
