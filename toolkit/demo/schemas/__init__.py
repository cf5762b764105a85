"""What clients send and what they get.

Table models do not validate, so input never meets them first: it comes in as one of these. Invariants: no
input names an owner, a key or a time of the server, and an unknown field is refused instead of ignored; no
output names an owner.
"""

from toolkit.demo.schemas.pages import Feed, Listing
from toolkit.demo.schemas.tags import TagInput, TagPublic, TagUsage
from toolkit.demo.schemas.tasks import TaskCreate, TaskPublic, TaskUpdate
from toolkit.demo.schemas.users import UserCreate, UserPublic, UserUpdate

__all__ = [
    "Feed",
    "Listing",
    "TagInput",
    "TagPublic",
    "TagUsage",
    "TaskCreate",
    "TaskPublic",
    "TaskUpdate",
    "UserCreate",
    "UserPublic",
    "UserUpdate",
]
