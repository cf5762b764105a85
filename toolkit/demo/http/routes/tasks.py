"""`/tasks`: the tasks of the acting user."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from toolkit.demo.http.dependencies import Tasks
from toolkit.demo.models import TaskStatus
from toolkit.demo.schemas import Feed, Listing, TaskCreate, TaskPublic, TaskUpdate

router = APIRouter(prefix="/tasks", tags=["tasks"])

PageSize = Annotated[int, Query(ge=1, le=100)]


@router.post("", status_code=201)
def create(data: TaskCreate, tasks: Tasks) -> TaskPublic:
    """Make a task."""
    return TaskPublic.model_validate(tasks.create(data))


@router.get("")
def page(
    tasks: Tasks,
    status: TaskStatus | None = None,
    number: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: PageSize = 20,
    order: Annotated[str | None, Query(max_length=100)] = None,
) -> Listing[TaskPublic]:
    """A numbered page, with the number of all tasks that the filter lets through."""
    found = tasks.page(status=status, number=number, size=size, order=order)
    items = tuple(TaskPublic.model_validate(task) for task in found.items)
    return Listing(items=items, total=found.total, number=found.number, pages=found.pages)


@router.get("/feed")
def feed(
    tasks: Tasks, status: TaskStatus | None = None, size: PageSize = 20, cursor: str | None = None
) -> Feed[TaskPublic]:
    """The newest tasks, or those beyond a cursor."""
    found = tasks.feed(status=status, size=size, cursor=cursor)
    items = tuple(TaskPublic.model_validate(task) for task in found.items)
    return Feed(items=items, next=found.next, previous=found.previous)


@router.get("/counts")
def counts(tasks: Tasks) -> dict[TaskStatus, int]:
    """How many tasks have each status."""
    return tasks.counts()


@router.get("/{task_id}")
def get(task_id: UUID, tasks: Tasks) -> TaskPublic:
    """One task."""
    return TaskPublic.model_validate(tasks.get(task_id))


@router.patch("/{task_id}")
def update(task_id: UUID, data: TaskUpdate, tasks: Tasks) -> TaskPublic:
    """Change the fields that are given."""
    return TaskPublic.model_validate(tasks.update(task_id, data))


@router.delete("/{task_id}", status_code=204)
def delete(task_id: UUID, tasks: Tasks) -> None:
    """Hide a task."""
    tasks.delete(task_id)


@router.post("/{task_id}/restore")
def restore(task_id: UUID, tasks: Tasks) -> TaskPublic:
    """Show a deleted task again."""
    return TaskPublic.model_validate(tasks.restore(task_id))
