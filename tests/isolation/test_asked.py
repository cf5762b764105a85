"""Some users and some tables only, and the evidence beside the verdicts."""

from __future__ import annotations

import pytest
from fixtures.isolation import RULES, World

from toolkit.database import Database
from toolkit.isolation import Asked, NotJudgedError, Verb, Verdict, examine_database, users_of_database


@pytest.fixture
def broken(world: World) -> World:
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    return world


def test_users_act_tables_are_chosen_and_evidence_is_kept(broken: World) -> None:
    database = Database.at(broken.url)
    whole = examine_database(database, RULES, app_role=broken.role)
    leaks = [each for each in whole.tried if each.leak is not None]
    assert {each.relation for each in leaks} == {"public.notes", "public.comments"} & {
        cell.table for cell in whole.report.leaks
    }
    assert all(each.facts["user"] == "1" for each in whole.tried if each.relation == "public.notes")

    asked = Asked(("2", "1"), frozenset({"public.notes"}))
    some = examine_database(database, RULES, app_role=broken.role, asked=asked)
    assert {cell.table for cell in some.report.cells} == {"public.notes"}
    assert some.report.cell("public.notes", Verb.READ).verdict is Verdict.LEAK
    acting = {(each.facts["user"], each.facts["other user"]) for each in some.tried if each.executed}
    assert acting == {("2", "1")}
    for verb in Verb:
        mine, theirs = (report.cell("public.notes", verb) for report in (some.report, whole.report))
        assert mine.verdict is theirs.verdict

    for nobody in (Asked(("99",)), Asked(("1", "99")), Asked((), frozenset({"public.nothing"}))):
        with pytest.raises(NotJudgedError):
            examine_database(database, RULES, app_role=broken.role, asked=nobody)


def test_the_users_and_their_rows(world: World) -> None:
    users = users_of_database(Database.at(world.url), RULES)
    assert [each.user for each in users] == ["1", "2", "3"]
    assert users[0].tables == {
        "public.comments": 3,
        "public.labels": 2,
        "public.links": 6,
        "public.notes": 3,
        "public.users": 1,
    }
    assert (users[0].rows, users[2].rows) == (15, 1)
    assert len(users_of_database(Database.at(world.url), RULES, limit=2)) == 2
