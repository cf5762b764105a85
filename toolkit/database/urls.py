"""The two addresses of one database: pooled for many short transactions, direct for everything else.

Invariants: a direct host may be derived from a pooled one, and that is said; never the other way round. Both
addresses lead to the same database, as far as names can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.database import neon_host
from toolkit.database.errors import NoUrlError, UrlsDisagreeError
from toolkit.database.url import DatabaseUrl
from toolkit.events import Notice


@dataclass(frozen=True, slots=True)
class Urls:
    """What is known of one database's addresses. At least one of `pooled` and `direct` is there."""

    pooled: DatabaseUrl | None
    direct: DatabaseUrl | None
    notices: tuple[Notice, ...] = ()

    @classmethod
    def resolve(cls, pooled_or_only: DatabaseUrl | None, unpooled: DatabaseUrl | None = None) -> Urls:
        """Sort out `DATABASE_URL` and `DATABASE_URL_UNPOOLED`.

        Raises NoUrlError if neither is there, UrlsDisagreeError if they lead to different databases.
        """
        if pooled_or_only is None and unpooled is None:
            raise NoUrlError
        if pooled_or_only is not None and unpooled is not None:
            _refuse_disagreement(pooled_or_only, unpooled)
        notices = [*_ignored(pooled_or_only), *_ignored(unpooled)]
        direct = unpooled
        if direct is not None and direct.is_pooled:
            notices.append(Notice("warning", f"DATABASE_URL_UNPOOLED names a pooled host ({direct.host})."))
            pooled_or_only, direct = pooled_or_only or direct, None
        if pooled_or_only is not None and not pooled_or_only.is_pooled:
            return cls(None if direct is None else pooled_or_only, direct or pooled_or_only, tuple(notices))
        if direct is None and pooled_or_only is not None and pooled_or_only.is_neon:
            direct = pooled_or_only.direct()
            notices.append(
                Notice(
                    "info",
                    f"Schema work uses the direct host {direct.host}, derived from {pooled_or_only.host}.",
                )
            )
        return cls(pooled_or_only, direct, tuple(notices))

    @property
    def main(self) -> DatabaseUrl:
        """The address that names the database in messages: the direct one where it is known."""
        url = self.direct or self.pooled
        assert url is not None, "resolve() makes no empty Urls"
        return url


def _ignored(url: DatabaseUrl | None) -> list[Notice]:
    if url is None or not url.ignored:
        return []
    names = ", ".join(url.ignored)
    return [Notice("info", f"Arguments of the URL that only other drivers read were left out: {names}.")]


def _refuse_disagreement(pooled: DatabaseUrl, direct: DatabaseUrl) -> None:
    if pooled.database != direct.database:
        raise UrlsDisagreeError("the database", str(pooled.database), str(direct.database))
    endpoints = (neon_host.endpoint_id(pooled.host), neon_host.endpoint_id(direct.host))
    if None not in endpoints and endpoints[0] != endpoints[1]:
        raise UrlsDisagreeError("the endpoint", str(endpoints[0]), str(endpoints[1]))
