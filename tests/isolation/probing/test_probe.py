"""What a probe tries and what it leaves alone; controls, and everything that must stay UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database
from toolkit.database.driver import open_connection
from toolkit.isolation import Verb, Verdict
from toolkit.isolation.probing import (
    Action,
    Evidence,
    Identity,
    Probe,
    SideEffect,
    foreseen,
    probe_database,
)

MINE = f"user_id = {IDENTITY}"
PASSES = {Verdict.HELD, Verdict.PROVEN}


def of(probe: Probe, relation: str, action: Action, identity: Identity = Identity.USER) -> Evidence:
    (found,) = [
        each
        for each in probe.evidence
        if (each.relation, each.action, each.identity) == (f"public.{relation}", action, identity)
    ]
    return found


def everything(world: World) -> list[object]:
    with closing(open_connection(world.url)) as connection, connection.cursor() as cursor:
        found: list[object] = []
        for table in ("users", "notes", "comments", "labels", "links"):
            cursor.execute(f"SELECT tableoid, ctid, xmin, t.* FROM {table} AS t ORDER BY ctid")
            found += cursor.fetchall()
        return found


def test_nothing_stays_behind_even_where_everything_leaks(world: World, probe: Callable[..., Probe]) -> None:
    world.run("ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "GRANT TRUNCATE ON comments TO {app}")
    before = everything(world)
    assert probe().leaks
    assert everything(world) == before


def test_tables_of_one_user_or_none_are_unknown(world: World, probe: Callable[..., Probe]) -> None:
    world.run("DELETE FROM comments", "DELETE FROM links", "DELETE FROM labels WHERE user_id = 2")
    found = probe()
    assert of(found, "comments", Action.READ).verdict is Verdict.UNKNOWN
    assert "no row has an owner" in of(found, "comments", Action.DELETE).reason
    labels = of(found, "labels", Action.UPDATE)
    assert (labels.verdict, labels.reason) == (
        Verdict.UNKNOWN,
        "no user with an own row here could try it",
    )


def test_an_identity_that_does_not_work_proves_nothing(world: World, probe: Callable[..., Probe]) -> None:
    world.run("ALTER POLICY notes_select ON notes USING (user_id = current_setting('app.other', true)::int)")
    found = probe()
    for action in (Action.READ, Action.LOCK, Action.RETURNING, Action.MERGE):
        assert of(found, "notes", action).verdict is Verdict.UNKNOWN, action


def test_policies_that_fail_without_an_identity_hold(world: World, probe: Callable[..., Probe]) -> None:
    mine = "user_id = current_setting('app.user_id')::int"
    world.run(f"ALTER POLICY notes_select ON notes USING ({mine})")
    found = probe()
    assert {of(found, "notes", Action.READ, identity).verdict for identity in Identity} == {Verdict.HELD}


def test_a_role_without_rights_is_held_back_by_them(world: World, probe: Callable[..., Probe]) -> None:
    world.run("REVOKE UPDATE, DELETE ON notes FROM {app}")
    found = probe()
    mine = [each for each in found.evidence if each.relation == "public.notes"]
    assert {each.verdict for each in mine} == {Verdict.HELD}
    assert of(found, "notes", Action.UPSERT).reason == "the role has no right to update"
    assert of(found, "notes", Action.RETURNING).executed, "an INSERT may return"


def test_a_column_that_the_role_may_not_set(world: World, probe: Callable[..., Probe]) -> None:
    world.run("REVOKE UPDATE ON notes FROM {app}", "GRANT UPDATE (title) ON notes TO {app}")
    found = probe()
    assert of(found, "notes", Action.CHANGE_OWNER).reason == "the role may not set who owns a row"
    assert {each.verdict for each in found.evidence} <= PASSES


def test_loose_policies_are_never_held_by_trying(world: World, probe: Callable[..., Probe]) -> None:
    world.run(f"ALTER POLICY notes_select ON notes USING ({MINE} OR title = 'nobody has this')")
    found = of(probe(), "notes", Action.READ)
    assert found.verdict is Verdict.UNKNOWN
    assert "policy notes_select" in found.reason


def test_the_cells_are_the_worst_of_the_evidence(world: World, probe: Callable[..., Probe]) -> None:
    world.run(
        "ALTER POLICY notes_delete ON notes USING (true)",
        "CREATE VIEW door AS SELECT * FROM notes",
        "GRANT SELECT ON door TO {app}",
    )
    found = probe()
    cells = {(cell.table, cell.verb): cell for cell in found.cells()}
    assert cells["public.notes", Verb.DELETE].verdict is Verdict.LEAK
    assert cells["public.notes", Verb.READ].verdict is Verdict.HELD
    assert cells["public.door", Verb.READ].verdict is Verdict.LEAK
    assert cells["public.door", Verb.READ].evidence["kind"] == "view"
    assert len(found.of("public.notes", Verb.UPDATE)) == 4 * len(Identity)


UNSAFE = {
    "VOLATILE": "RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*)::int FROM public.notes'",
    "EXECUTE": "RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER AS"
    " 'BEGIN EXECUTE ''SELECT 1 FROM notes''; RETURN 1; END'",
    "nextval": "RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS"
    " 'SELECT nextval(''notes_id_seq'')::int + count(*)::int FROM public.notes'",
    "nobody could choose": "(a point, b box) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS"
    " 'SELECT count(*)::int FROM public.notes'",
    "procedure": "LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN DELETE FROM public.notes; END'",
}


def test_a_function_that_may_do_something_is_not_called(world: World, probe: Callable[..., Probe]) -> None:
    for number, (why, text) in enumerate(UNSAFE.items()):
        rest = text if text.startswith("(") else f"() {text}"
        world.run(f"CREATE {'PROCEDURE' if why == 'procedure' else 'FUNCTION'} door{number}{rest}")
    found = sorted((e.relation, e) for e in probe().evidence if e.relation.startswith("public.door"))
    assert len(found) == len(UNSAFE)
    for why, (_, each) in zip(UNSAFE, found, strict=True):
        assert each.verdict is Verdict.UNKNOWN
        assert each.reason.startswith("not executed: ")
        assert why in each.reason
        assert not each.executed


def test_functions_and_views_that_act_as_the_caller_are_held(
    world: World, probe: Callable[..., Probe]
) -> None:
    world.run(
        "CREATE FUNCTION mine() RETURNS SETOF notes LANGUAGE sql STABLE AS 'SELECT * FROM public.notes'",
        "CREATE VIEW my_notes WITH (security_invoker = true) AS SELECT n.id, n.title, u.email"
        " FROM notes AS n JOIN users AS u ON u.id = n.user_id",
        "CREATE VIEW counted WITH (security_invoker = true) AS SELECT count(*) FROM comments",
        "GRANT SELECT ON my_notes, counted TO {app}",
    )
    found = probe()
    doors = [each for each in found.evidence if each.kind.value in ("view", "function")]
    assert len(doors) == 3 * len(Identity)
    assert {each.verdict for each in doors} == {Verdict.HELD}
    assert all(each.executed for each in doors)


def test_a_view_with_rights_of_its_own_is_not_held_by_trying(
    world: World, probe: Callable[..., Probe]
) -> None:
    world.run(
        f"CREATE VIEW filtered AS SELECT * FROM notes WHERE {MINE}", "GRANT SELECT ON filtered TO {app}"
    )
    found = of(probe(), "filtered", Action.READ)
    assert found.verdict is Verdict.UNKNOWN
    assert "rights of" in found.reason


def test_a_view_that_never_says_the_same_is_unknown(world: World, probe: Callable[..., Probe]) -> None:
    world.run(
        "CREATE VIEW dice WITH (security_invoker = true) AS SELECT id, random() AS r FROM notes",
        "GRANT SELECT ON dice TO {app}",
    )
    assert of(probe(), "dice", Action.READ).reason == "it does not say the same twice"


def test_a_foreign_table_is_not_asked(world: World, probe: Callable[..., Probe]) -> None:
    world.run(
        "CREATE FOREIGN DATA WRAPPER nothing",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing",
        "CREATE FOREIGN TABLE far_notes (id int) SERVER elsewhere",
        "GRANT SELECT ON far_notes TO {app}",
    )
    found = of(probe(), "far_notes", Action.READ)
    assert found.verdict is Verdict.UNKNOWN
    assert "another server" in found.reason


def test_a_reference_that_only_an_error_tells_apart(world: World, probe: Callable[..., Probe]) -> None:
    world.run(
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN"
        " IF EXISTS (SELECT FROM labels WHERE id = NEW.label_id AND user_id <> NEW.user_id)"
        " THEN RAISE insufficient_privilege; END IF; RETURN NEW; END'",
        "CREATE TRIGGER stop BEFORE INSERT OR UPDATE ON links FOR EACH ROW EXECUTE FUNCTION stop()",
    )
    found = of(probe(), "links", Action.REFERENCE)
    assert found.verdict is Verdict.UNKNOWN
    assert "tells of a row" in found.reason


def test_side_effects_are_told_before_anything_is_tried(world: World) -> None:
    world.run(
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_notify(''x'', ''y''); RETURN NEW; END'",
        "CREATE TRIGGER shout BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION shout()",
    )

    class StopError(Exception):
        pass

    told: list[SideEffect] = []

    def before(effects: object) -> None:
        assert isinstance(effects, tuple)
        told.extend(effects)
        raise StopError

    database = Database.at(world.url)
    with pytest.raises(StopError):
        probe_database(database, RULES, app_role=world.role, before=before)
    kinds = {each.kind for each in told}
    assert kinds == {"sequence", "trigger", "locks", "dead rows"}
    (trigger,) = [each for each in told if each.kind == "trigger"]
    assert "pg_notify" in trigger.sentence
    assert foreseen(database, RULES, app_role=world.role) == tuple(told)


def test_explaining_executes_nothing(world: World, probe: Callable[..., Probe]) -> None:
    world.run(
        "CREATE FUNCTION me() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RAISE EXCEPTION ''called''; END'",
        "ALTER POLICY notes_select ON notes USING (user_id = (SELECT me()))",
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END'",
        "CREATE TRIGGER stop BEFORE UPDATE OR DELETE ON notes EXECUTE FUNCTION stop()",
        "ALTER POLICY labels_delete ON labels USING (true)",
        "CREATE VIEW all_labels AS SELECT * FROM labels",
        "GRANT SELECT ON all_labels TO {app}",
    )
    found = probe(explain_only=True)
    assert found.explained_only
    assert not any(each.executed for each in found.evidence)
    assert of(found, "notes", Action.READ).verdict is Verdict.UNKNOWN
    assert of(found, "labels", Action.DELETE).verdict is Verdict.LEAK
    assert of(found, "labels", Action.READ).verdict is Verdict.HELD
    assert of(found, "all_labels", Action.READ).verdict is Verdict.UNKNOWN
    assert [each.subject for each in found.side_effects] == ["public.me"]


def test_without_a_role_nothing_is_known(world: World) -> None:
    world.run("CREATE POLICY other ON notes FOR SELECT TO {other} USING (true)")
    found = probe_database(Database.at(world.url), RULES)
    assert found.subject.role is None
    assert {each.verdict for each in found.evidence} == {Verdict.UNKNOWN}


def test_a_setting_that_is_never_unset_is_not_called_unset(world: World, probe: Callable[..., Probe]) -> None:
    name = world.url.database
    world.run(f"ALTER DATABASE \"{name}\" SET app.user_id = '1'")
    found = probe()
    unset = of(found, "notes", Action.READ, Identity.UNSET)
    assert (unset.verdict, unset.executed) == (Verdict.UNKNOWN, False)
    assert "in every session" in unset.reason
    assert of(found, "notes", Action.READ).verdict is Verdict.HELD


@pytest.mark.parametrize(
    "hidden",
    [
        (
            (
                "CREATE FUNCTION rare() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN"
                " IF NEW.title = ''rare'' THEN UPDATE labels SET name = ''x'' || id; END IF; RETURN NEW; END'"
            ),
            "CREATE TRIGGER rare BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION rare()",
        ),
        ("CREATE RULE rare AS ON UPDATE TO notes DO ALSO DELETE FROM labels WHERE OLD.title = 'rare'",),
    ],
)
def test_what_a_write_sets_off_is_not_held_by_trying(
    world: World, probe: Callable[..., Probe], hidden: tuple[str, ...]
) -> None:
    world.run(*hidden)
    for explain_only in (False, True):
        found = probe(explain_only=explain_only)
        assert of(found, "notes", Action.UPDATE).verdict is Verdict.UNKNOWN
        assert of(found, "notes", Action.READ).verdict is Verdict.HELD
