"""Faults that a try of a few users, rows and values walks past: never called held."""

from __future__ import annotations

import pytest
from fixtures.isolation import IDENTITY, Moment

from toolkit.isolation import Verb, Verdict

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
MINE = f"user_id = {IDENTITY}"
CROWD = (
    "INSERT INTO users SELECT n, 'u' || n FROM generate_series(4, 40) AS n",
    "INSERT INTO notes (user_id, title) SELECT n, 'more' FROM generate_series(4, 40) AS n",
)


@pytest.mark.parametrize(
    ("verb", "clause"),
    [
        ("select", f"USING ({MINE} OR {IDENTITY} = 33)"),
        ("select", f"USING ({MINE} OR title = 'published')"),
        ("select", f"USING ({MINE} OR user_id IS NULL AND {IDENTITY} = 33)"),
        ("delete", f"USING ({MINE} OR {IDENTITY} = 33)"),
        ("update", f"USING ({MINE} OR {IDENTITY} = 33) WITH CHECK ({MINE})"),
        ("update", f"USING ({MINE}) WITH CHECK ({MINE} OR title = 'gift')"),
        ("insert", f"WITH CHECK ({MINE} OR title = 'gift')"),
        ("insert", f"WITH CHECK ({MINE} OR {IDENTITY} = 33)"),
    ],
)
def test_a_rule_for_one_user_or_one_value_is_not_held(moment: Moment, verb: str, clause: str) -> None:
    moment.run(*CROWD, "ALTER TABLE notes ALTER user_id DROP NOT NULL")
    moment.run(f"ALTER POLICY notes_{verb} ON notes {clause}")
    where = READ if verb == "select" else Verb(verb)
    cell = moment.judge().cell("public.notes", where)
    assert cell.verdict is Verdict.UNKNOWN, cell
    assert f"policy notes_{verb}" in cell.reason


def test_with_every_user_and_row_tried_it_depends_on_the_next_row(moment: Moment) -> None:
    moment.run("DELETE FROM users WHERE id = 3")
    moment.run(f"ALTER POLICY notes_select ON notes USING ({MINE} OR title = 'published')")
    assert moment.judge().cell("public.notes", READ).verdict is Verdict.CONDITIONAL


def test_a_restrictive_policy_binds_what_a_wide_one_opens(moment: Moment) -> None:
    moment.run(*CROWD, "ALTER POLICY notes_select ON notes USING (true)")
    moment.run(f"CREATE POLICY floor ON notes AS RESTRICTIVE USING ({MINE})")
    assert moment.judge().cell("public.notes", READ).verdict is Verdict.HELD


def test_a_function_that_names_the_user_is_tried_with_many(moment: Moment) -> None:
    body = "nullif(current_setting(''app.user_id'', true), '''')::int"
    moment.run(*CROWD, f"CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS 'SELECT {body}'")
    moment.run("ALTER POLICY notes_select ON notes USING (user_id = me())")
    assert moment.judge().cell("public.notes", READ).verdict is Verdict.HELD
    odd = f"CASE WHEN {body} = 33 THEN 34 ELSE {body} END"
    moment.run(f"CREATE OR REPLACE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS 'SELECT {odd}'")
    assert moment.judge().cell("public.notes", READ).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_session_without_identity_writes_nothing(moment: Moment, verb: str) -> None:
    check = f" WITH CHECK ({MINE} OR {IDENTITY} IS NULL)" if verb == "update" else ""
    moment.run(f"ALTER POLICY notes_{verb} ON notes USING ({MINE} OR {IDENTITY} IS NULL){check}")
    assert moment.judge().cell("public.notes", Verb(verb)).verdict is Verdict.LEAK


def test_a_parent_of_another_value(moment: Moment) -> None:
    moment.run(
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
    )
    own = f"EXISTS (SELECT FROM labels AS l WHERE l.id = label_id AND l.user_id = {IDENTITY})"
    for named, verdict in ((own, Verdict.HELD), (f"({own} OR label_id > 1000)", Verdict.UNKNOWN)):
        moment.run(
            f"ALTER POLICY links_insert ON links WITH CHECK ({MINE} AND {named})",
            f"ALTER POLICY links_update ON links USING ({MINE}) WITH CHECK ({MINE} AND {named})",
        )
        assert moment.judge().cell("public.links", REFERENCES).verdict is verdict


@pytest.mark.parametrize(
    "opened",
    [
        "CREATE POLICY other_reads ON notes FOR SELECT TO {other} USING (true)",
        "ALTER TABLE notes OWNER TO {other}",
    ],
)
def test_a_role_that_the_application_may_become(moment: Moment, opened: str) -> None:
    moment.run("GRANT SELECT ON notes TO {other}", "GRANT {other} TO {app} WITH INHERIT FALSE", opened)
    report = moment.judge()
    assert report.subject.exempt_ways == (moment.other_role,)
    assert report.cell("public.notes", READ).verdict is Verdict.CONDITIONAL


def test_policies_in_a_circle_let_nobody_in(moment: Moment) -> None:
    moment.run("ALTER POLICY notes_select ON notes USING (EXISTS (SELECT FROM notes AS n WHERE n.id = 1))")
    cell = moment.judge().cell("public.notes", READ)
    assert (cell.verdict, "lead back to themselves" in cell.reason) == (Verdict.HELD, True)


def test_a_role_with_the_same_rights_is_no_way_out(moment: Moment) -> None:
    moment.run("GRANT {other} TO {app}")
    assert moment.judge().subject.exempt_ways == ()
