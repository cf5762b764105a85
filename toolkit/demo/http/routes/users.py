"""`/me`: the account of the acting user. There is no path to anybody else's."""

from __future__ import annotations

from fastapi import APIRouter

from toolkit.demo.http.dependencies import Users
from toolkit.demo.schemas import UserCreate, UserPublic, UserUpdate

router = APIRouter(prefix="/me", tags=["account"])


@router.post("", status_code=201)
def register(data: UserCreate, users: Users) -> UserPublic:
    """Make the account of the user that the token proves."""
    return UserPublic.model_validate(users.register(data))


@router.get("")
def me(users: Users) -> UserPublic:
    """See the account."""
    return UserPublic.model_validate(users.me())


@router.patch("")
def change(data: UserUpdate, users: Users) -> UserPublic:
    """Change the fields that are given."""
    return UserPublic.model_validate(users.update(data))


@router.delete("", status_code=204)
def leave(users: Users) -> None:
    """Remove the account with all its tasks and tags."""
    users.leave()
