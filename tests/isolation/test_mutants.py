"""Single faults in a right world: each must turn exactly the cells red that it opens, and no other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from fixtures.isolation import IDENTITY, Moment, World

from toolkit.isolation import Verb, Verdict

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
LEAK, HELD, PROVEN, UNKNOWN = Verdict.LEAK, Verdict.HELD, Verdict.PROVEN, Verdict.UNKNOWN
EVERY = (READ, INSERT, UPDATE, DELETE)


@dataclass(frozen=True)
class Mutant:
    """A fault, and the cells of one table that it opens."""

    name: str
    statements: tuple[str, ...]
    table: str
    leaks: tuple[Verb, ...]
    blinds: tuple[str, ...] = ()
    """Tables whose own policies read this one, so that the fault takes their users' own rows away."""


def policy(table: str, verb: str, clause: str) -> str:
    return f"ALTER POLICY {table}_{verb} ON {table} {clause}"


MINE = f"user_id = {IDENTITY}"

MUTANTS = [
    Mutant("read all", (policy("notes", "select", "USING (true)"),), "notes", (READ,)),
    Mutant(
        "read any named user",
        (policy("notes", "select", f"USING ({IDENTITY} IS NOT NULL)"),),
        "notes",
        (READ,),
    ),
    Mutant(
        "read widened by or",
        (policy("notes", "select", f"USING ({MINE} OR title = 'note 1')"),),
        "notes",
        (READ,),
    ),
    Mutant(
        "second permissive policy",
        ("CREATE POLICY more ON notes FOR SELECT USING (title <> '')",),
        "notes",
        (READ,),
    ),
    Mutant("policy for every role and verb", ("CREATE POLICY more ON notes USING (true)",), "notes", EVERY),
    Mutant(
        "wrong column",
        (policy("notes", "select", f"USING (id > {IDENTITY})"),),
        "notes",
        (READ,),
        blinds=("comments",),
    ),
    Mutant("tautology", (policy("notes", "select", "USING (user_id = user_id)"),), "notes", (READ,)),
    Mutant(
        "nobody sees all",
        (policy("notes", "select", f"USING ({MINE} OR {IDENTITY} IS NULL)"),),
        "notes",
        (READ,),
    ),
    Mutant(
        "unset identity only",
        (policy("notes", "select", f"USING ({MINE} OR current_setting('app.user_id', true) IS NULL)"),),
        "notes",
        (READ,),
    ),
    Mutant(
        "empty identity only",
        (policy("notes", "select", f"USING ({MINE} OR current_setting('app.user_id', true) = '')"),),
        "notes",
        (READ,),
    ),
    Mutant(
        "blind update", (policy("notes", "update", f"USING (true) WITH CHECK ({MINE})"),), "notes", (UPDATE,)
    ),
    Mutant(
        "update without check",
        (policy("notes", "update", f"USING ({MINE}) WITH CHECK (true)"),),
        "notes",
        (UPDATE,),
    ),
    Mutant(
        "update wide open", (policy("notes", "update", "USING (true) WITH CHECK (true)"),), "notes", (UPDATE,)
    ),
    Mutant("blind delete", (policy("notes", "delete", "USING (true)"),), "notes", (DELETE,)),
    Mutant("blind delete of a parent", (policy("users", "delete", "USING (true)"),), "users", (DELETE,)),
    Mutant("insert for anybody", (policy("notes", "insert", "WITH CHECK (true)"),), "notes", (INSERT,)),
    Mutant(
        "insert under any parent",
        (policy("comments", "insert", "WITH CHECK (true)"),),
        "comments",
        (INSERT,),
    ),
    Mutant(
        "child joined on the wrong side",
        (
            policy(
                "comments", "select", f"USING (EXISTS (SELECT FROM notes AS n WHERE n.user_id = {IDENTITY}))"
            ),
        ),
        "comments",
        (READ,),
    ),
    Mutant("security off", ("ALTER TABLE notes DISABLE ROW LEVEL SECURITY",), "notes", EVERY),
    Mutant(
        "role owns the table, not forced",
        ("ALTER TABLE labels OWNER TO {app}", "ALTER TABLE labels NO FORCE ROW LEVEL SECURITY"),
        "labels",
        EVERY,
    ),
    Mutant("truncate granted", ("GRANT TRUNCATE ON comments TO {app}",), "comments", (DELETE,)),
    Mutant(
        "trigger writes rows of others",
        (
            """CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            'BEGIN UPDATE labels SET name = name || ''!'' WHERE user_id <> NEW.user_id; RETURN NEW; END'""",
            """CREATE TRIGGER spill BEFORE UPDATE ON labels FOR EACH ROW
            WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION spill()""",
        ),
        "labels",
        (UPDATE,),
        ("users",),
    ),
    Mutant(
        "links lose their keys",
        (
            "ALTER TABLE links DROP CONSTRAINT links_label",
            "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
        ),
        "links",
        (REFERENCES,),
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_is_found_where_it_is(moment: Moment, mutant: Mutant) -> None:
    moment.run(*mutant.statements)
    report = moment.judge()
    leaks = {(cell.table, cell.verb) for cell in report.leaks}
    assert leaks == {(f"public.{mutant.table}", verb) for verb in mutant.leaks}
    passes = {Verdict.HELD, Verdict.PROVEN}
    rest = [cell for cell in report.cells if cell not in report.leaks]
    unclear = {cell.table for cell in rest if cell.verdict not in passes}
    assert unclear <= {f"public.{name}" for name in (mutant.table, *mutant.blinds)}, rest


def test_the_right_world_has_no_finding(moment: Moment) -> None:
    report = moment.judge()
    assert report.audit.findings == ()
    assert report.audit.unknowns == ()
    assert {cell.verdict for cell in report.cells} == {HELD, PROVEN}
    assert len(report.cells) == 5 * len(Verb)
    assert report.cell("public.links", REFERENCES).verdict is PROVEN


def test_nothing_stays_behind(world: World) -> None:
    from toolkit.database.driver import open_connection

    def everything() -> list[object]:
        connection = open_connection(world.url)
        try:
            with connection.cursor() as cursor:
                found: list[object] = []
                for table in ("users", "notes", "comments", "labels", "links"):
                    cursor.execute(f"SELECT tableoid, ctid, xmin, t.* FROM {table} AS t ORDER BY ctid")
                    found += cursor.fetchall()
                return found
        finally:
            connection.close()

    before = everything()
    world.judge()
    assert everything() == before
