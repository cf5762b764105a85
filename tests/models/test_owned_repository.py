"""Owner-scoped repositories: one user's rows, directly and over parents, on a real server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine, event, text
from sqlmodel import Field, Session, SQLModel, col

from toolkit.database import user_session
from toolkit.models import (
    OwnedByUser,
    OwnedRepository,
    Repository,
    Service,
    SoftDeleted,
    UuidKey,
    new_registry,
    owner_field,
)
from toolkit.models.errors import (
    NoActingUserError,
    RecordNotFoundError,
    SchemaFieldError,
    SessionSharedError,
)


class Base(SQLModel, registry=new_registry()):
    pass


class User(Base, UuidKey, table=True):
    __tablename__ = "users"


class Note(Base, UuidKey, OwnedByUser, SoftDeleted, table=True):
    __tablename__ = "notes"
    text: str


class Line(Base, table=True):
    __tablename__ = "lines"
    id: int | None = Field(default=None, primary_key=True)
    note_id: uuid.UUID = owner_field("notes.id")
    text: str


class Mark(Base, table=True):
    __tablename__ = "marks"
    id: int | None = Field(default=None, primary_key=True)
    line_id: int = owner_field("lines.id")


class NoteInput(BaseModel):
    text: str


class LineInput(BaseModel):
    note_id: uuid.UUID
    text: str


class LinePatch(BaseModel):
    note_id: uuid.UUID | None = None
    text: str | None = None


class NoteRepository(OwnedRepository[Note]):
    model = Note


class LineRepository(OwnedRepository[Line]):
    model = Line
    owner = "note_id.user_id"


class MarkRepository(OwnedRepository[Mark]):
    model = Mark
    owner = "line_id.note_id.user_id"


@pytest.fixture
def users(engine: Engine) -> tuple[uuid.UUID, uuid.UUID]:
    """Ann and Bob."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ann, bob = User(), User()
        session.add_all([ann, bob])
        session.commit()
        return ann.id, bob.id


@pytest.fixture
def ann(engine: Engine, users: tuple[uuid.UUID, uuid.UUID]) -> Iterator[Session]:
    with Session(engine) as session:
        session.info["user"] = users[0]
        yield session


@pytest.fixture
def bobs(engine: Engine, users: tuple[uuid.UUID, uuid.UUID]) -> dict[str, Any]:
    """The keys of a note, a line and a mark of Bob, committed."""
    with Session(engine) as session:
        note = NoteRepository(session, users[1]).add(NoteInput(text="bob"))
        line = LineRepository(session, users[1]).add(LineInput(note_id=note.id, text="bob"))
        assert line.id is not None
        mark = Mark(line_id=line.id)
        session.add(mark)
        session.commit()
        return {"note": note.id, "line": line.id, "mark": mark.id}


def test_the_owner_is_the_acting_user(ann: Session) -> None:
    note = NoteRepository(ann, ann.info["user"]).add(NoteInput(text="a"))
    assert note.user_id == ann.info["user"]


def test_schemas_and_callers_cannot_choose_the_owner(
    ann: Session, users: tuple[uuid.UUID, uuid.UUID]
) -> None:
    class Sneaky(BaseModel):
        text: str
        user_id: uuid.UUID

    notes = NoteRepository(ann, users[0])
    data = Sneaky(text="a", user_id=users[1])
    note = notes.add(NoteInput(text="a"))
    attempts: list[Callable[[], object]] = [
        lambda: notes.add(data),
        lambda: notes.update(note.id, data),
        lambda: notes.add(NoteInput(text="a"), user_id=users[1]),
        lambda: notes.update(note.id, NoteInput(text="a"), user_id=users[1]),
    ]
    for attempt in attempts:
        with pytest.raises(SchemaFieldError, match="user_id"):
            attempt()
    assert {found.user_id for found in notes.list()} == {users[0]}


@pytest.mark.parametrize(
    ("repository", "what", "data"),
    [
        (NoteRepository, "note", NoteInput(text="x")),
        (LineRepository, "line", LinePatch(text="x")),
        (MarkRepository, "mark", NoteInput(text="x")),
    ],
)
def test_foreign_and_missing_rows_answer_alike(
    ann: Session,
    bobs: dict[str, Any],
    repository: type[OwnedRepository[Any]],
    what: str,
    data: BaseModel,
) -> None:
    mine = repository(ann, ann.info["user"])
    missing = uuid.uuid4() if what == "note" else 999_999
    leave_out = {"text"} if what == "mark" else set()
    for key in (bobs[what], missing):
        assert mine.get(key) is None
        assert mine.get(key, include_deleted=True) is None
        for attempt in (
            lambda key=key: mine.require(key),
            lambda key=key: mine.update(key, data, leave_out=leave_out),
            lambda key=key: mine.delete(key),
            lambda key=key: mine.purge(key),
        ):
            with pytest.raises(RecordNotFoundError) as error:
                attempt()
            assert str(error.value) == f"There is no {mine.model.__name__} {key}."
    assert (mine.list(), mine.count(), mine.page().total, mine.keyset_page().items) == ([], 0, 0, ())


def test_an_object_left_in_the_session_is_no_way_in(ann: Session, bobs: dict[str, Any]) -> None:
    assert ann.get(Note, bobs["note"]) is not None
    assert NoteRepository(ann, ann.info["user"]).get(bobs["note"]) is None


def test_a_condition_cannot_widen_the_scope(ann: Session, bobs: dict[str, Any]) -> None:
    notes = NoteRepository(ann, ann.info["user"])
    assert notes.list(col(Note.text) == "bob") == []
    assert notes.list((col(Note.text) == "bob") | (col(Note.text) == "ann")) == []


def test_rows_of_a_deleted_parent_are_hidden_with_it(ann: Session) -> None:
    notes, lines = NoteRepository(ann, ann.info["user"]), LineRepository(ann, ann.info["user"])
    note = notes.add(NoteInput(text="a"))
    line = lines.add(LineInput(note_id=note.id, text="l"))
    assert lines.count() == 1
    notes.delete(note.id)
    assert lines.get(line.id) is None
    assert lines.count() == 0
    notes.restore(note.id)
    assert lines.get(line.id) is line


def test_writes_name_key_and_owner_in_one_statement(ann: Session) -> None:
    notes = NoteRepository(ann, ann.info["user"])
    note = notes.add(NoteInput(text="a"))
    seen: list[str] = []
    event.listen(ann.connection(), "before_cursor_execute", lambda c, k, sql, *rest: seen.append(sql))
    notes.update(note.id, NoteInput(text="b"))
    notes.delete(note.id)
    notes.purge(note.id)
    assert [sql.split()[0] for sql in seen] == ["UPDATE", "UPDATE", "DELETE"]
    assert all("notes.user_id = " in sql and "notes.id = " in sql for sql in seen)


def test_no_unscoped_access_is_inherited() -> None:
    assert not issubclass(OwnedRepository, Repository)
    public = {name for name in dir(OwnedRepository) if not name.startswith("_")}
    assert not {"session", "records", "all", "query"} & public


@pytest.mark.parametrize("nobody", [None, ""])
def test_without_a_user_there_is_no_repository(ann: Session, nobody: Any) -> None:
    with pytest.raises(NoActingUserError):
        NoteRepository(ann, nobody)


def test_a_session_serves_one_user(ann: Session, users: tuple[uuid.UUID, uuid.UUID]) -> None:
    NoteRepository(ann, users[0])
    LineRepository(ann, users[0])
    with pytest.raises(SessionSharedError):
        NoteRepository(ann, users[1])


def test_a_session_that_names_its_user_to_the_server_serves_no_other(
    engine: Engine, users: tuple[uuid.UUID, uuid.UUID]
) -> None:
    with user_session(engine, users[0]) as session:
        with pytest.raises(SessionSharedError):
            NoteRepository(session, users[1])
        NoteRepository(session, users[0]).add(NoteInput(text="ann"))
    with user_session(engine, str(users[0])) as session:
        assert NoteRepository(session, users[0]).count() == 1, "a key and its text are one user"


def test_a_service_binds_its_repositories_to_its_user(
    engine: Engine, ann: Session, users: tuple[uuid.UUID, uuid.UUID]
) -> None:
    class NoteService(Service):
        def write(self, words: str) -> Note:
            return self.owned(NoteRepository).add(NoteInput(text=words))

    note = NoteService(ann, users[0]).write("hello")
    assert note.user_id == users[0]
    with engine.connect() as other:
        assert other.scalar(text("SELECT count(*) FROM notes")) == 0
    with pytest.raises(NoActingUserError):
        NoteService(ann, None).write("hello")
