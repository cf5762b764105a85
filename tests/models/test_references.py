"""Nobody hangs a row on another user's row: every reference is checked before it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine, ForeignKeyConstraint, UniqueConstraint, event
from sqlmodel import Field, Session, SQLModel

from toolkit.models import OwnedRepository, SoftDeleted, new_registry, owner_field
from toolkit.models.errors import ReferenceNotFoundError
from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.ownership import OwnershipRules


class Base(SQLModel, registry=new_registry()):
    pass


class User(Base, table=True):
    __tablename__ = "users"
    id: int = Field(primary_key=True)


class Country(Base, table=True):
    __tablename__ = "countries"
    id: int = Field(primary_key=True)


class Folder(Base, SoftDeleted, table=True):
    __tablename__ = "folders"
    __table_args__ = (UniqueConstraint("id", "user_id"),)
    id: int = Field(primary_key=True)
    user_id: int = owner_field()


class Mail(Base, table=True):
    """Belongs to its sender or to its receiver: nothing says which."""

    __tablename__ = "mails"
    id: int = Field(primary_key=True)
    sender_id: int = Field(foreign_key="users.id")
    receiver_id: int = Field(foreign_key="users.id")


class Note(Base, table=True):
    __tablename__ = "notes"
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = owner_field()
    folder_id: int | None = Field(default=None, foreign_key="folders.id")
    up_id: int | None = Field(default=None, foreign_key="notes.id")
    country_id: int | None = Field(default=None, foreign_key="countries.id")
    reader_id: int | None = Field(default=None, foreign_key="users.id")


class Page(Base, table=True):
    """Has no owner of its own; its folder may not be named without its number."""

    __tablename__ = "pages"
    __table_args__ = (ForeignKeyConstraint(["folder_id", "user_id"], ["folders.id", "folders.user_id"]),)
    id: int | None = Field(default=None, primary_key=True)
    folder_id: int
    user_id: int


class Line(Base, table=True):
    __tablename__ = "lines"
    id: int | None = Field(default=None, primary_key=True)
    note_id: int | None = Field(default=None, foreign_key="notes.id")


class Answer(Base, table=True):
    __tablename__ = "answers"
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = owner_field()
    mail_id: int = Field(foreign_key="mails.id")


class NoteRepository(OwnedRepository[Note]):
    model = Note


class OpenNoteRepository(OwnedRepository[Note]):
    model = Note
    open_references = frozenset({"reader_id"})


class PageRepository(OwnedRepository[Page]):
    model = Page


class LineRepository(OwnedRepository[Line]):
    model = Line
    owner = "note_id.user_id"


class AnswerRepository(OwnedRepository[Answer]):
    model = Answer


class ReceivedAnswerRepository(OwnedRepository[Answer]):
    model = Answer
    rules = OwnershipRules(owner_root="users", overrides={"mails": "receiver_id"})


class NoteInput(BaseModel):
    folder_id: int | None = None
    up_id: int | None = None
    country_id: int | None = None
    reader_id: int | None = None


class FolderInput(BaseModel):
    folder_id: int


class LineInput(BaseModel):
    note_id: int | None = None


class AnswerInput(BaseModel):
    mail_id: int


ANN, BOB = 1, 2


@pytest.fixture
def engine_with_rows(engine: Engine) -> Engine:
    """Folder, note and mail n belong to user n; folder 3 is Ann's and deleted."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([User(id=ANN), User(id=BOB), Country(id=1)])
        session.flush()
        session.add_all([Folder(id=ANN, user_id=ANN), Folder(id=BOB, user_id=BOB), Folder(id=3, user_id=ANN)])
        session.add_all([Note(id=101, user_id=ANN), Note(id=102, user_id=BOB)])
        session.add_all(
            [Mail(id=1, sender_id=BOB, receiver_id=ANN), Mail(id=2, sender_id=ANN, receiver_id=BOB)]
        )
        session.flush()
        session.connection().exec_driver_sql("UPDATE folders SET deleted_at = now() WHERE id = 3")
        session.commit()
    return engine


@pytest.mark.parametrize(
    "data",
    [
        NoteInput(folder_id=1, up_id=101, country_id=1, reader_id=ANN),
        NoteInput(),
        NoteInput(country_id=1),
    ],
)
def test_own_and_ownerless_targets_are_accepted(engine_with_rows: Engine, data: NoteInput) -> None:
    with Session(engine_with_rows) as session:
        notes = NoteRepository(session, ANN)
        note = notes.add(data)
        assert notes.update(note.id, data).folder_id == data.folder_id


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (NoteInput(folder_id=2), "folder_id"),
        (NoteInput(folder_id=3), "folder_id"),
        (NoteInput(folder_id=99), "folder_id"),
        (NoteInput(folder_id=1, up_id=102), "up_id"),
        (NoteInput(reader_id=BOB), "reader_id"),
    ],
    ids=["another user's", "deleted", "missing", "a tree", "the user table"],
)
def test_foreign_deleted_and_missing_targets_answer_alike(
    engine_with_rows: Engine, data: NoteInput, field: str
) -> None:
    with Session(engine_with_rows) as session:
        notes = NoteRepository(session, ANN)
        attempts: list[Callable[[], object]] = [lambda: notes.add(data), lambda: notes.update(101, data)]
        for attempt in attempts:
            with pytest.raises(ReferenceNotFoundError) as refused:
                attempt()
            assert str(refused.value) == f"Note: {field} leads to no record of this user."
        assert notes.count() == 1


def test_an_open_reference_is_declared(engine_with_rows: Engine) -> None:
    with Session(engine_with_rows) as session:
        notes = OpenNoteRepository(session, ANN)
        assert notes.add(NoteInput(reader_id=BOB)).reader_id == BOB
        with pytest.raises(ReferenceNotFoundError):
            notes.add(NoteInput(folder_id=2))


def test_a_composite_reference_is_checked_with_the_values_it_already_has(engine_with_rows: Engine) -> None:
    with Session(engine_with_rows) as session:
        pages = PageRepository(session, ANN)
        page = pages.add(FolderInput(folder_id=1))
        assert page.user_id == ANN
        for key in (2, 3, 99):
            with pytest.raises(ReferenceNotFoundError):
                pages.update(page.id, FolderInput(folder_id=key))


@pytest.mark.parametrize("note", [102, 999, None])
def test_a_child_hangs_on_its_users_parent_only(engine_with_rows: Engine, note: int | None) -> None:
    with Session(engine_with_rows) as session:
        lines = LineRepository(session, ANN)
        line = lines.add(LineInput(note_id=101))
        with pytest.raises(ReferenceNotFoundError):
            lines.add(LineInput(note_id=note))
        with pytest.raises(ReferenceNotFoundError):
            lines.update(line.id, LineInput(note_id=note))
        assert lines.require(line.id).note_id == 101


def test_an_ambiguous_target_needs_a_rule(engine_with_rows: Engine) -> None:
    with Session(engine_with_rows) as session, pytest.raises(OwnershipRuleError, match="ambiguous"):
        AnswerRepository(session, ANN).add(AnswerInput(mail_id=1))
    with Session(engine_with_rows) as session:
        answers = ReceivedAnswerRepository(session, ANN)
        assert answers.add(AnswerInput(mail_id=1)).mail_id == 1
        with pytest.raises(ReferenceNotFoundError):
            answers.add(AnswerInput(mail_id=2))


def test_all_references_are_checked_in_one_statement(engine_with_rows: Engine) -> None:
    with Session(engine_with_rows) as session:
        seen: list[Any] = []
        event.listen(session.connection(), "before_cursor_execute", lambda c, k, sql, *rest: seen.append(sql))
        NoteRepository(session, ANN).add(NoteInput(folder_id=1, up_id=101, reader_id=ANN))
        assert [sql.split()[0] for sql in seen] == ["SELECT", "INSERT"]
        seen.clear()
        NoteRepository(session, ANN).update(101, NoteInput(country_id=1))
        assert [sql.split()[0] for sql in seen] == ["UPDATE"]
        seen.clear()
        NoteRepository(session, ANN).add(NoteInput(country_id=1))
        assert [sql.split()[0] for sql in seen] == ["INSERT"]
