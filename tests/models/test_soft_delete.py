"""Sessions that hide deleted rows, statement by statement, and what they cannot reach."""

# No `from __future__ import annotations` here: it would turn list["Note"] into a text SQLModel cannot read.

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine, delete, exists, func, text, update
from sqlalchemy import select as core_select
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload
from sqlmodel import Field, Relationship, Session, SQLModel, col, select

from toolkit.models import SoftDeleted, deleted_included, hide_deleted, include_deleted, new_registry


class Base(SQLModel, registry=new_registry()):
    pass


class NoteTag(Base, table=True):
    __tablename__ = "note_tags"
    note_id: int = Field(foreign_key="notes.id", primary_key=True)
    tag_id: int = Field(foreign_key="tags.id", primary_key=True)


class Book(Base, SoftDeleted, table=True):
    __tablename__ = "books"
    id: int | None = Field(default=None, primary_key=True)
    notes: list["Note"] = Relationship(back_populates="book")


class Note(Base, SoftDeleted, table=True):
    __tablename__ = "notes"
    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="books.id")
    book: Book | None = Relationship(back_populates="notes")
    tags: list["Tag"] = Relationship(back_populates="notes", link_model=NoteTag)


class Tag(Base, SoftDeleted, table=True):
    __tablename__ = "tags"
    id: int | None = Field(default=None, primary_key=True)
    notes: list[Note] = Relationship(back_populates="tags", link_model=NoteTag)


ROWS = """
INSERT INTO books (id, deleted_at) VALUES (1, NULL), (2, now());
INSERT INTO notes (id, book_id, deleted_at) VALUES (1, 1, NULL), (2, 1, now()), (3, 2, NULL);
INSERT INTO tags (id, deleted_at) VALUES (1, NULL), (2, now()), (3, now());
INSERT INTO note_tags VALUES (1, 1), (1, 2), (3, 1);
"""
"""Alive: book 1, notes 1 and 3 (3 in a deleted book), tag 1."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(ROWS))
    with Session(engine) as session:
        hide_deleted(session)
        yield session


def ids(rows: object) -> list[int]:
    assert isinstance(rows, list)
    return sorted(row if isinstance(row, int) else row.id for row in rows)


def attribute(model: type[SQLModel], name: str) -> Any:
    """The mapped relationship, which its annotation hides from the type checker."""
    return getattr(model, name)


def via_alias(session: Session) -> object:
    other = aliased(Note)
    return list(session.exec(select(other)).all())


def via_join(session: Session) -> object:
    return list(session.exec(select(Note).join(Book)).all())


def via_outer_join(session: Session) -> object:
    return list(session.exec(select(Book.id).select_from(Note).outerjoin(Book).where(Book.id == 2)).all())


def via_subquery(session: Session) -> object:
    inner = select(Note.id).subquery()
    return list(session.exec(select(inner.c.id)).all())


def via_in(session: Session) -> object:
    return list(session.exec(select(Book).where(col(Book.id).in_(select(Note.book_id)))).all())


def via_scalar_subquery(session: Session) -> object:
    notes = core_select(func.count(col(Note.id))).where(col(Note.book_id) == Book.id).scalar_subquery()
    return list(session.scalars(core_select(notes).select_from(Book)).all())


def via_union(session: Session) -> object:
    both = core_select(col(Note.id)).union_all(core_select(col(Tag.id))).subquery()
    return list(session.scalars(core_select(both.c.id)).all())


SEEN: dict[str, tuple[Callable[[Session], object], list[int]]] = {
    "select": (lambda s: list(s.exec(select(Note)).all()), [1, 3]),
    "columns": (lambda s: list(s.exec(select(Note.id)).all()), [1, 3]),
    "count": (lambda s: [s.exec(select(func.count()).select_from(Note)).one()], [2]),
    "get": (lambda s: [note for key in (1, 2, 3) if (note := s.get(Note, key))], [1, 3]),
    "alias": (via_alias, [1, 3]),
    "join": (via_join, [1]),
    "outer join": (via_outer_join, []),
    "subquery": (via_subquery, [1, 3]),
    "in": (via_in, [1]),
    "scalar subquery": (via_scalar_subquery, [1]),
    "union": (via_union, [1, 1, 3]),
    "lazy collection": (lambda s: s.get_one(Book, 1).notes, [1]),
    "lazy many to many": (lambda s: s.get_one(Note, 1).tags, [1]),
    "lazy reference": (lambda s: [b for b in [s.get_one(Note, 3).book] if b], []),
    "joined": (
        lambda s: (
            s.exec(select(Book).where(Book.id == 1).options(joinedload(attribute(Book, "notes"))))
            .unique()
            .one()
            .notes
        ),
        [1],
    ),
    "select-in": (
        lambda s: s.exec(select(Note).options(selectinload(attribute(Note, "tags")))).all()[0].tags,
        [1],
    ),
    "subquery load": (
        lambda s: (
            s.exec(select(Book).where(Book.id == 1).options(subqueryload(attribute(Book, "notes"))))
            .one()
            .notes
        ),
        [1],
    ),
    "bulk update": (
        lambda s: list(s.scalars(update(Note).values(book_id=1).returning(col(Note.id)))),
        [1, 3],
    ),
    "bulk delete": (
        lambda s: list(s.scalars(delete(Tag).where(col(Tag.id) == 3).returning(col(Tag.id)))),
        [],
    ),
}


@pytest.mark.parametrize("way", SEEN)
def test_deleted_rows_are_hidden(session: Session, way: str) -> None:
    read, expected = SEEN[way]
    assert ids(read(session)) == expected


@pytest.mark.parametrize("way", sorted(set(SEEN) - {"in"}))
def test_the_block_shows_them(session: Session, way: str) -> None:
    read, hidden = SEEN[way]
    with deleted_included(session):
        assert ids(read(session)) != hidden
    assert not session.info["include_deleted"]


def test_one_statement_shows_them(session: Session) -> None:
    assert ids(list(session.exec(include_deleted(select(Note))).all())) == [1, 2, 3]
    assert ids(list(session.exec(select(Note)).all())) == [1, 3]


def test_an_object_made_in_the_session_loads_live_relations(session: Session) -> None:
    note = Note(id=9, book_id=1)
    session.add(note)
    session.flush()
    assert note.book is not None
    assert ids(note.book.notes) == [1, 9]


def test_a_class_defined_later_takes_part(session: Session) -> None:
    class Late(Base, SoftDeleted, table=True):
        __tablename__ = "late"
        id: int | None = Field(default=None, primary_key=True)

    try:
        session.connection().execute(text("CREATE TABLE late (id int PRIMARY KEY, deleted_at timestamptz)"))
        session.connection().execute(text("INSERT INTO late VALUES (1, NULL), (2, now())"))
        assert session.exec(select(Late.id)).all() == [1]
    finally:
        Base.metadata.remove(Base.metadata.tables["late"])


def test_a_session_class_covers_its_sessions(engine: Engine, session: Session) -> None:
    class Hiding(Session):
        pass

    hide_deleted(Hiding)
    with Hiding(engine) as hiding, Session(engine) as plain:
        assert len(hiding.exec(select(Note)).all()) == 2
        assert len(plain.exec(select(Note)).all()) == 3


def test_a_deleted_object_in_hand_can_be_refreshed(session: Session) -> None:
    with deleted_included(session):
        note = session.get_one(Note, 2)
    session.refresh(note)
    session.expire(note)
    assert note.deleted_at is not None


NOT_COVERED: dict[str, Callable[[Session], object]] = {
    "object in memory": lambda s: s.get(Note, 2),
    "core table": lambda s: s.execute(
        core_select(Base.metadata.tables["notes"]).where(text("id = 2"))
    ).first(),
    "text": lambda s: s.execute(text("SELECT * FROM notes WHERE id = 2")).first(),
}


@pytest.mark.parametrize("way", NOT_COVERED)
def test_what_the_documentation_says_is_not_covered(session: Session, way: str) -> None:
    with deleted_included(session):
        held = session.get(Note, 2)
    assert held is not None
    assert NOT_COVERED[way](session) is not None


def test_a_class_met_only_inside_exists(session: Session) -> None:
    """Covered from SQLAlchemy 2.1 on; documented as open on 2.0."""
    found = session.exec(
        select(Book).where(exists().where(col(Note.book_id) == Book.id, col(Note.id) == 2))
    ).all()
    assert len(found) == (1 if sqlalchemy.__version__.startswith("2.0.") else 0)
