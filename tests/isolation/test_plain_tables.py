"""Fifteen tables as a plain application has them: own role, own setting, no convention; none is UNKNOWN."""

from __future__ import annotations

import pytest
from fixtures.isolation import Moment

from toolkit.isolation import Verb, Verdict
from toolkit.models.ownership import OwnershipRules

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
ROWS = (READ, INSERT, UPDATE, DELETE)
SETTING = "shop.customer"
ME = f"(SELECT nullif(current_setting('{SETTING}', true), '')::int)"
MINE = f"customer_id = {ME}"
RULES = OwnershipRules(owner_root="customers", shared={"users": "not of this shop"})


def everything(using: str, check: str | None = None) -> str:
    return f"CREATE POLICY p ON {{table}} TO {{app}} USING ({using}) WITH CHECK ({check or using})"


RIGHT = {
    "nullif_in_subquery": (everything(MINE),),
    "nullif_per_row": (everything(f"customer_id = nullif(current_setting('{SETTING}', true), '')::int"),),
    "plain_cast": (everything(f"customer_id = current_setting('{SETTING}')::int"),),
    "as_text": (everything(f"customer_id::text = current_setting('{SETTING}', true)"),),
    "own_function": (
        (
            "CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE"
            f" AS $$SELECT nullif(current_setting('{SETTING}', true), '')::int$$"
        ),
        everything("customer_id = me()"),
    ),
    "one_policy_per_verb": (
        f"CREATE POLICY r ON {{table}} FOR SELECT TO {{app}} USING ({MINE})",
        f"CREATE POLICY a ON {{table}} FOR INSERT TO {{app}} WITH CHECK ({MINE})",
        f"CREATE POLICY w ON {{table}} FOR UPDATE TO {{app}} USING ({MINE})",
        f"CREATE POLICY d ON {{table}} FOR DELETE TO {{app}} USING ({MINE})",
    ),
    "wide_and_restrictive": (
        everything("true"),
        f"CREATE POLICY floor ON {{table}} AS RESTRICTIVE TO {{app}} USING ({MINE})",
    ),
    "read_only": (f"CREATE POLICY r ON {{table}} FOR SELECT TO {{app}} USING ({MINE})",),
}
WRONG = {
    "always_true": ((everything("true"),), ROWS),
    "or_a_value": ((everything(f"{MINE} OR body = 'public'", MINE),), (READ, UPDATE, DELETE)),
    "nobody_sees_all": ((everything(f"{MINE} OR {ME} IS NULL", MINE),), (READ, DELETE)),
    "coalesce": ((everything(f"customer_id = coalesce({ME}, customer_id)", MINE),), (READ, DELETE)),
    "unchecked": ((everything(MINE, "true"),), (INSERT, UPDATE)),
    "security_off": (
        (everything(MINE), "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        ROWS,
    ),
    "owned_and_not_forced": (
        (
            everything(MINE),
            "ALTER TABLE {table} OWNER TO {app}",
            "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        ),
        ROWS,
    ),
}


def make(moment: Moment, table: str, statements: tuple[str, ...]) -> None:
    moment.run(
        f"""CREATE TABLE {table} (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
        body text NOT NULL)""",
        f"INSERT INTO {table} VALUES (1, 1, 'public'), (2, 1, 'b'), (3, 2, 'public'), (4, 2, 'd')",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {{app}}",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        *(each.replace("{table}", table) for each in statements),
    )


@pytest.fixture
def shop(moment: Moment) -> Moment:
    """Customers, beside the world of others."""
    moment.run(
        "DROP TABLE links, labels, comments, notes",
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        "INSERT INTO customers VALUES (1, 'a'), (2, 'b')",
    )
    return moment


def test_none_is_unknown_for_want_of_a_convention(shop: Moment) -> None:
    assert len(RIGHT) + len(WRONG) == 15
    for table, statements in RIGHT.items():
        make(shop, table, statements)
    for table, (statements, _) in WRONG.items():
        make(shop, table, statements)
    report = shop.judge(rules=RULES, identity_setting=SETTING)
    said = {
        (table, verb): report.cell(f"public.{table}", verb) for table in (*RIGHT, *WRONG) for verb in ROWS
    }
    assert [cell for cell in said.values() if cell.verdict is Verdict.UNKNOWN] == []
    leaking = {(table, verb) for table, (_, verbs) in WRONG.items() for verb in verbs}
    assert {place for place, cell in said.items() if cell.verdict is Verdict.LEAK} == leaking
    assert {said[table, verb].verdict for table in RIGHT for verb in ROWS} == {Verdict.HELD}
