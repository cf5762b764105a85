"""What only mode 1 asks for."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from toolkit.database.jobs import Job
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.overview import Limits

_LIMITS: Final = """
SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),
       current_setting('idle_in_transaction_session_timeout'), pg_database_size(current_database())
"""


class OverviewBackend:
    """Reads what only the overview shows."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def limits(self) -> Limits:
        """The limits of a session as it is opened here, and the size of the database."""
        with self._opened.workspace.database.connect(Job.INSPECT) as connection:
            return Limits(*connection.execute(text(_LIMITS)).one())
