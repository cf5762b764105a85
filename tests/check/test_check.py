"""`neonkit check` on small projects: what passes, what fails, how it ends, and what stays untouched."""

from __future__ import annotations

import json

import pytest
from fixtures.checked import Library
from fixtures.command_line import Neonkit, Ran


@pytest.fixture
def check(neonkit: Neonkit, booklist: Library) -> Neonkit:
    def run(*arguments: str) -> Ran:
        return neonkit("check", "-q", *arguments, cwd=booklist.folder)

    return run


def outcomes(ran: Ran) -> dict[str, str]:
    return {part["part"]: part["outcome"] for part in ran.json["parts"]}


def test_a_sound_project_passes_and_neither_it_nor_its_database_is_touched(
    neonkit: Neonkit, booklist: Library
) -> None:
    booklist.settings('parts = ["heads", "lint", "rehearsal", "drift", "advice"]')
    before = {path: path.read_bytes() for path in booklist.folder.rglob("*.py")}
    url = "postgresql://nobody:secret@nowhere.invalid/none"
    ran = neonkit("check", "-q", "--json", cwd=booklist.folder, env={"DATABASE_URL": url})
    assert (ran.code, ran.json["outcome"]) == (0, "passed"), ran.err
    assert outcomes(ran) == dict.fromkeys(("heads", "lint", "rehearsal", "drift", "advice"), "passed")
    assert ran.json["new"] is None
    assert "a server of its own" in ran.json["ground"]
    notes = {part["part"]: part["note"] for part in ran.json["parts"]}
    assert notes["rehearsal"].startswith("1 revisions up, down and up")
    assert notes["drift"] == "0 differences"
    assert "secret" not in ran.out + ran.err
    assert {path: path.read_bytes() for path in booklist.folder.rglob("*.py")} == before


def test_what_needs_no_database_starts_none(check: Neonkit) -> None:
    ran = check("--part", "heads", "--part", "lint")
    assert (ran.code, ran.err) == (0, "")
    assert "no part needed a database" in ran.out


def test_only_what_is_new_in_git_is_linted(check: Neonkit, booklist: Library) -> None:
    booklist.revision("second", 'op.execute("ALTER TABLE books DROP COLUMN title")')
    ran = check("--since", "main", "--part", "lint", "--json")
    assert (ran.code, ran.json["new"]) == (5, ["second"])
    places = {each["location"]["path"] for each in ran.json["parts"][0]["report"]["findings"]}
    assert "migrations/versions/second.py" in places
    assert "migrations/versions/first.py" not in places
    after = check("--base", "second", "--part", "lint", "--json")
    assert (after.code, after.json["new"]) == (0, [])


def test_a_way_back_that_fails_and_models_that_went_on(check: Neonkit, booklist: Library) -> None:
    booklist.revision(
        "second",
        'op.add_column("books", sa.Column("pages", sa.Integer))',
        down_to='op.drop_column("books", "leaves")',
    )
    booklist.settings('parts = ["heads", "lint", "rehearsal", "drift"]\nlevels = { rehearsal = "warning" }')
    ran = check("--json")
    assert ran.code == 5
    assert outcomes(ran) == {"heads": "passed", "lint": "passed", "rehearsal": "failed", "drift": "failed"}
    rules = {each["rule"] for part in ran.json["parts"] for each in part["report"]["findings"]}
    assert {"rehearse-no-way-back", "drift-models-moved"} <= rules


def test_two_heads(check: Neonkit, neonkit: Neonkit, booklist: Library) -> None:
    booklist.revision("left", "pass")
    booklist.revision("right", "pass")
    ran = check("--part", "heads", "--json")
    (finding,) = ran.json["parts"][0]["report"]["findings"]
    assert (ran.code, finding["rule"]) == (5, "heads-several")
    assert finding["location"]["path"].startswith("migrations/versions/")
    assert "neonkit merge heads" in neonkit("rule", finding["rule"]).out


def test_a_revision_that_fails_leaves_the_rest_unknown(check: Neonkit, booklist: Library) -> None:
    booklist.revision("second", 'op.execute("SELECT nowhere")')
    ran = check("--part", "drift")
    assert ran.code == 1
    (told,) = [line for line in ran.out.splitlines() if line.startswith("drift")]
    assert "UNKNOWN" in told
    assert "second" in told
    assert "[E450]" in told


def test_a_baseline_and_a_suppression(check: Neonkit, booklist: Library) -> None:
    booklist.revision("second", 'op.execute("ALTER TABLE books DROP COLUMN title")')
    assert check("--part", "lint").code == 5
    assert check("--part", "lint", "--write-baseline").code == 0
    assert check("--part", "lint", "--baseline", "neonkit-baseline.json").code == 0
    (booklist.folder / "neonkit-baseline.json").unlink()
    (booklist.folder / "pyproject.toml").write_text(
        '[[tool.neonkit.ignore]]\nrule = "*"\nsubject = "*"\nreason = "an exercise"\n', "utf-8"
    )
    ran = check("--part", "lint", "--json")
    assert ran.code == 0
    assert {each["reason"] for each in ran.json["parts"][0]["report"]["suppressed"]} == {"an exercise"}


def test_settings_choose_parts_and_levels(check: Neonkit, booklist: Library) -> None:
    booklist.revision("second", 'op.add_column("books", sa.Column("isbn", sa.String(13)))')
    booklist.settings('parts = ["lint", "heads"]\nlevels = { lint = "info" }')
    ran = check("--json")
    assert [part["part"] for part in ran.json["parts"]] == ["heads", "lint"]
    assert (ran.code, outcomes(ran)["lint"]) == (5, "failed")
    assert check("--fail-on", "error").code == 0


@pytest.mark.parametrize(
    ("settings", "arguments", "error", "says"),
    [
        ('parts = ["lunch"]', (), "E136", "'lunch' is none of heads"),
        ("parts = []", (), "E136", "parts"),
        ("party = true", (), "E135", "tool.neonkit.check.party"),
        ("", ("--since", "x", "--base", "y"), "E130", "not both"),
        ("", ("--since", "no-such-ref"), "E115", "no-such-ref"),
        ("", ("--base", "zzz"), "E159", "zzz"),
        ('parts = ["heads"]', ("--skip", "heads"), "E130", "No part is left"),
    ],
)
def test_held_wrong(
    check: Neonkit, booklist: Library, settings: str, arguments: tuple[str, ...], error: str, says: str
) -> None:
    booklist.settings(settings)
    ran = check(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[{error}]" in ran.err
    assert says in ran.err


@pytest.mark.parametrize(
    "format_",
    [
        "junit",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("sarif", "github", "gitlab", "markdown")),
    ],
)
def test_the_findings_in_every_format(check: Neonkit, booklist: Library, format_: str) -> None:
    booklist.revision("second", 'op.execute("ALTER TABLE books DROP COLUMN title")')
    ran = check("--part", "lint", "--format", format_)
    assert ran.code == 5
    assert "second.py" in ran.out
    if format_ in ("sarif", "gitlab"):
        assert json.loads(ran.out)


def test_an_env_file_that_insists_on_a_url_is_read_without_one(neonkit: Neonkit, booklist: Library) -> None:
    booklist.revision("second", 'op.execute("ALTER TABLE books DROP COLUMN title")')
    ran = neonkit("lint", "--no-scratch", "--json", cwd=booklist.folder)
    assert ran.code == 5, ran.err
    assert ran.json["looked_at"]["statements"] == 2
    assert ran.json["unknowns"] == []
