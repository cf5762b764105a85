"""Reading URLs of every driver, and what they may show."""

from __future__ import annotations

import copy
import pickle

import psycopg2.extensions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.database import DatabaseUrl
from toolkit.database.errors import InvalidUrlError
from toolkit.database.url_arguments import LIBPQ_ARGUMENTS
from toolkit.secret import Secret

NEON = "ep-cool-name-a1b2c3d4.us-east-2.aws.neon.tech"
POOLED = "ep-cool-name-a1b2c3d4-pooler.us-east-2.aws.neon.tech"

READ = {
    "postgres://u:p@h/d": ("u", "p", "h", None, "d"),
    "postgresql://u:p@h:5433/d": ("u", "p", "h", 5433, "d"),
    "postgresql+psycopg://u:p@h/d": ("u", "p", "h", None, "d"),
    "postgresql+psycopg2://u:p@h/d": ("u", "p", "h", None, "d"),
    "postgresql+asyncpg://u:p@h/d": ("u", "p", "h", None, "d"),
    "  postgresql://u:p@h/d\n": ("u", "p", "h", None, "d"),
    "postgresql://u@h/d": ("u", None, "h", None, "d"),
    "postgresql://h": (None, None, "h", None, None),
    "postgresql://": (None, None, None, None, None),
    "postgresql://u:p@[::1]:5433/d": ("u", "p", "::1", 5433, "d"),
    "postgresql:///d?host=/var/run/postgresql&port=5433": (None, None, "/var/run/postgresql", 5433, "d"),
    "postgresql://u%40x:p%40%2F%3A%25@h/d%20b": ("u@x", "p@/:%", "h", None, "d b"),
    "postgresql://u:p/w:x#y@h/d": ("u", "p/w:x#y", "h", None, "d"),
    "postgresql://u:p+q@h/d": ("u", "p+q", "h", None, "d"),
    "postgresql://h/d?user=u&password=p&dbname=e": ("u", "p", "h", None, "e"),
}

REFUSED = {
    "": "empty",
    "hidden": "does not begin with",
    "mysql://u:hidden@h/d": "not a PostgreSQL",
    "postgresql+oracle://u:hidden@h/d": "driver",
    "postgresql://u:hid@den@h/d": "more than one @",
    "postgresql://u:p@h:hidden/d": "port",
    "postgresql://u:p@h:99999/d": "port",
    "postgresql://hidden1,hidden2/d": "more than one host",
    "postgresql://u:p@h i/d": "host",
    "psql 'postgresql://u:hidden@h/d'": "psql command",
    "postgresql://h/d?colour=hidden": r"\(colour\)",
    "postgresql://h/d?hid/den=1": "does not know",
    "postgresql://h/d?sslmode=hidden": "sslmode",
    "postgresql://h/d?sslmode=require&sslmode=hidden": "twice",
}


@pytest.mark.parametrize("text", READ)
def test_every_way_to_write_a_url(text: str) -> None:
    url = DatabaseUrl.parse(text)
    password = url.password.reveal() if url.password else None
    assert (url.username, password, url.host, url.port, url.database) == READ[text]


@pytest.mark.parametrize("text", READ)
def test_what_is_revealed_reads_back_as_the_same(text: str) -> None:
    url = DatabaseUrl.parse(text)
    assert DatabaseUrl.parse(url.reveal()) == url
    assert DatabaseUrl.parse(Secret(url.reveal_plain())) == url
    assert url.reveal().startswith("postgresql+psycopg2://")


@pytest.mark.parametrize("text", READ)
def test_libpq_reads_our_text_as_we_do(text: str) -> None:
    url = DatabaseUrl.parse(text)
    assert psycopg2.extensions.parse_dsn(url.reveal_plain()) == url.libpq_parameters()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_any_password_survives(password: str) -> None:
    url = DatabaseUrl("u", Secret(password), "h", None, "d")
    assert DatabaseUrl.parse(url.reveal()).password == Secret(password)
    assert url.sqlalchemy.password == password
    assert psycopg2.extensions.parse_dsn(url.reveal_plain())["password"] == password


@pytest.mark.parametrize("text", REFUSED)
def test_a_bad_url_is_named_without_its_text(text: str) -> None:
    with pytest.raises(InvalidUrlError, match=REFUSED[text]) as caught:
        DatabaseUrl.parse(text)
    assert "hid" not in str(caught.value)
    assert caught.value.__context__ is None


def test_arguments_are_kept_and_translated() -> None:
    url = DatabaseUrl.parse(
        "postgresql+asyncpg://u:p@h/d?ssl=verify_full&statement_cache_size=0&application_name=mine&pgbouncer=true"
    )
    assert dict(url.query) == {"sslmode": "verify-full", "application_name": "mine"}
    assert url.ignored == ("pgbouncer", "statement_cache_size")
    assert url.reveal(driver="postgresql+asyncpg") == "postgresql+asyncpg://u:p@h/d?ssl=verify-full"


@pytest.mark.parametrize(("ssl", "mode"), [("true", "require"), ("false", "disable"), ("require", "require")])
def test_the_ssl_words_of_asyncpg(ssl: str, mode: str) -> None:
    assert DatabaseUrl.parse(f"postgresql+asyncpg://h/d?ssl={ssl}").query["sslmode"] == mode


def test_every_argument_we_pass_on_is_known_to_libpq() -> None:
    newer_than_some_libpq = {
        "max_protocol_version",
        "min_protocol_version",
        "scram_client_key",
        "scram_server_key",
    }
    newer_than_some_libpq |= {name for name in LIBPQ_ARGUMENTS if name.startswith("oauth_")}
    newer_than_some_libpq |= {"servicefile", "sslkeylogfile"}
    for name in LIBPQ_ARGUMENTS - newer_than_some_libpq:
        psycopg2.extensions.parse_dsn(f"{name}=1")


def test_the_argument_names_are_no_superset_of_libpqs() -> None:
    with pytest.raises(psycopg2.ProgrammingError):
        psycopg2.extensions.parse_dsn("colour=1")


@pytest.mark.parametrize(
    ("host", "neon", "pooled", "direct"),
    [
        (NEON, True, False, NEON),
        (POOLED, True, True, NEON),
        (
            "ep-cool-name-a1b2c3d4-pooler.c-2.eu.example.com",
            True,
            True,
            "ep-cool-name-a1b2c3d4.c-2.eu.example.com",
        ),
        ("ep-old-style-123456.cloud.neon.tech", True, False, "ep-old-style-123456.cloud.neon.tech"),
        ("db.example.com", False, False, "db.example.com"),
        ("db-pooler.example.com", False, True, "db.example.com"),
        ("epic-host.example.com", False, False, "epic-host.example.com"),
        ("pooler.ep-cool-name-a1b2c3d4.example", False, False, "pooler.ep-cool-name-a1b2c3d4.example"),
        ("neon.tech.example.com", False, False, "neon.tech.example.com"),
    ],
)
def test_what_a_host_name_says(host: str, neon: bool, pooled: bool, direct: str) -> None:
    url = DatabaseUrl.parse(f"postgresql://u:p@{host}/d?sslmode=require")
    assert (url.is_neon, url.is_pooled, url.direct().host) == (neon, pooled, direct)
    assert url.direct().query == url.query


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", ""])
def test_hosts_of_this_machine(host: str) -> None:
    assert DatabaseUrl.parse(f"postgresql://{host}/d").is_local


def test_other_databases_roles_and_arguments() -> None:
    url = DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=require")
    assert url.with_database("e").reveal_plain() == "postgresql://u:p@h/e?sslmode=require"
    assert url.with_credentials("v", Secret("q")).reveal_plain() == "postgresql://v:q@h/d?sslmode=require"
    assert url.with_arguments(sslmode="verify-full").query["sslmode"] == "verify-full"


def test_the_masked_text_shows_all_but_secrets() -> None:
    url = DatabaseUrl.parse("postgresql://u:planted@h:5433/d?sslpassword=planted&sslmode=require")
    assert url.masked == "postgresql://u:***@h:5433/d?sslmode=require&sslpassword=***"
    assert str(url) == f"{url}" == url.masked
    assert repr(url) == f"DatabaseUrl({url.masked!r})"
    assert "planted" in url.reveal_plain()


def test_a_url_does_not_leave_the_process() -> None:
    url = DatabaseUrl.parse("postgresql://u:p@h/d")
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(url)
    assert copy.deepcopy(url) == url
    assert hash(url) == hash(DatabaseUrl.parse("postgres://u:p@h/d"))
    assert url != DatabaseUrl.parse("postgresql://u:q@h/d")
