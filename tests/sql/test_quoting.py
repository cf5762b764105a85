"""Our quoting is the server's quoting."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from toolkit.sql.keywords import NOT_A_BARE_NAME
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

NAMES = [
    "tasks", "Tasks", "user", "order", "a b", "say \"hi\"", "1st", "_x", "x$", "naïve", "name", "a.b", "-",
]  # fmt: skip
TEXTS = ["", "plain", "it's", "back\\slash", "\\'", "''", "\n", "naïve ☃", "$$", "%s", ":name"]

SERVER_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.mark.parametrize("name", NAMES)
def test_identifiers_as_the_server_quotes_them(connection: Connection, name: str) -> None:
    server = connection.execute(text("SELECT quote_ident(:name)"), {"name": name}).scalar_one()
    assert quote_identifier(name) == server


@pytest.mark.parametrize("value", TEXTS)
def test_literals_as_the_server_quotes_them(connection: Connection, value: str) -> None:
    server = connection.execute(text("SELECT quote_literal(:value)"), {"value": value}).scalar_one()
    assert quote_literal(value) == server


def test_any_text_survives_both_ways(connection: Connection) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(value=SERVER_TEXT)
    def check(value: str) -> None:
        raw = connection.connection.cursor()
        raw.execute(
            f"SELECT {quote_literal(value)}, {quote_literal(value)} AS {quote_identifier(value or 'x')}"
        )
        row = raw.fetchone()
        assert row is not None
        assert row[0] == value

    check()


def test_the_keywords_are_the_servers(connection: Connection) -> None:
    rows = connection.execute(text("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'")).scalars()
    assert set(rows) == NOT_A_BARE_NAME


def test_qualified_names() -> None:
    assert qualified("public", "tasks") == "public.tasks"
    assert qualified("My Schema", "order") == '"My Schema"."order"'
    assert qualified(None, "tasks") == "tasks"


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_names_that_no_object_can_have(name: str) -> None:
    with pytest.raises(ValueError, match=r"identifier|NUL"):
        quote_identifier(name)


def test_a_text_with_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quote_literal("a\0b")
