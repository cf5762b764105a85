"""The acting user's tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func
from sqlmodel import col

from toolkit.demo.models import Tag, Task, TaskTagLink
from toolkit.demo.schemas import TagInput
from toolkit.models import OwnedRepository


class TagRepository(OwnedRepository[Tag]):
    """In the order of their names."""

    model = Tag
    default_order = "name"

    def named(self, names: Iterable[str]) -> Sequence[Tag]:
        """The tags of these names; those that are missing are made."""
        wanted = dict.fromkeys(names)
        found = {tag.name: tag for tag in self.list(col(Tag.name).in_(wanted))}
        return [found.get(name) or self.add(TagInput(name=name)) for name in wanted]

    def usage(self) -> Sequence[tuple[Tag, int]]:
        """Each tag with the number of live tasks it is on."""
        linked = col(TaskTagLink.tag_id) == col(Tag.id)
        live = and_(col(Task.id) == col(TaskTagLink.task_id), col(Task.deleted_at).is_(None))
        statement = (
            self.select()
            .select_from(Tag)
            .outerjoin(TaskTagLink, linked)
            .outerjoin(Task, live)
            .group_by(col(Tag.id))
            .order_by(col(Tag.name))
            .add_columns(func.count(col(Task.id)))
        )
        return [(tag, tasks) for tag, tasks in self._records.session.execute(statement)]
