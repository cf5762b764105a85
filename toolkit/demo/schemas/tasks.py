"""Tasks, in and out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from toolkit.demo.models import Tag, TaskPriority, TaskStatus
from toolkit.demo.schemas.input import Description, Input, TagName, Title


class TaskCreate(Input):
    """A new task. Times need a zone; tags are named, and made where the user has none of that name."""

    title: Title
    description: Description | None = None
    status: TaskStatus = TaskStatus.TODO
    priority: TaskPriority = TaskPriority.MEDIUM
    due_at: AwareDatetime | None = None
    tags: tuple[TagName, ...] = ()


class TaskUpdate(Input):
    """A change of the fields that are given: null empties what may be empty, a field left out stays."""

    title: Title | None = None
    description: Description | None = None
    status: TaskStatus | None = None
    priority: TaskPriority | None = None
    due_at: AwareDatetime | None = None
    tags: tuple[TagName, ...] | None = None


def _names(tags: Sequence[Tag | str]) -> tuple[str, ...]:
    return tuple(tag.name if isinstance(tag, Tag) else tag for tag in tags)


class TaskPublic(BaseModel):
    """A task as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    description: str | None
    status: TaskStatus
    priority: TaskPriority
    due_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    tags: Annotated[tuple[str, ...], BeforeValidator(_names)]
