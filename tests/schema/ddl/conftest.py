"""All pieces in one database, made again once per process."""

from __future__ import annotations

import pytest
from fixtures.schema_ddl import RoundTrip, cursor_at, drop_subscriptions, made_again, pieces, snapshot_of

from toolkit.database.scratch import ScratchDatabases


@pytest.fixture(scope="session")
def all_pieces(kit_roles: None, scratch: ScratchDatabases) -> RoundTrip:
    """The round trip of a database that holds every piece, each in a schema of its own."""
    with scratch.create() as url:
        with cursor_at(url) as cursor:
            for piece in pieces():
                cursor.execute(f"reset all; create schema {piece.name}")
                cursor.execute(piece.sql)
        before = snapshot_of(url)
        drop_subscriptions(url, before)
    return made_again(scratch, before)
