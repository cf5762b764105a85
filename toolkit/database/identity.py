"""A session that acts for one user, and says so to the server in every transaction.

Row-level security reads a setting. Set for the session it would stay on the connection and become the next
user's identity; set for the transaction it is gone after the first commit in the middle of a request. So the
identity is the first statement of each transaction the session begins, transaction-local, with a bound value.

Invariants: no statement of the session runs in a transaction without the identity; nothing remains on the
connection after it; there is no user session without a user, and none in autocommit. Savepoints keep what the
outer transaction set, because each of them sets the same again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Engine, event, text
from sqlmodel import Session

from toolkit.database.errors import AutocommitIdentityError, NoUserIdentityError
from toolkit.database.session import session_scope

UserId = str | int | UUID

DEFAULT_SETTING: Final = "app.user_id"

ACTING_USER: Final = "neonkit.acting_user"
"""Key in `session.info` of the one user the session acts for, as the text the server is told."""


@contextmanager
def user_session(
    engine: Engine, user_id: UserId, *, setting: str = DEFAULT_SETTING, role: str | None = None
) -> Iterator[Session]:
    """A unit of work for one user: committed at the end, rolled back on an exception, always closed.

    Each of its transactions carries the identity in `setting` and, if `role` is given, runs as that role.
    Raises NoUserIdentityError for no user, AutocommitIdentityError at the first statement if the engine does
    not begin transactions.
    """
    identity = _as_text(user_id, setting)
    with session_scope(engine) as session:
        bind_identity(session, identity, setting=setting, role=role)
        yield session


def bind_identity(
    session: Session, user_id: UserId, *, setting: str = DEFAULT_SETTING, role: str | None = None
) -> None:
    """Make every transaction that this session begins from now on carry the identity.

    For sessions that something else opens and ends. Raises ValueError if the session is in a transaction
    already, or acts for another user; otherwise raises as `user_session` does.
    """
    if session.in_transaction():
        raise ValueError("the session has begun a transaction without an identity")
    identity = _as_text(user_id, setting)
    if session.info.setdefault(ACTING_USER, identity) != identity:
        raise ValueError("the session acts for another user already")

    @event.listens_for(session, "after_begin")
    def introduce(session: Session, transaction: object, connection: Connection) -> None:
        del session, transaction
        set_identity(connection, identity, setting=setting, role=role)


def set_identity(
    connection: Connection, user_id: UserId, *, setting: str = DEFAULT_SETTING, role: str | None = None
) -> None:
    """Set the identity, and the role if given, until the end of the connection's current transaction."""
    identity = _as_text(user_id, setting)
    if getattr(connection.connection.dbapi_connection, "autocommit", False):
        raise AutocommitIdentityError(setting)
    # set_config('role', ..., true) is SET LOCAL ROLE with a bound value, in the same round trip.
    switch_role = "" if role is None else ", set_config('role', :role, true)"
    connection.execute(
        text(f"SELECT set_config(:setting, :identity, true){switch_role}"),
        {"setting": setting, "identity": identity, **({} if role is None else {"role": role})},
    )


def _as_text(user_id: object, setting: str) -> str:
    if isinstance(user_id, bool) or not isinstance(user_id, str | int | UUID):
        raise NoUserIdentityError(setting, "None" if user_id is None else f"a {type(user_id).__name__}")
    identity = str(user_id)
    if not identity.strip():
        raise NoUserIdentityError(setting, "empty")
    return identity
