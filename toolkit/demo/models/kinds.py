"""The closed sets of values a task can have. The database stores the values, not the Python names.

Two ways of storing, each for its reason:

- a status is text with a CHECK. The set changes as the application does, and a CHECK can be replaced without
  rewriting the table or waiting for it;
- a priority is a native enum. Its members have an order, so that the server sorts `urgent` above `low`.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Enum


class TaskStatus(StrEnum):
    """How far a task is."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class TaskPriority(StrEnum):
    """How much a task presses, lowest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


def status_type() -> Enum:
    """Text of at most 20 characters, checked by the constraint `ck_tasks_status_known`."""
    return Enum(
        TaskStatus,
        name="status_known",
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=_values,
        validate_strings=True,
    )


def priority_type() -> Enum:
    """The native type `task_priority`, created and dropped with the metadata."""
    return Enum(TaskPriority, name="task_priority", values_callable=_values, validate_strings=True)
