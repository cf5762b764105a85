"""Roles, stored rows and shapes of tables: what each does to the verdicts."""

from __future__ import annotations

import pytest
from fixtures.isolation import IDENTITY, Moment, rules

from toolkit.isolation import IsolationReport, Verb, Verdict

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
ROWS = (READ, INSERT, UPDATE, DELETE)


def of(report: IsolationReport, table: str) -> dict[Verb, Verdict]:
    return {cell.verb: cell.verdict for cell in report.cells if cell.table == f"public.{table}"}


def found(report: IsolationReport) -> set[tuple[str, str]]:
    return {(finding.rule, finding.subject) for finding in report.audit.findings}


@pytest.mark.parametrize("attribute", ["BYPASSRLS", "SUPERUSER"])
def test_a_role_that_ignores_policies_is_the_first_thing_said(moment: Moment, attribute: str) -> None:
    moment.run(f"ALTER ROLE {{app}} {attribute}")
    report = moment.judge()
    assert report.headline.startswith(f"Role {moment.role} ignores every policy")
    assert {of(report, table)[verb] for table in ("users", "notes") for verb in ROWS} == {Verdict.LEAK}
    assert ("isolation.role-ignores-policies", moment.role) in found(report)
    assert of(report, "links")[REFERENCES] is Verdict.PROVEN, "a key binds every role"


def test_a_member_of_a_role_that_ignores_policies(moment: Moment) -> None:
    moment.run("ALTER ROLE {other} BYPASSRLS", "GRANT {other} TO {app}")
    report = moment.judge()
    assert report.subject.exempt_ways == (moment.other_role,)
    assert {of(report, "notes")[verb] for verb in ROWS} == {Verdict.CONDITIONAL}


def test_a_role_without_rights(moment: Moment) -> None:
    moment.run("REVOKE UPDATE, DELETE ON notes FROM {app}")
    report = moment.judge()
    assert report.cell("public.notes", UPDATE).reason == "the role has no right to update"
    assert of(report, "notes") == dict.fromkeys((*ROWS, REFERENCES), Verdict.HELD)


def test_a_verb_without_policy(moment: Moment) -> None:
    moment.run("DROP POLICY notes_update ON notes")
    cell = moment.judge().cell("public.notes", UPDATE)
    assert (cell.verdict, cell.reason) == (Verdict.HELD, "no policy allows it, not even for own rows")


def test_the_owner_role_when_not_forced_is_told_even_if_it_is_not_the_application(moment: Moment) -> None:
    moment.run("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY")
    report = moment.judge()
    assert ("isolation.row-security-not-forced", "public.notes") in found(report)
    assert of(report, "notes")[READ] is Verdict.HELD


def test_rows_without_owner(moment: Moment) -> None:
    moment.run(
        "ALTER TABLE notes ALTER user_id DROP NOT NULL",
        "INSERT INTO notes (id, title) VALUES (700, 'whose?')",
    )
    hidden = moment.judge()
    assert ("isolation.row-without-owner", "public.notes") in found(hidden)
    assert of(hidden, "notes")[READ] is Verdict.HELD
    moment.run(f"ALTER POLICY notes_select ON notes USING (user_id = {IDENTITY} OR user_id IS NULL)")
    seen = moment.judge().cell("public.notes", READ)
    assert seen.verdict is Verdict.LEAK
    assert seen.evidence["keys"] == ["(700)"]


def test_rows_of_no_user(moment: Moment) -> None:
    moment.run(
        "ALTER TABLE labels DROP CONSTRAINT labels_user_id_fkey",
        "INSERT INTO labels (user_id, name) VALUES (99, 'left over')",
    )
    report = moment.judge()
    assert ("isolation.owner-not-there", "public.labels") in found(report)
    assert of(report, "labels")[READ] is Verdict.HELD


def test_rows_that_join_two_users(moment: Moment) -> None:
    moment.run(
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
        "INSERT INTO links SELECT min(n.id), max(l.id), 1 FROM notes AS n, labels AS l"
        " WHERE n.user_id = 1 AND l.user_id = 2",
    )
    report = moment.judge()
    assert ("isolation.crossed-owners", "public.links") in found(report)
    assert report.cell("public.links", REFERENCES).verdict is Verdict.LEAK
    assert report.cell("public.links", DELETE).verdict is Verdict.UNKNOWN, (
        "the other user's label takes it along"
    )


def test_a_key_that_was_never_validated_proves_nothing(moment: Moment) -> None:
    moment.run(
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD CONSTRAINT links_label FOREIGN KEY (label_id, user_id)"
        " REFERENCES labels (id, user_id) NOT VALID",
    )
    assert moment.judge().cell("public.links", REFERENCES).verdict is Verdict.HELD


def test_an_identity_with_a_default(moment: Moment) -> None:
    moment.run("ALTER ROLE {app} SET app.user_id = '1'")
    report = moment.judge()
    assert ("isolation.identity-preset", "app.user_id") in found(report)


def test_policies_that_fail_without_an_identity(moment: Moment) -> None:
    mine = "user_id = current_setting('app.user_id')::int"
    moment.run(*(f"ALTER POLICY notes_{verb} ON notes {rule}" for verb, rule in rules(mine)))
    assert of(moment.judge(), "notes") == dict.fromkeys((*ROWS, REFERENCES), Verdict.HELD)


OWNER = "user_id int NOT NULL REFERENCES users"
SHAPES = {
    "no key": f"{OWNER}, body text",
    "key of two columns": f"{OWNER}, body text, n int DEFAULT 1, PRIMARY KEY (body, user_id)",
    "generated and identity": f"id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {OWNER}, body text,"
    " twice text GENERATED ALWAYS AS (body || body) STORED",
    "checked and unique": "id uuid DEFAULT gen_random_uuid() PRIMARY KEY,"
    " user_id int NOT NULL UNIQUE REFERENCES users, body text UNIQUE CHECK (body LIKE 'b%')",
    "odd types": f"id bigserial PRIMARY KEY, {OWNER}, body text, data jsonb DEFAULT '{{}}',"
    " blob bytea DEFAULT '\\x00ff', list text[] DEFAULT '{\"a,b\",c}', span interval DEFAULT '1 day'",
}
NAMES = ["plain", 'odd "name": %s', "Große Tabelle", "select"]


@pytest.mark.parametrize(
    ("shape", "name"),
    [*((shape, "plain") for shape in SHAPES), *(("generated and identity", name) for name in NAMES[1:])],
)
def test_every_shape_and_name_of_table(moment: Moment, shape: str, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    mine = f"user_id = {IDENTITY}"
    moment.run(
        f"CREATE TABLE {quoted} ({SHAPES[shape]})",
        f"INSERT INTO {quoted} (user_id, body) VALUES (1, 'b1'), (2, 'b2')",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {quoted} TO {{app}}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        *(f"CREATE POLICY p_{verb} ON {quoted} FOR {verb} TO {{app}} {rule}" for verb, rule in rules(mine)),
    )
    held = moment.judge()
    assert of(held, name) == dict.fromkeys((*ROWS, REFERENCES), Verdict.HELD), held.cells
    moment.run(*(f"ALTER POLICY p_{verb} ON {quoted} {rule}" for verb, rule in rules("true")))
    leaks = of(moment.judge(), name)
    assert {leaks[verb] for verb in ROWS} == {Verdict.LEAK}, leaks
