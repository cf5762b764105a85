"""What a clause binds, and what it only seems to bind."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from toolkit.isolation.binding import Reading, binds, impossible
from toolkit.isolation.expression import COMPARING, read_expression
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape

ME = "(SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::integer AS \"nullif\")"
USERS = TableShape("public", "users", (ColumnShape("id", "integer", False),), ("id",))
NOTES = TableShape(
    "public",
    "notes",
    (
        ColumnShape("id", "integer", False),
        ColumnShape("user_id", "integer", True),
        ColumnShape("title", "text", False),
    ),
    ("id",),
    (ForeignKeyShape(("user_id",), "public.users", ("id",)),),
)
COMMENTS = TableShape(
    "public",
    "comments",
    (ColumnShape("id", "integer", False), ColumnShape("note_id", "integer", False)),
    ("id",),
    (ForeignKeyShape(("note_id",), "public.notes", ("id",)),),
)
GRAPH = build_ownership((USERS, NOTES, COMMENTS), OwnershipRules(owner_root="users"))


def bound(table: str, clause: str, *, trusted: bool = False) -> bool:
    shape, path = GRAPH.shapes[f"public.{table}"], GRAPH.of(f"public.{table}").path
    assert path is not None
    reading = Reading(
        "app.user_id", shape, path, lambda name: trusted, lambda function: function == "public.me"
    )
    return binds(read_expression(clause, table), reading)


def within(condition: str) -> str:
    return f"(EXISTS (SELECT FROM public.notes n WHERE {condition}))"


@pytest.mark.parametrize(
    "clause",
    [
        f"(user_id = {ME})",
        f"({ME} = user_id)",
        "(user_id = (current_setting('app.user_id'::text))::integer)",
        "((user_id)::text = current_setting('APP.user_id'::text, true))",
        "(user_id = public.me())",
        f"((user_id = {ME}) AND (title = 'x'::text))",
        f"(((title = 'x'::text) OR (id = 1)) AND (user_id = {ME}))",
        f"((user_id = {ME}) OR ((user_id = {ME}) AND (id = 2)))",
        f"((id IS NULL) OR (user_id = {ME}))",
        "false",
        f"((user_id = id) AND (id = {ME}))",
        f"((user_id = ANY (ARRAY[{ME}])) AND (title ~~ '%x'::text))",
        f"((user_id = ANY (ARRAY[{ME}, 2])) AND (user_id = {ME}))",
        f"(({ME} IS NULL) AND (id > {ME}))",
        f"((user_id IS NULL) AND (user_id <= {ME}))",
        "((user_id IS NULL) AND ((user_id)::text = 'x'::text))",
        f"((NULLIF(current_setting('app.user_id'::text, true), ''::text) IS NULL) AND (id < {ME}))",
    ],
)
def test_a_clause_that_binds(clause: str) -> None:
    assert bound("notes", clause)


@pytest.mark.parametrize(
    "clause",
    [
        "true",
        f"((user_id = {ME}) OR (title = 'x'::text))",
        f"((user_id = {ME}) OR ({ME} = 7))",
        f"((user_id IS NULL) OR (user_id = {ME}))",
        f"(user_id >= {ME})",
        f"(NOT (user_id = {ME}))",
        f"(user_id IS NOT DISTINCT FROM {ME})",
        f"(COALESCE({ME}, user_id) = user_id)",
        "(user_id = (COALESCE(current_setting('app.user_id'::text), '1'::text))::integer)",
        "(user_id = (current_setting('app.other'::text))::integer)",
        "(user_id = 3)",
        "(user_id = user_id)",
        f"(id = {ME})",
        f"((user_id % 2) = {ME})",
        "((user_id)::character(1) = current_setting('app.user_id'::text))",
        "(user_id = public.someone())",
        f"(user_id OPERATOR(public.=) {ME})",
        f"(user_id = ANY (ARRAY[{ME}, 2]))",
        f"CASE WHEN (id = 1) THEN true ELSE (user_id = {ME}) END",
        f"(EXISTS (SELECT FROM public.notes notes_1 WHERE (notes_1.user_id = {ME})))",
        "this is no SQL",
        f"(({ME} IS NULL) OR (user_id = {ME}))",
        f"(({ME} IS NULL) AND (user_id = 3))",
        # Another reading of the identity may be NULL while this one is not.
        f"(({ME} IS NULL) AND (id = (current_setting('app.user_id'::text))::integer))",
        "((public.me() IS NULL) AND (id > public.me()))",
        "((random() IS NULL) AND (random() > id))",
        "((COALESCE(user_id, 1) > 0) AND (user_id IS NULL))",
        "((user_id IS NULL) AND (user_id IS DISTINCT FROM 3))",
        "((user_id IS NULL) AND (ROW(id, user_id) < ROW(3, 3)))",
        f"((user_id <> ALL (ARRAY[{ME}])))",
        f"(user_id = ANY (ARRAY[{ME}, user_id]))",
        f"(user_id = ANY ((ARRAY[{ME}] || 2)))",
        f"(user_id OPERATOR(public.<) {ME}) AND ({ME} IS NULL)",
        f"(user_id = {ME}); SELECT (true",
    ],
)
def test_a_clause_that_only_seems_to_bind(clause: str) -> None:
    assert not bound("notes", clause)


@pytest.mark.parametrize(
    "clause",
    [
        within(f"((n.id = comments.note_id) AND (n.user_id = {ME}))"),
        f"(note_id IN (SELECT notes.id FROM public.notes WHERE (notes.user_id = {ME})))",
        (
            "(EXISTS (SELECT FROM (public.notes n JOIN public.users u ON ((u.id = n.user_id)))"
            f" WHERE ((n.id = comments.note_id) AND (u.id = {ME}))))"
        ),
        f"(( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)) = {ME})",
        f"({ME} = ( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)))",
        (
            "((( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)))::text"
            " = current_setting('app.user_id'::text, true))"
        ),
        (
            f"(( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id))"
            f" = ( SELECT u.id FROM public.users u WHERE (u.id = {ME})))"
        ),
    ],
)
def test_a_way_that_arrives(clause: str) -> None:
    assert bound("comments", clause)


@pytest.mark.parametrize(
    "clause",
    [
        within(f"(n.user_id = {ME})"),
        within(f"((n.id = n.id) AND (n.user_id = {ME}))"),
        within(f"((n.id = comments.id) AND (n.user_id = {ME}))"),
        within(f"((n.id = comments.note_id) AND ((n.user_id = {ME}) OR (n.id = 1)))"),
        f"({within('(n.id = comments.note_id)')} AND {within(f'(n.user_id = {ME})')})",
        f"(NOT {within(f'((n.id = comments.note_id) AND (n.user_id = {ME}))')})",
        within(f"((n.id = comments.note_id) AND (n.user_id = {ME}))").replace("public.", "other."),
        (
            f"(EXISTS (SELECT FROM (public.notes n LEFT JOIN public.users u ON ((u.id = {ME})))"
            " WHERE ((n.id = comments.note_id) AND (u.id = n.user_id))))"
        ),
        (
            f"(EXISTS (SELECT FROM public.notes n WHERE ((n.id = comments.note_id) AND (n.user_id = {ME}))"
            " UNION SELECT))"
        ),
        (
            f"(EXISTS (SELECT count(*) FROM public.notes n WHERE ((n.id = comments.note_id)"
            f" AND (n.user_id = {ME}))))"
        ),
        f"(( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)) <= {ME})",
        f"(( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.id)) = {ME})",
        f"(( SELECT max(n.user_id) AS max FROM public.notes n WHERE (n.id = comments.note_id)) = {ME})",
        f"(( SELECT n.user_id FROM public.notes n WHERE (n.id <= comments.note_id) LIMIT 1) = {ME})",
        f"(( SELECT n.id FROM public.notes n WHERE (n.id = comments.note_id)) = {ME})",
        f"(COALESCE(( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)), {ME}) = {ME})",
        (f"(NOT (( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)) = {ME}))"),
        (f"((( SELECT n.user_id FROM public.notes n WHERE (n.id = comments.note_id)) = {ME}) OR (id > 3))"),
    ],
)
def test_a_way_that_does_not_arrive(clause: str) -> None:
    assert not bound("comments", clause)


def test_rows_of_a_table_that_shows_only_own_rows_need_no_owner() -> None:
    clause = within("(n.id = comments.note_id)")
    assert bound("comments", clause, trusted=True)
    assert not bound("comments", clause)
    assert not bound("comments", within("(n.id > comments.note_id)"), trusted=True)


@pytest.mark.parametrize(
    ("clause", "never"),
    [
        ("false", True),
        (f"(({ME} IS NULL) AND (id > {ME}))", True),
        ("((id IS NULL) OR false)", True),
        (f"(({ME} IS NULL) OR (id > {ME}))", False),
        ("(user_id IS NULL)", False),
        (f"(({ME} IS NULL) AND (id > 3))", False),
    ],
)
def test_a_clause_that_nobody_can_satisfy(clause: str, never: bool) -> None:
    path = GRAPH.of("public.notes").path
    assert path is not None
    reading = Reading("app.user_id", NOTES, path, lambda name: False, lambda function: False)
    assert impossible(read_expression(clause, "notes"), reading) is never


def test_the_operators_that_are_taken_to_need_both_sides_do(connection: Connection) -> None:
    lax = connection.scalars(
        text(
            "SELECT DISTINCT o.oprname::text FROM pg_operator AS o JOIN pg_proc AS f ON f.oid = o.oprcode"
            " WHERE o.oprname::text = ANY (:names) AND NOT f.proisstrict"
        ),
        {"names": ["=", *COMPARING]},
    ).all()
    assert not lax
