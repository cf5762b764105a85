"""The tags of the acting user."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from toolkit.demo.models import Tag
from toolkit.demo.repositories import TagRepository
from toolkit.demo.schemas import TagInput
from toolkit.models import Service


class TagService(Service):
    """See, rename and remove tags. They are made by putting them on tasks."""

    def __init__(self, session: Session, user_id: UUID) -> None:
        super().__init__(session, user_id)
        self._tags = self.owned(TagRepository)

    def usage(self) -> Sequence[tuple[Tag, int]]:
        """Each tag with the number of tasks it is on."""
        return self._tags.usage()

    def rename(self, tag_id: UUID, data: TagInput) -> Tag:
        """Raises RecordNotFoundError."""
        return self._tags.update(tag_id, data)

    def delete(self, tag_id: UUID) -> None:
        """Take the tag off all tasks and remove it. Raises RecordNotFoundError."""
        self._tags.delete(tag_id)
