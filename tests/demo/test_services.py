"""Services as the application's role: what a user can do with what is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fixtures.demo import ANN, BOB, Acting
from pydantic import ValidationError
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlmodel import Session, col, select

from toolkit.demo.models import Tag, Task, TaskPriority, TaskStatus, TaskTagLink, User
from toolkit.demo.repositories import TaskRepository
from toolkit.demo.schemas import TagInput, TaskCreate, TaskUpdate, UserCreate, UserUpdate
from toolkit.demo.services import TagService, TaskService, UserService
from toolkit.models.errors import NullRefusedError, RecordNotFoundError, SortRefusedError


def test_a_task_lives(acting: Acting) -> None:
    due = datetime.now(UTC) + timedelta(days=1)
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        task = service.create(TaskCreate(title="  Milk ", due_at=due, tags=("Home", "errands", "home")))
        assert (task.title, task.status, task.priority) == ("Milk", TaskStatus.TODO, TaskPriority.MEDIUM)
        assert [tag.name for tag in task.tags] == ["errands", "home"]
        key = task.id
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        done = service.update(key, TaskUpdate(status=TaskStatus.COMPLETED, tags=("new",)))
        first = done.completed_at
        assert first is not None
        assert first.tzinfo is not None
        assert done.updated_at > done.created_at
        assert [tag.name for tag in done.tags] == ["new"]
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        assert service.update(key, TaskUpdate(status=TaskStatus.COMPLETED)).completed_at == first
        assert service.update(key, TaskUpdate(status=TaskStatus.TODO)).completed_at is None
        assert service.update(key, TaskUpdate(title="Bread", due_at=None)).due_at is None
        service.delete(key)
        with pytest.raises(RecordNotFoundError):
            service.get(key)
        assert service.restore(key).title == "Bread"


def test_a_deleted_task_is_nowhere(acting: Acting) -> None:
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        kept, gone = (service.create(TaskCreate(title=title, tags=("x",))) for title in ("kept", "gone"))
        service.delete(gone.id)
        assert [task.id for task in service.page().items] == [kept.id]
        assert service.page().total == 1
        assert service.counts()[TaskStatus.TODO] == 1
        assert [task.id for task in service.feed().items] == [kept.id]
        assert [(tag.name, tasks) for tag, tasks in TagService(session, ANN).usage()] == [("x", 1)]
        assert [task.id for task in session.exec(select(Task))] == [kept.id]


def test_pages_count_what_they_filter(acting: Acting) -> None:
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        for number in range(7):
            status = TaskStatus.COMPLETED if number % 2 else TaskStatus.TODO
            service.create(TaskCreate(title=f"{number}", status=status))
        page = service.page(status=TaskStatus.TODO, number=2, size=3, order="title")
        assert ([task.title for task in page.items], page.total, page.pages) == (["6"], 4, 2)
        with pytest.raises(SortRefusedError):
            service.page(order="user_id")
        assert service.counts() == {
            TaskStatus.TODO: 4,
            TaskStatus.IN_PROGRESS: 0,
            TaskStatus.COMPLETED: 3,
        }


def test_the_feed_is_stable_while_tasks_come(acting: Acting) -> None:
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        known = {service.create(TaskCreate(title=f"{number}")).id for number in range(5)}
    with acting(ANN) as session:
        service = TaskService(session, ANN)
        first = service.feed(size=2)
        service.create(TaskCreate(title="newer"))
        seen, cursor = [task.id for task in first.items], first.next
        while cursor:
            page = service.feed(size=2, cursor=cursor)
            seen += [task.id for task in page.items]
            cursor = page.next
    assert set(seen) == known
    assert len(seen) == 5


def test_priorities_are_ordered_by_the_server(acting: Acting) -> None:
    due = datetime.now(UTC)
    with acting(ANN) as session:
        service, repository = TaskService(session, ANN), TaskRepository(session, ANN)
        for priority in ("low", "urgent", "medium", "high"):
            service.create(TaskCreate(title=priority, priority=TaskPriority(priority), due_at=due))
        pressing = repository.due_before(due + timedelta(seconds=1))
        assert [task.title for task in pressing] == ["urgent", "high", "medium", "low"]


def test_a_list_takes_the_same_statements_however_long(acting: Acting, demo_engine: Engine) -> None:
    def statements(count: int) -> int:
        with acting(ANN) as session:
            service = TaskService(session, ANN)
            for number in range(count):
                service.create(TaskCreate(title=f"{number}", tags=(f"t{number}", "all")))
        heard: list[str] = []
        with acting(ANN) as session:
            event.listen(demo_engine, "before_cursor_execute", lambda *args: heard.append(args[2]))
            assert all(task.tags for task in TaskService(session, ANN).page(size=100).items)
        return len(heard)

    assert statements(2) == 4  # identity, page, tags, count
    heard_again = statements(20)
    assert heard_again <= 8  # the listener of the first call hears, too


def test_relationships_are_not_loaded_by_accident(acting: Acting) -> None:
    with acting(ANN) as session:
        user = UserService(session, ANN).me()
        with pytest.raises(InvalidRequestError, match="raise_on_sql"):
            _ = user.tasks


def test_an_account_leaves_with_everything(
    acting: Acting, demo_engine: Engine, bobs: dict[str, uuid.UUID]
) -> None:
    with acting(ANN) as session:
        TaskService(session, ANN).create(TaskCreate(title="a", tags=("t",)))
    with acting(ANN) as session:
        UserService(session, ANN).leave()
    with Session(demo_engine) as everything:
        owners = (Task.user_id, Tag.user_id, TaskTagLink.user_id)
        assert [set(everything.exec(select(owner))) for owner in owners] == [{BOB}] * 3


INPUT: dict[str, Callable[[], object]] = {
    "an owner": lambda: TaskCreate.model_validate({"title": "x", "user_id": str(BOB)}),
    "a key": lambda: TaskCreate.model_validate({"title": "x", "id": str(BOB)}),
    "a time of the server": lambda: TaskUpdate.model_validate({"created_at": "2020-01-01T00:00:00Z"}),
    "a time of completion": lambda: TaskUpdate.model_validate({"completed_at": None}),
    "no zone": lambda: TaskCreate.model_validate({"title": "x", "due_at": "2020-01-01T00:00:00"}),
    "an unknown status": lambda: TaskUpdate.model_validate({"status": "done"}),
    "a blank title": lambda: TaskCreate.model_validate({"title": "   "}),
    "a long title": lambda: TaskCreate.model_validate({"title": "x" * 201}),
    "a NUL": lambda: TaskCreate.model_validate({"title": "a\x00b"}),
    "no e-mail": lambda: UserCreate.model_validate({"email": "nobody", "name": "x"}),
    "an empty tag": lambda: TagInput.model_validate({"name": " "}),
}


@pytest.mark.parametrize("make", INPUT.values(), ids=INPUT)
def test_input_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValidationError):
        make()


def test_a_required_field_cannot_be_emptied(acting: Acting, bobs: dict[str, uuid.UUID]) -> None:
    with acting(BOB) as session, pytest.raises(NullRefusedError):
        TaskService(session, BOB).update(bobs["task"], TaskUpdate(title=None))


def test_an_account_changes(acting: Acting) -> None:
    with acting(ANN) as session:
        service = UserService(session, ANN)
        assert service.update(UserUpdate(name=" Anna ")).name == "Anna"
        assert service.me().email == "ann@example.org"
        assert session.exec(select(User).where(col(User.id) != ANN)).all() == []


def test_contradictions_do_not_reach_the_table(demo_engine: Engine, bobs: dict[str, uuid.UUID]) -> None:
    for sql in (
        "UPDATE tasks SET status = 'completed'",
        "UPDATE tasks SET completed_at = now()",
        "UPDATE tasks SET status = 'done'",
        "UPDATE tasks SET priority = 'max'",
        "UPDATE tags SET name = 'Loud'",
        "UPDATE users SET email = 'Loud@example.org'",
    ):
        with pytest.raises(DBAPIError), demo_engine.begin() as connection:
            connection.execute(text(sql))
