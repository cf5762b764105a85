"""The small world's ownership, and its worlds on a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from isolation.trace.small_world import SHAPES
from isolation.trace.worlds import Worlds
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from toolkit.database.scratch import ScratchDatabases
from toolkit.isolation.trace import Grounds
from toolkit.models.ownership import OwnershipRules, build_ownership


@pytest.fixture(scope="session")
def grounds() -> Grounds:
    """The ownership of the small world, its functions not asked for."""
    rules = OwnershipRules(owner_root="public.users", shared={"public.colours": "the same for everybody"})
    return Grounds.of(build_ownership(SHAPES, rules))


@pytest.fixture(scope="module")
def worlds(scratch: ScratchDatabases) -> Iterator[Worlds]:
    """Worlds that differ in what other users have."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        found = Worlds(engine)
        yield found
        found.connection.close()
