"""The acting user's rows: one repository per table, none of which can reach another user's.

Links have no repository of their own: they are written through `Task.tags`, whose keys carry the owner.
"""

from toolkit.demo.repositories.tags import TagRepository
from toolkit.demo.repositories.tasks import TaskRepository
from toolkit.demo.repositories.users import UserRepository

__all__ = ["TagRepository", "TaskRepository", "UserRepository"]
