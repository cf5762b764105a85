"""Repositories without an owner, and what schemas may write, on a real server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine, event, text
from sqlmodel import Field, Session, SQLModel, col

from toolkit.models import Repository, SoftDeleted, Timestamped, UuidKey, new_registry
from toolkit.models.errors import (
    NullRefusedError,
    PageSizeError,
    RecordNotFoundError,
    SchemaFieldError,
    SortRefusedError,
)


class Base(SQLModel, registry=new_registry()):
    pass


class Book(Base, UuidKey, Timestamped, SoftDeleted, table=True):
    __tablename__ = "books"
    title: str = Field(max_length=40)
    year: int | None = None


class Shelf(Base, table=True):
    __tablename__ = "shelves"
    room: int = Field(primary_key=True)
    place: str = Field(primary_key=True)
    label: str


class BookInput(BaseModel):
    title: str
    year: int | None = None


class BookPatch(BaseModel):
    title: str | None = None
    year: int | None = None


class BookRepository(Repository[Book]):
    model = Book
    default_order = "title"


class ShelfRepository(Repository[Shelf]):
    model = Shelf


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def books(session: Session) -> BookRepository:
    return BookRepository(session)


def test_add_gives_key_and_server_times(books: BookRepository) -> None:
    book = books.add(BookInput(title="Emma", year=1815))
    assert isinstance(book.id, uuid.UUID)
    assert book.created_at.utcoffset() is not None
    assert abs((datetime.now(UTC) - book.created_at).total_seconds()) < 60
    assert book.updated_at == book.created_at


def test_nothing_is_committed(engine: Engine, books: BookRepository) -> None:
    books.add(BookInput(title="Emma"))
    with engine.connect() as other:
        assert other.scalar(text("SELECT count(*) FROM books")) == 0


def test_update_writes_only_given_fields_and_moves_updated_at(
    session: Session, books: BookRepository
) -> None:
    book = books.add(BookInput(title="Emma", year=1815))
    session.commit()
    changed = books.update(book.id, BookPatch(title="Emma II"))
    assert (changed.title, changed.year) == ("Emma II", 1815)
    assert changed.updated_at > changed.created_at
    assert books.update(book.id, BookPatch(year=None)).year is None


def test_update_of_nothing_is_a_read(books: BookRepository) -> None:
    book = books.add(BookInput(title="Emma"))
    assert books.update(book.id, BookPatch()) is book
    with pytest.raises(RecordNotFoundError):
        books.update(uuid.uuid4(), BookPatch())


def test_required_column_is_not_set_to_none(books: BookRepository) -> None:
    book = books.add(BookInput(title="Emma"))
    with pytest.raises(NullRefusedError, match="Book requires title"):
        books.update(book.id, BookPatch(title=None))


class WithKey(BaseModel):
    id: uuid.UUID
    title: str


class WithTime(BaseModel):
    title: str
    created_at: datetime | None = None


class WithMark(BaseModel):
    title: str
    deleted_at: datetime | None = None


class WithMore(BaseModel):
    title: str
    tags: list[str] = []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (WithKey(id=uuid.uuid4(), title="x"), "id"),
        (WithTime(title="x"), "created_at"),
        (WithMark(title="x"), "deleted_at"),
        (WithMore(title="x"), "tags"),
    ],
)
def test_schema_with_a_field_it_must_not_write_is_refused(
    books: BookRepository, data: BaseModel, field: str
) -> None:
    with pytest.raises(SchemaFieldError) as refused:
        books.add(data)
    assert refused.value.fields == (field,)
    kept = books.add(BookInput(title="Emma"))
    with pytest.raises(SchemaFieldError):
        books.update(kept.id, data)
    assert books.add(data, leave_out={field}).title == "x"


def test_extra_keys_of_a_permissive_schema_are_not_written(books: BookRepository) -> None:
    class Permissive(BaseModel, extra="allow"):
        title: str

    key = uuid.uuid4()
    book = books.add(Permissive.model_validate({"title": "Emma", "id": str(key), "year": 3}))
    assert book.id != key
    assert book.year is None


def test_table_rules_hold_even_if_the_schema_forgot_them(books: BookRepository) -> None:
    with pytest.raises(ValueError, match="at most 40"):
        books.add(BookInput(title="x" * 41))


def test_deleted_records_are_hidden_everywhere_and_come_back(books: BookRepository) -> None:
    kept, gone = books.add(BookInput(title="A")), books.add(BookInput(title="B"))
    books.delete(gone.id)
    assert books.get(gone.id) is None
    assert [book.id for book in books.list()] == [kept.id]
    assert books.count() == 1
    assert books.page().total == 1
    assert [book.id for book in books.keyset_page().items] == [kept.id]
    for change in (lambda: books.delete(gone.id), lambda: books.update(gone.id, BookPatch(title="C"))):
        with pytest.raises(RecordNotFoundError):
            change()
    found = books.require(gone.id, include_deleted=True)
    assert found.deleted_at is not None
    assert books.restore(gone.id).deleted_at is None
    assert books.count() == 2
    with pytest.raises(RecordNotFoundError):
        books.restore(gone.id)


def test_purge_removes_deleted_records_too(session: Session, books: BookRepository) -> None:
    book = books.add(BookInput(title="A"))
    books.delete(book.id)
    books.purge(book.id)
    assert session.scalar(text("SELECT count(*) FROM books")) == 0
    assert book not in session
    with pytest.raises(RecordNotFoundError):
        books.purge(book.id)


def test_get_reads_the_database_and_not_the_memory(
    engine: Engine, session: Session, books: BookRepository
) -> None:
    book = books.add(BookInput(title="A"))
    session.commit()
    assert book.title == "A"
    with engine.begin() as other:
        other.execute(text("UPDATE books SET title = 'B'"))
    assert books.require(book.id).title == "B"


def test_unflushed_changes_survive_a_read(session: Session, books: BookRepository) -> None:
    book = books.add(BookInput(title="A"))
    book.title = "changed in memory"
    assert books.require(book.id).title == "changed in memory"


def test_composite_keys_are_tuples(session: Session) -> None:
    shelves = ShelfRepository(session)
    session.add(Shelf(room=1, place="a", label="x"))
    assert shelves.require((1, "a")).label == "x"
    assert shelves.get((1, "b")) is None
    shelves.delete((1, "a"))
    assert shelves.count() == 0


def test_pages_count_with_their_filters(books: BookRepository) -> None:
    for year in range(7):
        books.add(BookInput(title=f"t{year}", year=year))
    page = books.page(col(Book.year) > 1, number=2, size=2, order="-year")
    assert [book.year for book in page.items] == [4, 3]
    assert (page.total, page.pages) == (5, 3)
    beyond = books.page(col(Book.year) > 1, number=9, size=2)
    assert (beyond.items, beyond.total) == ((), 5)


def test_count_loads_no_rows(session: Session, books: BookRepository) -> None:
    books.add(BookInput(title="A"))
    seen: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda c, k, sql, *rest: seen.append(sql))
    assert books.count() == 1
    assert len(seen) == 1
    assert seen[0].startswith("SELECT count(*)")


@pytest.mark.parametrize(("number", "size"), [(0, 10), (1, 0), (1, 1001)])
def test_impossible_pages_are_refused(books: BookRepository, number: int, size: int) -> None:
    with pytest.raises(PageSizeError):
        books.page(number=number, size=size)


@pytest.mark.parametrize("order", ["nothing", "-nothing", "title,nothing", "metadata", "id;DROP"])
def test_order_by_no_column_is_refused(books: BookRepository, order: str) -> None:
    with pytest.raises(SortRefusedError, match="Cannot order by"):
        books.list(order=order)
