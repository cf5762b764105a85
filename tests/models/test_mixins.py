"""Mixins and names on a real server, and shapes there and back."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.schema import CreateTable
from sqlmodel import Field, Session, SQLModel, col, select, update

from toolkit.models import (
    OwnedByUser,
    SoftDeleted,
    Timestamped,
    UuidKey,
    new_registry,
    owner_field,
    shapes_of,
)
from toolkit.models.shapes import ColumnShape, from_json, to_json


class Base(SQLModel, registry=new_registry()):
    pass


class User(Base, UuidKey, Timestamped, SoftDeleted, table=True):
    __tablename__ = "users"


class Team(Base, table=True):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("name", "motto"), CheckConstraint("name <> ''", name="name_not_empty"))
    id: int = Field(primary_key=True)
    name: str
    motto: str = Field(unique=True)
    user_id: uuid.UUID = owner_field(ondelete="RESTRICT", index=False)


class Task(Base, UuidKey, OwnedByUser, Timestamped, SoftDeleted, table=True):
    __tablename__ = "tasks"
    __table_args__ = (
        ForeignKeyConstraint(["team_name", "team_motto"], ["teams.name", "teams.motto"], deferrable=True),
        Index(None, "team_name", "team_motto"),
        Index("uq_tasks_first", "team_name", unique=True),
        Index("uq_tasks_live", "team_motto", unique=True, postgresql_where=text("deleted_at IS NULL")),
    )
    team_name: str | None = None
    team_motto: str | None = None


@pytest.fixture
def tables(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    return engine


def test_every_constraint_has_the_name_of_its_columns(tables: Engine) -> None:
    found = inspect(tables)
    assert found.get_pk_constraint("tasks")["name"] == "pk_tasks"
    assert {key["name"] for key in found.get_foreign_keys("tasks")} == {
        "fk_tasks_user_id_users",
        "fk_tasks_team_name_team_motto_teams",
    }
    assert {each["name"] for each in found.get_indexes("tasks")} == {
        "ix_tasks_user_id",
        "ix_tasks_team_name_team_motto",
        "uq_tasks_first",
        "uq_tasks_live",
    }
    assert {each["name"] for each in found.get_unique_constraints("teams")} == {
        "uq_teams_name_motto",
        "uq_teams_motto",
    }
    assert [each["name"] for each in found.get_check_constraints("teams")] == ["ck_teams_name_not_empty"]


def test_a_check_without_a_name_is_refused() -> None:
    class Other(SQLModel, registry=new_registry()):
        pass

    with pytest.raises(InvalidRequestError, match="explicitly named"):

        class Bad(Other, table=True):
            __table_args__ = (CheckConstraint("id > 0"),)
            id: int = Field(primary_key=True)


def test_bases_share_neither_tables_nor_class_names() -> None:
    class Other(SQLModel, registry=new_registry("app")):
        pass

    class OtherUser(Other, table=True):
        __tablename__ = "users"
        id: int = Field(primary_key=True)

    assert list(Other.metadata.tables) == ["app.users"]
    assert "users" not in SQLModel.metadata.tables


def test_rows_that_come_past_the_orm_get_key_and_times(tables: Engine) -> None:
    with tables.begin() as connection:
        user = connection.execute(text("INSERT INTO users DEFAULT VALUES RETURNING *")).mappings().one()
        assert isinstance(user["id"], uuid.UUID)
        assert user["created_at"] == user["updated_at"]
        assert user["deleted_at"] is None


def test_updated_at_moves_with_objects_and_with_bulk_updates(tables: Engine) -> None:
    with Session(tables) as session:
        user = User()
        session.add(user)
        session.commit()
        made = user.updated_at
        user.deleted_at = datetime.now(UTC)
        session.commit()
        by_object = user.updated_at
        session.exec(update(User).values(deleted_at=None))
        session.commit()
        assert made < by_object < user.updated_at
        assert user.created_at == made


def test_times_are_aware_and_utc(tables: Engine) -> None:
    east = datetime(2024, 1, 1, 3, tzinfo=timezone(timedelta(hours=3)))
    with Session(tables) as session:
        session.add(User(deleted_at=east))
        session.commit()
        user = session.exec(select(User).where(col(User.deleted_at).is_not(None))).one()
        assert user.deleted_at == east
        assert user.deleted_at is not None
        assert user.deleted_at.tzinfo is UTC
        assert user.created_at.tzinfo is UTC


@pytest.mark.parametrize(("table", "message"), [("teams", "violates"), ("tasks", None)])
def test_the_owner_column_says_what_happens_with_the_user(
    tables: Engine, connection: Connection, table: str, message: str | None
) -> None:
    connection.execute(text("INSERT INTO users DEFAULT VALUES"))
    columns, values = ("id, name, motto, ", "1, 'a', 'b', ") if table == "teams" else ("", "")
    connection.execute(text(f"INSERT INTO {table} ({columns}user_id) SELECT {values}id FROM users"))
    if message is None:
        connection.execute(text("DELETE FROM users"))
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    else:
        with pytest.raises(Exception, match=message):
            connection.execute(text("DELETE FROM users"))


def test_shapes_tell_what_the_tables_are() -> None:
    shapes = {shape.name: shape for shape in shapes_of([Base.metadata])}
    task = shapes["public.tasks"]
    assert task.primary_key == ("id",)
    assert task.uniques == (("team_name",),)
    assert {(key.columns, key.target, key.ondelete, key.deferrable) for key in task.foreign_keys} == {
        (("user_id",), "public.users", "CASCADE", False),
        (("team_name", "team_motto"), "public.teams", None, True),
    }
    assert task.column("created_at") == ColumnShape("created_at", "TIMESTAMP WITH TIME ZONE", nullable=False)
    assert task.requires(["id", "user_id"])
    assert not task.requires(["id", "team_name"])
    assert not task.requires(["no such column"])
    assert set(shapes["public.teams"].uniques) == {("motto",), ("name", "motto")}
    assert [shape.schema for shape in shapes_of([Base.metadata], default_schema="app")] == ["app"] * 3


def test_shapes_survive_json() -> None:
    shapes = shapes_of([Base.metadata])
    assert from_json(json.loads(json.dumps(to_json(shapes)))) == shapes
    assert len({hash(shape) for shape in shapes}) == len(shapes)


def test_no_mixin_holds_a_column_of_its_own() -> None:
    one = CreateTable(Base.metadata.tables["users"])
    columns = [table.c.created_at for table in Base.metadata.tables.values() if "created_at" in table.c]
    assert len({id(column) for column in columns}) == len(columns) == 2
    assert "created_at" in str(one)
