"""A program heard as it runs: the good ways of asking are silent, the bad ones are named once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, ForeignKey, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from toolkit.database import user_session
from toolkit.database.scratch import ScratchDatabases
from toolkit.findings import Finding
from toolkit.isolation.trace import StatementAudit, acting_as, grounds_of, listening
from toolkit.models import OwnershipRules, build_ownership
from toolkit.models.metadata_shapes import shapes_of


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "trace_users"
    id: Mapped[str] = mapped_column(primary_key=True)
    tasks: Mapped[list[Task]] = relationship(back_populates="user")


class Task(Base):
    __tablename__ = "trace_tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[str] = mapped_column(ForeignKey("trace_users.id"))
    user: Mapped[User] = relationship(back_populates="tasks")


@pytest.fixture(scope="module")
def program(scratch: ScratchDatabases) -> Iterator[Engine]:
    """A database with two users and their tasks."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all([User(id="ann"), User(id="bob")])
            session.flush()
            session.add_all(
                [Task(id=101, title="mine", user_id="ann"), Task(id=102, title="theirs", user_id="bob")]
            )
            session.commit()
        yield engine


@pytest.fixture
def audit(program: Engine) -> Iterator[StatementAudit]:
    """An audit that hears the program."""
    graph = build_ownership(shapes_of([Base.metadata]), OwnershipRules(owner_root="trace_users"))
    found = StatementAudit(grounds_of(program, graph))
    with listening(found, program):
        yield found


def findings(audit: StatementAudit) -> list[Finding]:
    return list(audit.report().findings)


def test_list_of_the_user(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        assert session.scalars(select(Task).where(Task.user_id == "ann")).all()
    assert findings(audit) == []
    assert audit.report().looked_at["references bound"] == 1


def test_update_after_an_owned_load(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        task = session.scalars(select(Task).where(Task.id == 101, Task.user_id == "ann")).one()
        task.title = "changed"
        session.add(task)
        session.commit()
        session.refresh(task)
    assert findings(audit) == []


def test_new_task_and_its_reload(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        task = Task(title="new", user_id="ann")
        session.add(task)
        session.commit()
        assert task.id
        session.delete(task)
    assert findings(audit) == []


def test_lookup_by_key_is_named_with_its_line(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        for _ in range(3):
            session.scalars(select(Task).where(Task.id == 102)).first()
    found = findings(audit)
    assert len(found) == 1
    assert found[0].subject == "public.trace_tasks"
    assert found[0].evidence["times"] == 3
    assert found[0].location is not None
    assert found[0].location.path.endswith("test_listening.py")


def test_update_of_a_foreign_row_loaded_by_key(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        task = session.get_one(Task, 102)
        task.title = "taken"
        session.flush()
        session.rollback()
    assert {each.evidence["action"] for each in findings(audit)} == {"read", "update"}


@pytest.mark.parametrize(
    ("user", "times"), [("ann", 0), ("bob", 1)], ids=["the value is the user", "the value is another user"]
)
def test_value_is_compared_with_the_acting_user(
    program: Engine, audit: StatementAudit, user: str, times: int
) -> None:
    with acting_as(user), Session(program) as session:
        session.scalars(select(Task).where(Task.user_id == "ann")).all()
    assert len(findings(audit)) == times


def test_nobody_acts(program: Engine, audit: StatementAudit) -> None:
    with Session(program) as session:
        session.scalars(select(Task).where(Task.user_id == "ann")).all()
    assert [each.rule for each in findings(audit)] == ["trace.no-user"]


def test_lazy_load_of_the_users_own(program: Engine, audit: StatementAudit) -> None:
    with user_session(program, "ann") as session:
        user = session.scalars(select(User).where(User.id == "ann")).one()
        assert user.tasks
    assert findings(audit) == []


def test_text_and_driver_statements_are_heard(program: Engine, audit: StatementAudit) -> None:
    with acting_as("ann"), program.begin() as connection:
        connection.execute(text("SELECT * FROM trace_tasks"))
        connection.exec_driver_sql(
            "SELECT * FROM trace_tasks WHERE user_id = %(u)s AND title LIKE '%%a'", {"u": "ann"}
        )
        plain = connection.execution_options(no_parameters=True)
        plain.exec_driver_sql("SELECT * FROM trace_tasks WHERE user_id = 'ann' AND title LIKE '%a'")
    assert len(findings(audit)) == 1


def test_own_function_may_read_anything(program: Engine, audit: StatementAudit) -> None:
    with program.begin() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION everything() RETURNS SETOF trace_tasks"
            " LANGUAGE sql AS 'TABLE trace_tasks'"
        )
    with acting_as("ann"), program.begin() as connection:
        connection.execute(text("SELECT * FROM everything()"))
        connection.execute(text("SELECT lower('X'), count(*) FROM generate_series(1, 3)"))
    assert [each.subject.rpartition(" ")[2] for each in audit.report().unknowns] == ["everything()"]


def test_no_value_is_in_the_report(program: Engine, audit: StatementAudit) -> None:
    with acting_as("ann"), Session(program) as session:
        session.scalars(select(Task).where(Task.title == "S3CR3T-VALUE")).all()
    assert "S3CR3T-VALUE" not in repr(audit.report())
