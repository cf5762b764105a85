"""Tags, in and out."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from toolkit.demo.schemas.input import Input, TagName


class TagInput(Input):
    """A new tag, or a new name for one."""

    name: TagName


class TagPublic(BaseModel):
    """A tag."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class TagUsage(TagPublic):
    """A tag and on how many tasks it is; deleted tasks do not count."""

    tasks: int
