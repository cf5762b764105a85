"""Views, stored views, partitions and functions as rows of the verdict table: worth what lies behind them."""

from __future__ import annotations

import pytest
from fixtures.isolation import IDENTITY, Moment

from toolkit.isolation import Verb, Verdict
from toolkit.isolation.verdict import Layer

READ, INSERT, UPDATE, DELETE, REFERENCES = Verb
LEAK, HELD, CONDITIONAL, UNKNOWN = Verdict.LEAK, Verdict.HELD, Verdict.CONDITIONAL, Verdict.UNKNOWN
MINE = f"user_id = {IDENTITY}"
ALL = "SELECT, INSERT, UPDATE, DELETE"
BARRIER = "WITH (security_barrier = true)"
INVOKER = "WITH (security_invoker = true)"


def view(query: str, options: str = "", rights: str = "SELECT", check: str = "") -> tuple[str, ...]:
    return (f"CREATE VIEW door {options} AS {query} {check}", f"GRANT {rights} ON door TO {{app}}")


READING = {
    "all rows": (view("SELECT * FROM notes"), LEAK),
    "all rows, joined": (view("SELECT n.title, u.email FROM notes n JOIN users u ON u.id = n.user_id"), LEAK),
    "rows by a condition for everybody": (view("SELECT * FROM notes WHERE title = 'note 1'"), LEAK),
    "a condition for everybody that no row meets": (
        view("SELECT * FROM notes WHERE title = ''"),
        CONDITIONAL,
    ),
    "sums": (view("SELECT count(*) FROM notes"), LEAK),
    "own rows": (view(f"SELECT * FROM notes WHERE {MINE}"), CONDITIONAL),
    "own rows, a barrier": (view(f"SELECT * FROM notes WHERE {MINE}", BARRIER), HELD),
    "own rows and one more": (view(f"SELECT * FROM notes WHERE {MINE} OR id = 1", BARRIER), LEAK),
    "own rows of another setting": (
        view("SELECT * FROM notes WHERE user_id = current_setting('app.other')::int", BARRIER),
        UNKNOWN,
    ),
    "as who asks": (view("SELECT * FROM notes", INVOKER), HELD),
    "as who asks, joined": (
        view("SELECT n.title, c.body FROM notes n JOIN comments c ON c.note_id = n.id", INVOKER),
        HELD,
    ),
    "as who asks, through one that is not": (
        (
            "CREATE VIEW inside AS SELECT * FROM notes",
            *view("SELECT * FROM inside", INVOKER),
        ),
        LEAK,
    ),
    "as its owner, through one as who asks": (
        (f"CREATE VIEW inside {INVOKER} AS SELECT * FROM notes", *view("SELECT * FROM inside")),
        LEAK,
    ),
    "a filter over one that leaks": (
        ("CREATE VIEW inside AS SELECT * FROM notes", *view(f"SELECT * FROM inside WHERE {MINE}")),
        UNKNOWN,
    ),
    "as who asks, from a table that leaks": (
        (
            "ALTER POLICY notes_select ON notes USING (true)",
            *view("SELECT * FROM notes", INVOKER),
        ),
        LEAK,
    ),
    "as an owner whom policies bind": (
        (
            "GRANT SELECT ON notes TO {other}",
            "GRANT CREATE ON SCHEMA public TO {other}",
            f"CREATE POLICY of_other ON notes FOR SELECT TO {{other}} USING ({MINE})",
            *view("SELECT * FROM notes"),
            "ALTER VIEW door OWNER TO {other}",
        ),
        HELD,
    ),
    "with a subquery that is not bound": (
        view("SELECT * FROM notes WHERE EXISTS (SELECT FROM labels WHERE labels.id = notes.id)", BARRIER),
        LEAK,
    ),
    "its own way over a parent": (
        view(
            "SELECT * FROM comments AS c WHERE EXISTS"
            f" (SELECT FROM notes AS n WHERE n.id = c.note_id AND n.{MINE})",
            BARRIER,
        ),
        UNKNOWN,
    ),
    "stored": (
        ("CREATE MATERIALIZED VIEW door AS SELECT * FROM notes", "GRANT SELECT ON door TO {app}"),
        LEAK,
    ),
    "stored sums": (
        ("CREATE MATERIALIZED VIEW door AS SELECT count(*) FROM notes", "GRANT SELECT ON door TO {app}"),
        UNKNOWN,
    ),
    "foreign": (
        (
            "CREATE FOREIGN DATA WRAPPER nothing",
            "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing",
            "CREATE FOREIGN TABLE door (id int) SERVER elsewhere",
            "GRANT SELECT ON door TO {app}",
        ),
        UNKNOWN,
    ),
}


@pytest.mark.parametrize("case", READING)
def test_reading_through_a_view(moment: Moment, case: str) -> None:
    statements, verdict = READING[case]
    moment.run(*statements)
    cell = moment.judge().cell("public.door", READ)
    assert cell.verdict is verdict, cell
    assert cell.kind in ("view", "materialized view", "foreign table")


WRITING = {
    "all rows": (view("SELECT * FROM notes", rights=ALL), (LEAK, LEAK, LEAK)),
    "as who asks": (view("SELECT * FROM notes", INVOKER, ALL), (HELD, HELD, HELD)),
    "no right": (view("SELECT * FROM notes"), (HELD, HELD, HELD)),
    "own rows, unchecked": (view(f"SELECT * FROM notes WHERE {MINE}", "", ALL), (LEAK, UNKNOWN, CONDITIONAL)),
    "own rows, checked": (
        view(f"SELECT * FROM notes WHERE {MINE}", "", ALL, "WITH CHECK OPTION"),
        (CONDITIONAL, CONDITIONAL, CONDITIONAL),
    ),
    "not to be written": (view("SELECT DISTINCT title FROM notes", INVOKER, ALL), (HELD, HELD, HELD)),
    "with a rule": (
        (
            *view("SELECT * FROM notes", INVOKER, ALL),
            "CREATE RULE more AS ON INSERT TO door DO ALSO DELETE FROM labels",
        ),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ),
}


@pytest.mark.parametrize("case", WRITING)
def test_writing_through_a_view(moment: Moment, case: str) -> None:
    statements, verdicts = WRITING[case]
    moment.run(*statements)
    report = moment.judge()
    cells = tuple(report.cell("public.door", verb) for verb in (INSERT, UPDATE, DELETE))
    assert tuple(cell.verdict for cell in cells) == verdicts, cells


def test_a_function_in_sql_that_gives_every_row(moment: Moment) -> None:
    moment.run(
        "CREATE FUNCTION every_note() RETURNS SETOF notes LANGUAGE sql STABLE SECURITY DEFINER"
        " AS 'SELECT * FROM notes'",
        "CREATE FUNCTION some_notes() RETURNS SETOF notes LANGUAGE sql STABLE SECURITY DEFINER"
        " AS 'SELECT * FROM notes WHERE title = ''x'''",
    )
    report = moment.judge()
    assert report.cell("public.every_note()", READ).verdict is LEAK
    assert report.cell("public.every_note()", READ).kind == "function"
    assert {report.cell("public.some_notes()", verb).verdict for verb in Verb} == {UNKNOWN}


PARTITION = (
    """CREATE TABLE logs (id int, user_id int NOT NULL REFERENCES users, PRIMARY KEY (id, user_id))
    PARTITION BY RANGE (id)""",
    "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (100)",
    "INSERT INTO logs VALUES (1, 1), (2, 2)",
    "GRANT SELECT ON logs, logs_1 TO {app}",
    f"CREATE POLICY logs_select ON logs TO {{app}} USING ({MINE})",
    "ALTER TABLE logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
)


def test_a_partition_has_policies_of_its_own(moment: Moment) -> None:
    moment.run(*PARTITION)
    assert moment.judge().cell("public.logs_1", READ).verdict is LEAK
    moment.run(
        "ALTER TABLE logs_1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY logs_1_select ON logs_1 TO {{app}} USING ({MINE})",
    )
    assert moment.judge().cell("public.logs_1", READ).verdict is HELD


def test_what_a_role_could_do_makes_a_pass_depend_on_it(moment: Moment) -> None:
    moment.run("ALTER TABLE labels OWNER TO {app}")
    cell = moment.judge().cell("public.labels", READ)
    assert cell.verdict is CONDITIONAL
    assert "does not change the policies" in cell.reason
    moment.run("ALTER ROLE {app} REPLICATION")
    cell = moment.judge().cell("public.notes", READ)
    assert (cell.verdict, "replication" in cell.reason) == (CONDITIONAL, True)


@pytest.mark.parametrize(("whose", "verdict"), [("= {row}.user_id", UNKNOWN), ("<> {row}.user_id", LEAK)])
@pytest.mark.parametrize("by_rule", [True, False])
def test_what_a_write_sets_off_is_not_passed_over(
    moment: Moment, by_rule: bool, whose: str, verdict: Verdict
) -> None:
    change = "UPDATE notes SET title = title WHERE user_id " + whose.format(row="NEW")
    moment.run(
        "CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" AS 'BEGIN {change}; RETURN NEW; END'",
        f"CREATE RULE echo AS ON UPDATE TO labels DO ALSO {change}"
        if by_rule
        else "CREATE TRIGGER spill BEFORE UPDATE ON labels FOR EACH ROW EXECUTE FUNCTION spill()",
    )
    report = moment.judge()
    assert report.cell("public.labels", UPDATE).verdict is verdict
    assert report.cell("public.labels", READ).verdict is HELD


def test_every_cell_names_every_layer(moment: Moment) -> None:
    moment.run(*view("SELECT * FROM notes"), "CREATE TABLE stray (id int)")
    for cell in moment.judge().cells:
        assert [answer.layer for answer in cell.layers] == list(Layer)
    held = moment.judge().cell("public.notes", READ)
    told = {answer.layer: answer.verdict for answer in held.layers}
    assert told[Layer.POLICY] is told[Layer.PROBE] is told[Layer.DATA] is HELD
    assert told[Layer.STATEMENTS] is None
    keys = moment.judge().cell("public.links", REFERENCES)
    assert {answer.layer: answer.verdict for answer in keys.layers}[Layer.GRAPH] is Verdict.PROVEN
