"""Sessions that meet one user's rows only, statement by statement, and what they cannot reach."""

# No `from __future__ import annotations` here: it would turn list["Note"] into a text SQLModel cannot read.

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine, create_engine, delete, exists, func, insert, text, union, update
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload
from sqlalchemy.pool import NullPool
from sqlmodel import Field, Relationship, Session, SQLModel, col, select

from toolkit.database import user_session
from toolkit.database.scratch import ScratchDatabases
from toolkit.models import ModelRegistry, OwnershipRules, new_registry, own_rows_only
from toolkit.models.errors import NoActingUserError, SessionSharedError
from toolkit.models.loading_errors import OwnershipRuleError


class Base(SQLModel, registry=new_registry()):
    pass


class User(Base, table=True):
    __tablename__ = "filter_users"
    id: int = Field(primary_key=True)
    books: list["Book"] = Relationship(back_populates="user")


class NoteTag(Base, table=True):
    __tablename__ = "filter_note_tags"
    note_id: int = Field(foreign_key="filter_notes.id", primary_key=True)
    tag_id: int = Field(foreign_key="filter_tags.id", primary_key=True)


class Book(Base, table=True):
    __tablename__ = "filter_books"
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="filter_users.id")
    title: str = ""
    user: User = Relationship(back_populates="books")
    notes: list["Note"] = Relationship(back_populates="book")


class Note(Base, table=True):
    __tablename__ = "filter_notes"
    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="filter_books.id")
    book: Book = Relationship(back_populates="notes")
    tags: list["Tag"] = Relationship(back_populates="notes", link_model=NoteTag)


class Tag(Base, table=True):
    __tablename__ = "filter_tags"
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="filter_users.id")
    notes: list[Note] = Relationship(back_populates="tags", link_model=NoteTag)


class Colour(Base, table=True):
    __tablename__ = "filter_colours"
    id: int = Field(primary_key=True)


ROWS = """
INSERT INTO filter_users (id) VALUES (1), (2);
INSERT INTO filter_books (id, user_id, title) VALUES (11, 1, 'mine'), (12, 1, ''), (21, 2, 'theirs');
INSERT INTO filter_notes (id, book_id) VALUES (11, 11), (21, 21);
INSERT INTO filter_tags (id, user_id) VALUES (11, 1), (21, 2), (22, 2);
INSERT INTO filter_note_tags VALUES (11, 11), (21, 21), (11, 21), (21, 11);
INSERT INTO filter_colours VALUES (1), (2);
"""
"""User 1 has books 11 and 12, note 11, tag 11. Two links join the users' rows."""

RULES = OwnershipRules(owner_root="filter_users", shared={"filter_colours": "the same for everybody"})


@pytest.fixture(scope="module")
def library(scratch: ScratchDatabases) -> Iterator[Engine]:
    """The rows of two users."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(text(ROWS))
        yield engine


@pytest.fixture
def session(library: Engine) -> Iterator[Session]:
    """A session of user 1, rolled back."""
    with Session(library) as session:
        own_rows_only(session, 1, ModelRegistry.of(Base.metadata), RULES)
        yield session
        session.rollback()


def ids(rows: Any) -> list[int]:
    return sorted(row if isinstance(row, int) else row.id for row in rows)


def loaded(session: Session, how: Any) -> list[int]:
    users = session.exec(select(User).options(how(User.books).options(how(Book.notes)))).unique().all()
    return ids(note for user in users for book in user.books for note in book.notes)


other = aliased(Book)
COVERED: dict[str, tuple[Callable[[Session], Any], list[int]]] = {
    "select": (lambda s: s.exec(select(Book)).all(), [11, 12]),
    "the users": (lambda s: s.exec(select(User)).all(), [1]),
    "owner over a parent": (lambda s: s.exec(select(Note)).all(), [11]),
    "columns": (lambda s: s.exec(select(Book.id)).all(), [11, 12]),
    "alias": (lambda s: s.exec(select(other)).all(), [11, 12]),
    "alias over a parent": (lambda s: s.exec(select(aliased(Note))).all(), [11]),
    "join": (lambda s: s.exec(select(Note).join(Book)).all(), [11]),
    "two entities": (
        lambda s: [t.id for t, _ in s.exec(select(Tag, Book).where(Tag.id == Book.id)).all()], [11]),
    "count": (lambda s: [s.exec(select(func.count()).select_from(Book)).one()], [2]),
    "count of a subquery": (
        lambda s: [s.exec(select(func.count()).select_from(select(Book).subquery())).one()], [2]),
    "scalar subquery": (
        lambda s: [s.scalar(select(select(func.count(col(Note.id))).scalar_subquery()))], [1]),
    "IN": (lambda s: s.exec(select(Book).where(col(Book.id).in_(select(Note.book_id)))).all(), [11]),
    "CTE": (lambda s: s.exec(select(select(Book.id).cte().c.id)).all(), [11, 12]),
    "union": (
        lambda s: s.execute(union(core_select(col(Book.id)), core_select(col(Note.id)))).scalars(), [11, 12]),
    "get that is not in memory": (lambda s: [b for b in [s.get(Book, 21)] if b], []),
    "for update": (lambda s: s.exec(select(Book).with_for_update()).all(), [11, 12]),
    "lazy one-to-many": (lambda s: [n for b in s.exec(select(Book)).all() for n in b.notes], [11]),
    "lazy many-to-many": (lambda s: s.exec(select(Note)).one().tags, [11]),
    "select-in": (lambda s: loaded(s, selectinload), [11]),
    "joined": (lambda s: loaded(s, joinedload), [11]),
    "subquery": (lambda s: loaded(s, subqueryload), [11]),
    "bulk update": (
        lambda s: s.execute(update(Book).values(title="x").returning(col(Book.id))).scalars(), [11, 12]),
    "bulk update over a parent": (
        lambda s: s.execute(update(Note).values(book_id=11).returning(col(Note.id))).scalars(), [11]),
    "bulk delete": (
        lambda s: s.execute(delete(Book).where(col(Book.id) > 11).returning(col(Book.id))).scalars(), [12]),
    "shared": (lambda s: s.exec(select(Colour)).all(), [1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("case", COVERED)
def test_statements_meet_own_rows_only(session: Session, case: str) -> None:
    ask, expected = COVERED[case]
    assert ids(ask(session)) == expected


def foreign(session: Session, model: type[Any] = Book) -> Any:
    """Row 21 of user 2 in the session of user 1: it came over a way that no criterion guards."""
    table = model.__tablename__
    found = session.scalars(
        core_select(model).from_statement(text(f"SELECT * FROM {table} WHERE id = 21"))
    ).one()
    # The session holds objects weakly: somebody has to have it.
    session.info.setdefault("in hand", []).append(found)
    return found


def from_memory(session: Session) -> bool:
    foreign(session)
    return session.get(Book, 21) is not None


def many_to_one(session: Session) -> bool:
    foreign(session)
    book: Book = foreign(session, Note).book
    return book.id == 21


def refreshed(session: Session) -> bool:
    book = foreign(session)
    session.refresh(book)
    return str(book.title) == "theirs"


def expired(session: Session) -> bool:
    book = foreign(session)
    session.expire(book)
    return str(book.title) == "theirs"


def upserted(session: Session) -> bool:
    new = upsert(Book).values(id=21, user_id=1, title="taken")
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"title": new.excluded.title}))
    return title(session, 21) == "taken"


def changed(session: Session) -> bool:
    foreign(session).title = "taken"
    session.flush()
    return title(session, 21) == "taken"


def deleted(session: Session) -> bool:
    session.execute(text("DELETE FROM filter_note_tags WHERE note_id = 21"))
    session.execute(text("DELETE FROM filter_notes WHERE id = 21"))
    session.delete(foreign(session))
    session.flush()
    return title(session, 21) is None


def merged(session: Session) -> bool:
    foreign(session)
    session.merge(Book(id=21, user_id=2, title="taken"))
    session.flush()
    return title(session, 21) == "taken"


def title(session: Session, key: int) -> str | None:
    found: str | None = session.execute(
        text("SELECT title FROM filter_books WHERE id = :key"), {"key": key}
    ).scalar()
    return found


def flushed(session: Session, *new: Any) -> bool:
    session.add_all(new)
    session.flush()
    return True


def given_away(session: Session) -> bool:
    session.exec(select(Book).where(Book.id == 12)).one().user_id = 2
    session.flush()
    return True


def by_key(session: Session) -> bool:
    session.execute(update(Book), [{"id": 21, "title": "taken"}])
    return title(session, 21) == "taken"


NOT_COVERED: dict[str, Callable[[Session], bool]] = {
    "get from memory": from_memory,
    "many-to-one from memory": many_to_one,
    "refresh": refreshed,
    "expired attribute": expired,
    "table": lambda s: 21 in s.execute(core_select(Book.__table__.c.id)).scalars().all(),  # type: ignore[attr-defined]
    "text": lambda s: 21 in s.execute(text("SELECT id FROM filter_books")).scalars().all(),
    "driver": lambda s: 21 in s.connection().exec_driver_sql("SELECT id FROM filter_books").scalars().all(),
    "bulk update by key": by_key,
    "upsert": upserted,
    "changed object": changed,
    "deleted object": deleted,
    "merge": merged,
    "forged owner": lambda s: flushed(s, Book(user_id=2)),
    "forged owner in bulk": lambda s: s.execute(insert(Book).values(user_id=2)) is not None,
    "given away": given_away,
    "foreign parent": lambda s: flushed(s, Note(book_id=21)),
    "link to a foreign row": lambda s: flushed(s, NoteTag(note_id=11, tag_id=22)),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_COVERED)
def test_what_no_criterion_reaches(session: Session, case: str) -> None:
    assert NOT_COVERED[case](session)


def test_classes_inside_exists(session: Session) -> None:
    """Covered from SQLAlchemy 2.1 on; documented as open on 2.0."""
    by_columns = core_select(col(User.id)).where(exists().where(col(Book.id) == 21))
    leaks = session.execute(by_columns).scalars().all()
    assert bool(leaks) is sqlalchemy.__version__.startswith("2.0.")
    by_class = core_select(col(User.id)).where(core_select(Book).where(col(Book.id) == 21).exists())
    assert session.execute(by_class).scalars().all() == []


def test_a_session_serves_one_user(library: Engine) -> None:
    registry = ModelRegistry.of(Base.metadata)
    with user_session(library, 2) as session:
        with pytest.raises(SessionSharedError):
            own_rows_only(session, 1, registry, RULES)
        own_rows_only(session, 2, registry, RULES)
        assert ids(session.exec(select(Book)).all()) == [21]
        with pytest.raises(NoActingUserError):
            own_rows_only(session, None, registry, RULES)


def test_a_class_that_nobody_classified_is_refused(library: Engine) -> None:
    with Session(library) as session, pytest.raises(OwnershipRuleError, match="filter_colours"):
        own_rows_only(session, 1, ModelRegistry.of(Base.metadata), OwnershipRules(owner_root="filter_users"))
