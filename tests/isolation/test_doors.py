"""Doors beside the tables: each is found, and each fix closes what it was offered for."""

from __future__ import annotations

import pytest
from fixtures.isolation import Moment

DOORS = {
    "view-with-owners-rights": (
        "CREATE VIEW every_note AS SELECT * FROM notes",
        "GRANT SELECT ON every_note TO {app}",
    ),
    "materialised-view-open": (
        "CREATE MATERIALIZED VIEW old_notes AS SELECT * FROM notes",
        "GRANT SELECT ON old_notes TO {app}",
    ),
    "foreign-table-open": (
        "CREATE FOREIGN DATA WRAPPER nothing",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing",
        "CREATE FOREIGN TABLE far_notes (id int) SERVER elsewhere",
        "GRANT SELECT ON far_notes TO {app}",
    ),
    "child-table-open": (
        "CREATE TABLE more_notes () INHERITS (notes)",
        "GRANT SELECT ON more_notes TO {app}",
    ),
    "definer-function": (
        (
            "CREATE FUNCTION peek(n int) RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " SET search_path = pg_catalog AS 'SELECT count(*) FROM public.notes'"
        ),
    ),
    "definer-search-path": (
        (
            "CREATE FUNCTION peek(n int) RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT count(*) FROM public.notes'"
        ),
    ),
    "leakproof-function": (
        "CREATE FUNCTION tell(n int) RETURNS bool LANGUAGE sql LEAKPROOF AS 'SELECT true'",
    ),
    "default-privileges": ("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {app}",),
    "publication-without-filter": ("CREATE PUBLICATION feed FOR TABLE notes",),
}


@pytest.mark.parametrize("rule", DOORS)
def test_a_door_is_found_and_its_fix_closes_it(moment: Moment, rule: str) -> None:
    moment.run(*DOORS[rule])
    found = [each for each in moment.judge().audit.findings if each.rule == f"isolation.{rule}"]
    (finding,) = found
    if finding.fix is None or rule == "definer-search-path":
        return
    moment.run(*finding.fix.sql)
    assert f"isolation.{rule}" not in {each.rule for each in moment.judge().audit.findings}


def test_a_view_that_reads_as_the_user_is_no_door(moment: Moment) -> None:
    moment.run(
        "CREATE VIEW my_notes WITH (security_invoker = true) AS SELECT * FROM notes",
        "GRANT SELECT ON my_notes TO {app}",
    )
    assert moment.judge().audit.findings == ()


def test_a_trigger_that_acts_as_its_owner(moment: Moment) -> None:
    moment.run(
        "CREATE FUNCTION copy_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER copy BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION copy_note()",
    )
    assert [each.rule for each in moment.judge().audit.findings] == ["isolation.definer-function"]
