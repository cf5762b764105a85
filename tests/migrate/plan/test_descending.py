"""What a downgrade takes with it, told before it runs."""

from __future__ import annotations

from dataclasses import replace

from fixtures.library import Library
from sqlalchemy import text

from toolkit.database import Database
from toolkit.migrate.plan import Descent, LostDown, losses_down


def down(library: Library, target: str) -> Descent:
    return losses_down(library.folder.open(), Database.at(library.url), target)


def test_tables_and_columns_with_rows_go_and_are_counted(library: Library) -> None:
    found = down(library, "base")
    assert [(one.revision, one.subject, one.rows, one.counted) for one in found.losses] == [
        ("a2", "public.books", 50, True),
        ("a2", "public.authors", 2, True),
    ]
    assert all(one.table_bytes for one in found.losses)
    assert found.unknowns == ()
    assert down(library, "a2") == Descent((), ()), "an index is no data"
    assert library.version() == "a3"


def test_empty_tables_are_no_loss_and_a_column_is_named(library: Library) -> None:
    with library.engine.begin() as connection:
        connection.execute(text("DELETE FROM books"))
        connection.execute(text("ALTER TABLE authors ADD token uuid"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'b1'"))
    found = down(library, "a3")
    assert [(one.subject, one.sentence, one.rows) for one in found.losses] == [
        ("public.authors.token", "the column goes, with its values", 2)
    ]
    assert [one.subject for one in down(library, "base").losses] == ["public.authors"]


def test_what_looks_at_the_live_database_is_unknown(library: Library) -> None:
    library.folder.revision("b3", "a3", "pass", "op.get_bind().execute(sa.text('SELECT 1')).scalar()")
    with library.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'b3'"))
    found = down(library, "a2")
    assert [revision for revision, _ in found.unknowns] == ["b3"]
    assert found.losses == ()


def test_amounts_are_told_as_they_are_known() -> None:
    gone = LostDown("a", "public.t", "the table goes, with its rows", 1, 8192, counted=True)
    assert gone.amount == "1 row"
    assert replace(gone, rows=21_480_112, counted=False).amount == "about 21,480,112 rows"
    assert replace(gone, rows=None).amount == "UNKNOWN rows"
    assert replace(gone, rows=5, sentence="rows are deleted").amount == "some of 5 rows"
