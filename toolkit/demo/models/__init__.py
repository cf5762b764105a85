"""The tables. Importing this package registers all of them on `Base.metadata`.

Row-level security and its role are not here: metadata cannot say them. They are written in `migrations/`.
"""

from toolkit.demo.models.base import Base
from toolkit.demo.models.kinds import TaskPriority, TaskStatus
from toolkit.demo.models.tag import Tag
from toolkit.demo.models.task import Task
from toolkit.demo.models.task_tag_link import TaskTagLink
from toolkit.demo.models.user import User

metadata = Base.metadata

__all__ = ["Base", "Tag", "Task", "TaskPriority", "TaskStatus", "TaskTagLink", "User", "metadata"]
