"""The account of the acting user."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from toolkit.demo.models import User
from toolkit.demo.repositories import UserRepository
from toolkit.demo.schemas import UserCreate, UserUpdate
from toolkit.models import Service


class UserService(Service):
    """Register, look, change, leave: for oneself only."""

    def __init__(self, session: Session, user_id: UUID) -> None:
        super().__init__(session, user_id)
        self._users = self.owned(UserRepository)

    def register(self, data: UserCreate) -> User:
        """The account of the acting user, whose id the token proved."""
        return self._users.add(data)

    def me(self) -> User:
        """Raises RecordNotFoundError before the first visit."""
        return self._users.require(self.user_id)

    def update(self, data: UserUpdate) -> User:
        """Raises RecordNotFoundError, and NullRefusedError for a field that cannot be empty."""
        return self._users.update(self.user_id, data)

    def leave(self) -> None:
        """Remove the account and, by the foreign keys, everything that belongs to it."""
        self._users.delete(self.user_id)
