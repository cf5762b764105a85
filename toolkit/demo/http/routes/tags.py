"""`/tags`: the words on the tasks of the acting user."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from toolkit.demo.http.dependencies import Tags
from toolkit.demo.schemas import TagInput, TagPublic, TagUsage

router = APIRouter(prefix="/tags", tags=["tags"])


@router.get("")
def usage(tags: Tags) -> list[TagUsage]:
    """All tags, with the number of tasks they are on."""
    return [TagUsage(id=tag.id, name=tag.name, tasks=tasks) for tag, tasks in tags.usage()]


@router.put("/{tag_id}")
def rename(tag_id: UUID, data: TagInput, tags: Tags) -> TagPublic:
    """Rename a tag on all its tasks."""
    return TagPublic.model_validate(tags.rename(tag_id, data))


@router.delete("/{tag_id}", status_code=204)
def delete(tag_id: UUID, tags: Tags) -> None:
    """Take a tag off all its tasks."""
    tags.delete(tag_id)
