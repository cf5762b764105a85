"""The user's own account, in and out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from toolkit.demo.schemas.input import Email, Input, PersonName


class UserCreate(Input):
    """A first visit. The id is not in it: it is the one the token proves."""

    email: Email
    name: PersonName


class UserUpdate(Input):
    """A change of the fields that are given."""

    email: Email | None = None
    name: PersonName | None = None


class UserPublic(BaseModel):
    """An account as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    created_at: datetime
