"""The role that looks on: exempt without being a superuser, as the owner of a hosted database is."""

from __future__ import annotations

import pytest
from fixtures.isolation import RULES, World

from toolkit.database import Database
from toolkit.isolation import IsolationReport, Verb, Verdict, judge_database
from toolkit.secret import Secret

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb


def judged_by_hosted_owner(world: World) -> IsolationReport:
    world.run(
        "ALTER ROLE {other} LOGIN CREATEROLE BYPASSRLS PASSWORD 'x'",
        *(
            f"ALTER TABLE {table} OWNER TO {{other}}"
            for table in ("users", "notes", "comments", "labels", "links")
        ),
        "GRANT {app} TO {other}",
    )
    url = world.url.with_credentials(world.other_role, Secret("x"))
    return judge_database(Database.at(url), RULES, app_role=world.role)


def test_a_right_world_is_held_as_far_as_it_can_be_told(world: World) -> None:
    report = judged_by_hosted_owner(world)
    assert report.leaks == ()
    for table in ("users", "notes", "comments", "labels", "links"):
        assert report.cell(f"public.{table}", READ).verdict is Verdict.HELD
    for verb in Verb:
        assert report.cell("public.comments", verb).verdict is Verdict.HELD, report.cells


@pytest.mark.parametrize("verb", ["select", "insert", "update", "delete"])
def test_a_leak_is_still_a_leak(world: World, verb: str) -> None:
    clause = "WITH CHECK (true)" if verb == "insert" else "USING (true)"
    world.run(f"ALTER POLICY comments_{verb} ON comments {clause}")
    if verb == "update":
        world.run("ALTER POLICY comments_update ON comments WITH CHECK (true)")
    report = judged_by_hosted_owner(world)
    where = READ if verb == "select" else Verb(verb)
    assert report.cell("public.comments", where).verdict is Verdict.LEAK
