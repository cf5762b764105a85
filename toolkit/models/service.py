"""The base of services: what an acting user does, over repositories, inside one unit of work.

A service decides; repositories read and write; the edge (`session_scope` around a request or a command)
commits or rolls back. Invariant: no service commits, and every owned repository it makes is bound to its
acting user.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlmodel import Session

from toolkit.models.owned_repository import OwnedRepository
from toolkit.models.repository import Repository

OwnedT = TypeVar("OwnedT", bound=OwnedRepository[Any])
SharedT = TypeVar("SharedT", bound=Repository[Any])


class Service:
    """What one acting user does in one session.

    class TaskService(Service):
        def __init__(self, session: Session, user_id: UUID) -> None:
            super().__init__(session, user_id)
            self._tasks = self.owned(TaskRepository)
    """

    def __init__(self, session: Session, user_id: Any) -> None:
        self._session = session
        self.user_id = user_id

    def owned(self, repository: type[OwnedT]) -> OwnedT:
        """The repository over the acting user's rows. Raises NoActingUserError and SessionSharedError."""
        return repository(self._session, self.user_id)

    def shared(self, repository: type[SharedT]) -> SharedT:
        """The repository over rows that belong to no user."""
        return repository(self._session)
