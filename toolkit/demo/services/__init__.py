"""What an acting user can do. Services decide; repositories read and write; the edge commits."""

from toolkit.demo.services.tags import TagService
from toolkit.demo.services.tasks import TaskService
from toolkit.demo.services.users import UserService

__all__ = ["TagService", "TaskService", "UserService"]
