"""`neonkit schema advise`, `neonkit schema rules` and `neonkit rule` as a shell runs them."""

from __future__ import annotations

import pytest
from fixtures.command_line import Neonkit
from sqlalchemy import Connection

from toolkit.database import DatabaseUrl
from toolkit.schema.advice import rules

SCHEMA = """
create table users (id bigint primary key);
create table tasks (id bigint primary key, user_id integer references users, note json, at timestamptz);
"""


@pytest.fixture
def url(connection: Connection, database_url: DatabaseUrl) -> str:
    """The URL of a database with something to say about."""
    connection.exec_driver_sql(SCHEMA)
    connection.commit()
    return database_url.reveal_plain()


def test_an_error_is_exit_5_with_the_fix(neonkit: Neonkit, url: str) -> None:
    ran = neonkit("schema", "advise", "--url", url)
    assert ran.code == 5
    lines = ran.out.splitlines()
    assert lines[0].startswith("error int2-or-int4-foreign-to-bigint public.tasks.user_id: ")
    assert "      ALTER TABLE public.tasks ALTER COLUMN user_id TYPE bigint" in lines
    assert lines[-1].startswith("1 error, ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--rule", "json-not-jsonb"), 0),
        (("--rule", "json-not-jsonb", "--fail-on", "warning"), 5),
        (("--rule", "json-not-jsonb", "--fail-on", "info"), 5),
        (("--rule", "missing-comment", "--fail-on", "warning"), 0),
        (("users",), 0),
        (("--min-severity", "error"), 5),
    ],
)
def test_exit_code(neonkit: Neonkit, url: str, arguments: tuple[str, ...], code: int) -> None:
    assert neonkit("schema", "advise", *arguments, "--url", url).code == code


def test_rules_may_be_chosen_and_what_is_light_left_out(neonkit: Neonkit, url: str) -> None:
    chosen = neonkit(
        "schema", "advise", "--rule", "json-not-jsonb", "--rule", "fk-without-index", "--url", url, "--json"
    ).json
    assert [finding["rule"] for finding in chosen["findings"]] == ["fk-without-index", "json-not-jsonb"]
    heavy = neonkit("schema", "advise", "--min-severity", "warning", "--url", url, "--json").json
    assert {finding["severity"] for finding in heavy["findings"]} == {"warning", "error"}


def test_json_has_evidence_and_both_fixes(neonkit: Neonkit, url: str) -> None:
    (finding,) = neonkit("schema", "advise", "--rule", "fk-without-index", "--url", url, "--json").json[
        "findings"
    ]
    assert finding["subject"] == "public.tasks.tasks_user_id_fkey"
    assert finding["evidence"]["columns"] == ["user_id"]
    assert finding["fix"]["sql"] == ["CREATE INDEX CONCURRENTLY ix_tasks_user_id ON public.tasks (user_id)"]
    assert "op.create_index('ix_tasks_user_id', 'tasks', ['user_id']" in finding["fix"]["operations"][0]


def test_the_role_comes_from_the_option_or_the_settings(neonkit: Neonkit, url: str) -> None:
    asked = ("schema", "advise", "--rule", "rls-bypass-role", "--url", url)
    assert "the application's role, and none is configured" in neonkit(*asked).out
    ran = neonkit(*asked, "--app-role", "neonkit")
    assert ran.code == 5
    assert "neonkit is above row security" in ran.out


@pytest.mark.parametrize(
    "line", [("rule", "fk-withot-index"), ("schema", "advise", "--rule", "fk-withot-index")]
)
def test_an_unknown_rule(neonkit: Neonkit, line: tuple[str, ...]) -> None:
    ran = neonkit(*line)
    assert ran.code == 2
    assert "E188" in ran.err
    assert "fk-without-index" in ran.err


def test_a_rule_is_explained_offline(neonkit: Neonkit) -> None:
    ran = neonkit("rule", "fk-without-index")
    assert ran.code == 0
    assert ran.out.startswith("# fk-without-index\n")
    assert "CREATE TABLE users" in ran.out
    assert "is off" in neonkit("rule", "isolation.row-security-off").out
    assert neonkit("rule", "suppression-unused", "--json").json["id"] == "suppression-unused"
    told = neonkit("rule", "index-unused", "--json").json
    assert told["severity"] == "info"
    assert told["needs_statistics"] is True


def test_the_rules_are_listed_offline(neonkit: Neonkit) -> None:
    listed = neonkit("schema", "rules", "--json").json
    assert [rule["id"] for rule in listed] == [rule.id for rule in rules()]
    assert len(neonkit("schema", "rules").out.splitlines()) == len(rules()) + 1
