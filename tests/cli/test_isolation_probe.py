"""`neonkit isolation probe` and `isolation replay`, run as a shell runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures.command_line import Ran
from fixtures.isolation import World
from fixtures.many_commands import Commands

from toolkit.isolation import Verb
from toolkit.isolation.trace.heard import Heard, HeardStatements, save

PROJECT = """
[project]
name = "mine"
version = "1"
[tool.neonkit.isolation]
owner_root = "users"
owner_columns = ["user_id"]
"""


@pytest.fixture
def declared(folder: Path) -> Path:
    (folder / "pyproject.toml").write_text(PROJECT)
    return folder


@pytest.fixture
def run(declared: Path, world: World) -> Iterator[Callable[..., Ran]]:
    """`neonkit isolation` with the rest of the line."""
    with Commands(declared, world.url.reveal_plain()) as commands:
        yield lambda *words: commands("isolation", *words)


def test_a_right_database_passes(run: Callable[..., Ran], declared: Path, world: World) -> None:
    ran = run("probe", "--fail-on", "unknown")
    assert ran.code == 0, ran.err + ran.out
    first, *_, last = ran.out.splitlines()
    assert first.endswith("tried by two users, and rolled back.")
    assert last == "1 PROVEN, 234 HELD, 0 CONDITIONAL, 0 LEAK, 0 UNKNOWN"
    assert "public.notes_id_seq may advance" in ran.err


def test_a_leak_is_exit_7_and_can_be_replayed(run: Callable[..., Ran], declared: Path, world: World) -> None:
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    ran = run("probe", "--json")
    assert ran.code == 7
    leaks = [each for each in ran.json["probe"]["evidence"] if each["verdict"] == "LEAK"]
    assert {each["identity"] for each in leaks} == {"a user", "unset", "empty", "malformed", "foreign"}
    leak = leaks[0]["leak"]
    assert leak["responsible"] == "policy notes_select of public.notes"
    shown = run("replay", leak["id"])
    assert shown.code == 0
    assert shown.out.splitlines()[0] == f"-- Leak {leak['id']}, made by `neonkit isolation replay`"
    assert shown.out.rstrip().endswith("ROLLBACK;")
    written = run("replay", "--write", "kept")
    assert len(written.out.splitlines()) == len(list((declared / "kept").iterdir())) == 15
    assert '"ruleId":"isolation.leak"' in run("replay", "--format", "sarif").out.replace('": "', '":"')
    wrong = run("replay", "ffffffff")
    assert (wrong.code, wrong.out) == (5, "")
    assert "error[E573]" in wrong.err


def test_on_production_nothing_is_executed_unless_somebody_says_so(
    run: Callable[..., Ran], declared: Path, world: World
) -> None:
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    (declared / "pyproject.toml").write_text(
        PROJECT.replace(
            "[tool.neonkit.isolation]",
            '[tool.neonkit]\nenvironment = "production"\n\n[tool.neonkit.isolation]',
        )
    )
    explained = run("probe")
    assert explained.code == 7
    assert explained.out.splitlines()[0].endswith("nothing was executed.")
    asked = run("probe", "--execute", "--no-input")
    assert asked.code == 6
    assert "may advance" in asked.err
    done = run("probe", "--execute", "--yes", "--confirm-db", world.url.database or "")
    assert done.code == 7, done.err
    assert done.out.splitlines()[0].endswith("tried by two users, and rolled back.")


def test_a_table_that_nobody_classified_is_unknown(
    run: Callable[..., Ran], declared: Path, world: World
) -> None:
    world.run("CREATE TABLE stray (id int)")
    ran = run("probe", "--fail-on", "unknown")
    assert ran.code == 5
    assert "UNKNOWN public.stray" in ran.out


def test_findings_of_a_probe_in_every_format(run: Callable[..., Ran], world: World) -> None:
    world.run("ALTER POLICY labels_delete ON labels USING (true)", "CREATE TABLE stray (id int)")
    expected = {
        "sarif": '"ruleId"',
        "junit": "<failure",
        "github": "::error",
        "markdown": "isolation.leak",
    }
    for name, piece in expected.items():
        ran = run("probe", "--format", name)
        assert ran.code == 7, ran.err
        assert piece in ran.out, name
        assert "delete of public.labels as a user" in ran.out, name


def test_statements_beside_the_verdicts(run: Callable[..., Ran], declared: Path, world: World) -> None:
    heard = (Heard("public.notes", Verb.READ, 3, 1, places=("app.py:7",)),)
    save(HeardStatements(4, 4, heard), declared / "heard.json")
    told = "statements of public.notes (read): 1 of 4 executions are not bound to their user and lean on"
    for verb in ("probe", "audit"):
        ran = run(verb, "--trace", "heard.json")
        assert ran.code == 0, ran.err
        assert told in ran.out
        assert "4 statements were heard, 4 of them of a user; they tell of 1 of" in ran.out
    found = run("audit", "--trace", "heard.json", "--format", "github").out
    assert "file=app.py,line=7" in found
    told_json = run("probe", "--trace", "heard.json", "--json").json["statements"]["answers"]
    assert [each["places"] for each in told_json if each["verdict"] == "CONDITIONAL"] == [["app.py:7"]]
    wrong = run("audit", "--trace", "pyproject.toml")
    assert (wrong.code, "error[E100]" in wrong.err) == (2, True)
