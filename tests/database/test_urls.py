"""Two addresses, one database."""

from __future__ import annotations

import pytest

from toolkit.database import DatabaseUrl, Urls
from toolkit.database.errors import NoUrlError, UrlsDisagreeError

DIRECT = DatabaseUrl.parse("postgresql://u:p@ep-cool-name-a1b2c3d4.eu.neon.tech/d")
POOLED = DatabaseUrl.parse("postgresql://u:p@ep-cool-name-a1b2c3d4-pooler.eu.neon.tech/d")
OTHER_POOLER = DatabaseUrl.parse("postgresql://u:p@db-pooler.example.com/d")
PLAIN = DatabaseUrl.parse("postgresql://u:p@db.example.com/d")


@pytest.mark.parametrize(
    ("only", "unpooled", "pooled", "direct", "said"),
    [
        (DIRECT, None, None, DIRECT, []),
        (None, DIRECT, None, DIRECT, []),
        (POOLED, DIRECT, POOLED, DIRECT, []),
        (POOLED, None, POOLED, DIRECT, ["info"]),
        (POOLED, POOLED, POOLED, DIRECT, ["warning", "info"]),
        (None, POOLED, POOLED, DIRECT, ["warning", "info"]),
        (PLAIN, None, None, PLAIN, []),
        (OTHER_POOLER, None, OTHER_POOLER, None, []),
        (OTHER_POOLER, PLAIN, OTHER_POOLER, PLAIN, []),
        (PLAIN, PLAIN, PLAIN, PLAIN, []),
    ],
)
def test_which_address_is_which(
    only: DatabaseUrl | None,
    unpooled: DatabaseUrl | None,
    pooled: DatabaseUrl | None,
    direct: DatabaseUrl | None,
    said: list[str],
) -> None:
    urls = Urls.resolve(only, unpooled)
    assert (urls.pooled, urls.direct) == (pooled, direct)
    assert [notice.level for notice in urls.notices] == said
    assert urls.main == (direct or pooled)


def test_a_derived_direct_host_is_said() -> None:
    (notice,) = Urls.resolve(POOLED).notices
    assert str(DIRECT.host) in notice.sentence
    assert str(POOLED.host) in notice.sentence


def test_arguments_left_out_are_said() -> None:
    (notice,) = Urls.resolve(DatabaseUrl.parse("postgresql://h/d?pgbouncer=true")).notices
    assert "pgbouncer" in notice.sentence


def test_no_url_at_all() -> None:
    with pytest.raises(NoUrlError):
        Urls.resolve(None, None)


@pytest.mark.parametrize(
    ("direct", "what"),
    [
        (DIRECT.with_database("other"), "the database"),
        (DatabaseUrl.parse("postgresql://u:p@ep-warm-name-a1b2c3d4.eu.neon.tech/d"), "the endpoint"),
    ],
)
def test_two_addresses_of_two_databases_are_refused(direct: DatabaseUrl, what: str) -> None:
    with pytest.raises(UrlsDisagreeError) as caught:
        Urls.resolve(POOLED, direct)
    assert caught.value.what == what
