"""Writers work on while the reference application's history is upgraded."""

from __future__ import annotations

import pytest

from benchmarks.guarded_upgrade import measured
from toolkit.database import DatabaseUrl
from toolkit.migrate.guard.terms import LOCK_TIMEOUT


@pytest.mark.slow
def test_no_request_waits_longer_than_the_lock_timeout(database_url: DatabaseUrl) -> None:
    load, _, revisions = measured(database_url, rows=5000, clients=4)
    assert revisions == 14
    assert len(load.waits) > 100
    assert max(load.waits) <= LOCK_TIMEOUT + 0.2
