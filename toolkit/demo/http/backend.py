"""What requests share: the engine, the token authority, the role to act as. No session is among it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session

from toolkit.database import guard_checkouts, user_session
from toolkit.demo.errors import ExemptRoleError
from toolkit.demo.tokens import TokenAuthority
from toolkit.models import hide_deleted

_ROLE_IN_USE: Final = """
SELECT current_user,
       CASE WHEN role.rolsuper THEN 'is a superuser'
            WHEN role.rolbypassrls THEN 'bypasses row-level security'
            WHEN EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relrowsecurity)
            THEN 'owns tables that policies protect' END
FROM pg_roles AS role WHERE role.rolname = current_user
"""


class Backend:
    """Opens sessions for users."""

    def __init__(self, engine: Engine, authority: TokenAuthority, role: str | None) -> None:
        self._engine = engine
        self.authority = authority
        self._role = role
        guard_checkouts(engine)

    @contextmanager
    def session(self, user_id: UUID) -> Iterator[Session]:
        """A unit of work for one user, who is set in each of its transactions; deleted rows are hidden."""
        with user_session(self._engine, user_id, role=self._role) as session:
            hide_deleted(session)
            yield session

    def refuse_exempt_role(self) -> None:
        """Raise ExemptRoleError if the role that would serve users is not held by the policies."""
        with self._engine.connect() as connection:
            if self._role is not None:
                connection.execute(text("SELECT set_config('role', :role, true)"), {"role": self._role})
            role, reason = connection.execute(text(_ROLE_IN_USE)).one()
        if reason is not None:
            raise ExemptRoleError(role=role, reason=reason)
