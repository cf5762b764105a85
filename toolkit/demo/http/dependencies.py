"""What endpoints ask for: the acting user, their session, their services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from toolkit.demo.errors import InvalidTokenError
from toolkit.demo.http.backend import Backend
from toolkit.demo.services import TagService, TaskService, UserService

_bearer = HTTPBearer(auto_error=False)


def backend(request: Request) -> Backend:
    """What the requests of this application share."""
    found: Backend = request.app.state.backend
    return found


BackendOf = Annotated[Backend, Depends(backend)]


def acting_user(
    backend: BackendOf, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> UUID:
    """The user that the bearer token proves; 401 without one."""
    if credentials is None:
        raise _unproved("A token is needed.")
    try:
        return backend.authority.verify(credentials.credentials)
    except InvalidTokenError as error:
        raise _unproved(error.sentence) from error


def _unproved(sentence: str) -> HTTPException:
    return HTTPException(401, sentence, {"WWW-Authenticate": "Bearer"})


ActingUser = Annotated[UUID, Depends(acting_user)]


def user_session(backend: BackendOf, user_id: ActingUser) -> Iterator[Session]:
    """The session of this request."""
    with backend.session(user_id) as session:
        yield session


# "function": ended, and so committed, before the answer is sent. A commit that fails is no 200.
UserSession = Annotated[Session, Depends(user_session, scope="function")]


def _tasks(session: UserSession, user_id: ActingUser) -> TaskService:
    return TaskService(session, user_id)


def _tags(session: UserSession, user_id: ActingUser) -> TagService:
    return TagService(session, user_id)


def _users(session: UserSession, user_id: ActingUser) -> UserService:
    return UserService(session, user_id)


Tasks = Annotated[TaskService, Depends(_tasks)]
Tags = Annotated[TagService, Depends(_tags)]
Users = Annotated[UserService, Depends(_users)]
