"""Every kind of leak: it is found where it is, its replay reaches the row, and what closes it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fixtures.isolation import IDENTITY, World

from toolkit.isolation import Verdict
from toolkit.isolation.probing import Action, Identity, Probe
from toolkit.isolation.probing.evidence import Leak

MINE = f"user_id = {IDENTITY}"
UNSET = "current_setting('app.user_id', true) IS NULL"
EMPTY = "current_setting('app.user_id', true) = ''"
READ, LOCK, INSERT, UPDATE, OWNER = (
    Action.READ,
    Action.LOCK,
    Action.INSERT,
    Action.UPDATE,
    Action.CHANGE_OWNER,
)
DELETE, UPSERT, MERGE, RETURNING = Action.DELETE, Action.UPSERT, Action.MERGE, Action.RETURNING
ROWS = (READ, LOCK, INSERT, UPDATE, OWNER, DELETE, UPSERT, MERGE, RETURNING)
USER, EVERYBODY = (Identity.USER,), tuple(Identity)
READABLE = tuple(identity for identity in Identity if identity is not Identity.MALFORMED)
"""Those at which the identity's cast does not fail."""


@dataclass(frozen=True)
class Fault:
    """A fault, and exactly which answers it turns into leaks."""

    name: str
    statements: tuple[str, ...]
    relation: str
    actions: tuple[Action, ...]
    identities: tuple[Identity, ...]
    more: frozenset[tuple[str, Action, Identity]] = frozenset()


def alter(verb: str, clause: str, table: str = "notes") -> str:
    return f"ALTER POLICY {table}_{verb} ON {table} {clause}"


def view(options: str, query: str) -> tuple[str, ...]:
    return f"CREATE VIEW door {options} AS {query}", "GRANT SELECT, UPDATE, DELETE ON door TO {app}"


def function(rest: str) -> tuple[str, ...]:
    return (f"CREATE FUNCTION door{rest}",)


PARTITIONED = (
    (
        "CREATE TABLE logs (id int, user_id int NOT NULL REFERENCES users, b text, PRIMARY KEY (id, user_id))"
        " PARTITION BY LIST (user_id)"
    ),
    "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES IN (1)",
    "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES IN (2, 3)",
    "INSERT INTO logs SELECT n, 1 + n % 2, 'b' FROM generate_series(1, 6) AS n",
    "INSERT INTO logs VALUES (9, 3, 'b')",
    "ALTER TABLE logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY p ON logs TO {{app}} USING ({MINE}) WITH CHECK ({MINE})",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON logs TO {app}",
)

FAULTS = [
    Fault("read all", (alter("select", "USING (true)"),), "notes", (READ,), EVERYBODY),
    Fault("read some", (alter("select", f"USING ({MINE} OR title = 'note 1')"),), "notes", (READ,), READABLE),
    Fault(
        "read if nobody",
        (alter("select", f"USING ({MINE} OR {UNSET})"),),
        "notes",
        (READ,),
        (Identity.UNSET,),
    ),
    Fault(
        "read if empty", (alter("select", f"USING ({MINE} OR {EMPTY})"),), "notes", (READ,), (Identity.EMPTY,)
    ),
    Fault(
        "insert anything",
        (alter("insert", "WITH CHECK (true)"),),
        "notes",
        (INSERT,),
        EVERYBODY,
        frozenset(("public.notes", MERGE, identity) for identity in READABLE),
    ),
    Fault(
        "blind update",
        (alter("update", f"USING (true) WITH CHECK ({MINE} OR {IDENTITY} = 2)"),),
        "notes",
        (UPDATE, OWNER),
        USER,
    ),
    Fault("take over", (alter("update", f"USING (true) WITH CHECK ({MINE})"),), "notes", (OWNER,), USER),
    Fault("give away", (alter("update", f"USING ({MINE}) WITH CHECK (true)"),), "notes", (OWNER,), USER),
    Fault("blind delete", (alter("delete", "USING (true)"),), "notes", (DELETE,), EVERYBODY),
    Fault(
        "delete if nobody",
        (alter("delete", f"USING ({MINE} OR {UNSET})"),),
        "notes",
        (DELETE,),
        (Identity.UNSET,),
    ),
    Fault("a wide policy beside", ("CREATE POLICY more ON notes USING (true)",), "notes", ROWS, EVERYBODY),
    Fault("security off", ("ALTER TABLE notes DISABLE ROW LEVEL SECURITY",), "notes", ROWS, EVERYBODY),
    Fault(
        "security off and no policy",
        (
            "ALTER TABLE labels DISABLE ROW LEVEL SECURITY",
            *(f"DROP POLICY labels_{verb} ON labels" for verb in ("select", "insert", "update", "delete")),
        ),
        "labels",
        ROWS,
        EVERYBODY,
    ),
    Fault(
        "owner and not forced",
        ("ALTER TABLE labels OWNER TO {app}", "ALTER TABLE labels NO FORCE ROW LEVEL SECURITY"),
        "labels",
        ROWS,
        EVERYBODY,
    ),
    Fault("truncate", ("GRANT TRUNCATE ON comments TO {app}",), "comments", (Action.TRUNCATE,), USER),
    Fault(
        "a key without the owner",
        (
            "ALTER TABLE links DROP CONSTRAINT links_label",
            "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
        ),
        "links",
        (Action.REFERENCE,),
        USER,
    ),
    Fault(
        "a cascade into rows of others",
        (
            "ALTER TABLE links DROP CONSTRAINT links_label",
            "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
            "DELETE FROM links",
            (
                "INSERT INTO links SELECT n.id, l.id, n.user_id FROM notes AS n JOIN labels AS l"
                " ON l.user_id <> n.user_id"
            ),
        ),
        "labels",
        (DELETE,),
        USER,
        frozenset({("public.links", Action.REFERENCE, Identity.USER)}),
    ),
    Fault(
        "a trigger that writes rows of others",
        (
            """CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            'BEGIN UPDATE labels SET name = name || ''!'' WHERE user_id <> NEW.user_id; RETURN NEW; END'""",
            "CREATE TRIGGER spill BEFORE UPDATE ON comments FOR EACH ROW EXECUTE FUNCTION spill()",
            "ALTER TABLE comments ADD user_id int",
            "UPDATE comments SET user_id = n.user_id FROM notes AS n WHERE n.id = note_id",
        ),
        "comments",
        (UPDATE, UPSERT, MERGE, OWNER),
        USER,
    ),
    Fault(
        "a view with rights",
        view("", "SELECT id, title FROM notes"),
        "door",
        (READ, UPDATE, DELETE),
        EVERYBODY,
    ),
    Fault(
        "a view that only writes",
        ("CREATE VIEW door AS SELECT id, title FROM notes", "GRANT DELETE ON door TO {app}"),
        "door",
        (DELETE,),
        EVERYBODY,
    ),
    Fault("a view that counts", view("", "SELECT count(*) FROM comments"), "door", (READ,), EVERYBODY),
    Fault(
        "a view of a view",
        (
            "CREATE VIEW inner_door AS SELECT * FROM notes",
            "GRANT SELECT ON inner_door TO {app}",
            "CREATE VIEW door WITH (security_invoker = true) AS SELECT id FROM inner_door",
            "GRANT SELECT ON door TO {app}",
        ),
        "door",
        (READ,),
        EVERYBODY,
        frozenset(("public.inner_door", READ, identity) for identity in Identity),
    ),
    Fault(
        "a stored view",
        ("CREATE MATERIALIZED VIEW door AS SELECT * FROM notes", "GRANT SELECT ON door TO {app}"),
        "door",
        (READ,),
        EVERYBODY,
    ),
    Fault(
        "a function about a user",
        function(
            "(u int) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER"
            " AS 'SELECT count(*) FROM public.notes WHERE user_id = u'"
        ),
        "door(u integer)",
        (Action.CALL,),
        EVERYBODY,
    ),
    Fault(
        "a function that gives rows",
        function(
            "() RETURNS SETOF notes LANGUAGE plpgsql STABLE SECURITY DEFINER"
            " AS 'BEGIN RETURN QUERY SELECT * FROM public.notes; END'"
        ),
        "door()",
        (Action.CALL,),
        EVERYBODY,
    ),
    Fault(
        "a partition by its own name",
        (*PARTITIONED, "GRANT SELECT, INSERT, UPDATE, DELETE ON logs_2 TO {app}"),
        "logs_2",
        ROWS,
        EVERYBODY,
    ),
]


FAST = {
    "read all",
    "read if nobody",
    "blind update",
    "give away",
    "blind delete",
    "security off",
    "truncate",
    "a key without the owner",
    "a trigger that writes rows of others",
    "a view with rights",
    "a view that counts",
    "a function about a user",
    "a partition by its own name",
}
"""One fault of each kind; the others run with the slow tests."""


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=() if fault.name in FAST else pytest.mark.slow)
        for fault in FAULTS
    ],
)
def test_a_fault_leaks_where_it_is_and_can_be_closed(
    world: World,
    probe: Callable[..., Probe],
    shows: Callable[..., bool],
    fault: Fault,
) -> None:
    world.run(*fault.statements)
    found = probe()
    leaks = {(each.relation, each.action, each.identity) for each in found.leaks}
    expected = {(f"public.{fault.relation}", a, i) for a in fault.actions for i in fault.identities}
    for each in found.leaks:
        leak = each.leak
        assert isinstance(leak, Leak), each
        if each.identity is not Identity.USER and each.action is not fault.actions[0]:
            continue  # the same way as somebody else
        assert shows(leak), leak
        assert leak.closing, leak
        assert not shows(leak, leak.closing), leak
    assert leaks == expected | fault.more


def test_the_right_world_is_held_by_every_action_and_identity(probe: Callable[..., Probe]) -> None:
    found = probe()
    assert [each for each in found.evidence if each.verdict not in (Verdict.HELD, Verdict.PROVEN)] == []
    assert len(found.evidence) == 5 * (len(ROWS) * len(Identity) + 2)
    tried = {(each.action, each.identity) for each in found.evidence if each.executed}
    assert {(action, identity) for action in ROWS for identity in Identity} <= tried
