"""The proof for one user: the same for the same database, another for another, red for a leak."""

from __future__ import annotations

import hashlib
import json

from fixtures.command_line import Neonkit
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database
from toolkit.isolation.prove import ProvenTable, UserProof, prove_user


def prove(world: World, user: str) -> UserProof:
    return prove_user(Database.at(world.url), user, RULES, app_role=world.role)


def table(proof: UserProof, name: str) -> ProvenTable:
    return next(each for each in proof.tables if each.table == f"public.{name}")


def test_a_right_database(world: World) -> None:
    proof = prove(world, "1")
    assert proof.totals == {"PROVEN": 1, "HELD": 24, "CONDITIONAL": 0, "LEAK": 0, "UNKNOWN": 0}
    notes = table(proof, "notes")
    assert (notes.rows, notes.own_rows, notes.way) == (6, 3, "user_id")
    assert [notes.verbs[verb].get("did") for verb in ("read", "update", "delete")] == ["3 rows"] * 3
    assert (table(proof, "comments").way, table(proof, "comments").verbs["read"]["did"]) == (
        "note_id.user_id",
        "3 rows",
    )


def test_the_same_database_gives_the_same_proof_and_another_one_another(world: World) -> None:
    proof, again = prove(world, "1"), prove(world, "1")
    assert (again, again.digest) == (proof, proof.digest)
    assert prove(world, "2").digest != proof.digest
    # As many rows as before, but not the same ones.
    world.run(
        "DELETE FROM labels WHERE user_id = 1 AND name = 'label 1'",
        "INSERT INTO labels (user_id, name) VALUES (1, 'label 1')",
    )
    other = prove(world, "1")
    assert table(other, "labels").own_rows == table(proof, "labels").own_rows
    assert other.digest != proof.digest


def test_a_leak_to_this_user(world: World) -> None:
    world.run(
        "ALTER POLICY notes_select ON notes USING (true)",
        "ALTER POLICY notes_update ON notes USING (true) WITH CHECK (true)",
        "ALTER POLICY notes_delete ON notes USING (true)",
    )
    verbs = table(prove(world, "1"), "notes").verbs
    for verb in ("read", "update", "delete"):
        said = verbs[verb]
        assert (said["verdict"], said["reason"]) == ("LEAK", "this user reaches rows of others")
        assert said["did"] == "6 rows"
    assert verbs["read"]["keys of others"] == ["(4)", "(5)", "(6)"]


def test_a_leak_to_others_only_is_no_pass_either(world: World) -> None:
    world.run(f"ALTER POLICY notes_select ON notes USING (user_id = {IDENTITY} OR {IDENTITY} = 2)")
    said = table(prove(world, "1"), "notes").verbs["read"]
    assert said["verdict"] == "LEAK"
    assert said["reason"].endswith("(not this user, in what was tried)")
    assert said["did"] == "3 rows"
    assert table(prove(world, "2"), "notes").verbs["read"]["reason"] == "this user reaches rows of others"


def test_a_stranger_reaches_nothing_and_nothing_is_changed(world: World) -> None:
    world.run(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('abc123')",
    )
    proof = prove(world, "999")
    assert not proof.is_user
    assert proof.revisions == ("abc123",)
    assert {table.own_rows for table in proof.tables} == {0}
    assert {table.verbs["read"]["did"] for table in proof.tables} == {"0 rows"}
    assert [table.rows for table in proof.tables] == [6, 4, 12, 6, 3]


def test_the_command(neonkit: Neonkit, world: World) -> None:
    env = {"DATABASE_URL": world.url.reveal_plain()}
    ran = neonkit("isolation", "prove", "--user", "1", "--json", env=env)
    assert ran.code == 0, ran.err
    compact = json.dumps(ran.json["proof"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(compact.encode()).hexdigest() == ran.json["digest"]
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    text = neonkit("isolation", "prove", "--user", "1", env=env)
    assert text.code == 7
    assert (
        "  read: LEAK, this user reaches rows of others (tried on all rows: 6 rows; others: (4), (5), (6))"
        in (text.out.splitlines())
    )
