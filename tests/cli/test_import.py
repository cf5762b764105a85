"""`neonkit import` as a shell runs it: what it prints, how it exits, and that a failure writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit, Ran
from fixtures.transfer import Importer

from toolkit.cli.main import main

MAPPING = """
version = 1
[source.users]
from = "users.json"
[table.users]
rows = "/*"
[table.users.columns]
id = "id"
name = { from = "fullName", trim = true }
"""
USERS = [{"id": 1, "fullName": " Ada "}, {"id": 2, "fullName": "Grace"}]


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make("CREATE TABLE users (id int PRIMARY KEY, name varchar(8))")
    return importer


@pytest.fixture
def seeds(folder: Path) -> Path:
    """A folder to import."""
    path = folder / "seeds"
    path.mkdir()
    (path / "mapping.toml").write_text(MAPPING)
    (path / "users.json").write_text(json.dumps(USERS))
    return path


@pytest.fixture
def run(neonkit: Neonkit, target: Importer) -> Neonkit:
    """Runs `neonkit import` on the database of the test; nothing is asked."""

    def run(*arguments: str, yes: bool = True) -> Ran:
        url = target.engine.url.render_as_string(hide_password=False)
        return neonkit("import", *arguments, *(["--yes"] if yes else []), env={"DATABASE_URL": url})

    return run


@pytest.fixture
def inside(
    folder: Path, target: Importer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Neonkit:
    """The same within this process, which is faster."""

    def run(*arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("DATABASE_URL", target.engine.url.render_as_string(hide_password=False))
        code = main(["import", *arguments, "--yes"])
        return Ran(code, *capfd.readouterr())

    return run


def count(target: Importer) -> int:
    return int(target.stored("SELECT count(*) FROM users")[0][0])


def test_a_folder_is_imported(run: Neonkit, seeds: Path, target: Importer) -> None:
    done = run("seeds")
    assert (done.code, done.out.splitlines()[0]) == (0, "Imported.")
    assert target.stored("SELECT * FROM users ORDER BY id") == [(1, "Ada"), (2, "Grace")]
    assert "load public.users" in done.err, "progress goes to standard error"
    again = run("seeds", "--mode", "skip")
    assert (again.code, again.out.splitlines()[0]) == (0, "Nothing to do: every row is in its table already.")


def test_nothing_is_written_without_a_yes(run: Neonkit, seeds: Path, target: Importer) -> None:
    done = run("seeds", yes=False)
    assert (done.code, count(target)) == (6, 0)
    assert "--yes" in done.err


def test_a_dry_run_asks_nothing_and_writes_nothing(run: Neonkit, seeds: Path, target: Importer) -> None:
    done = run("seeds", "--dry-run", yes=False)
    assert (done.code, done.out.splitlines()[0], count(target)) == (
        0, "Dry run: everything fits. Rolled back, nothing was written.", 0,
    )  # fmt: skip


def test_files_and_modules(inside: Neonkit, seeds: Path, folder: Path, target: Importer) -> None:
    (folder / "other.ndjson").write_text('{"id": 7, "fullName": "Alan"}\n')
    (folder / "shop_store.py").write_text("users = {1: {'id': 8, 'fullName': 'Barbara'}}\n")
    for source in ("other.ndjson", "shop_store:users"):
        assert inside(source, "--mapping", "seeds/mapping.toml").code == 0
    assert target.stored("SELECT id FROM users ORDER BY id") == [(7,), (8,)]


def test_rejected_rows_are_exit_5_with_place_and_reason(run: Neonkit, seeds: Path, target: Importer) -> None:
    (seeds / "users.json").write_text(
        '[{"id": 1, "fullName": "Ada"},\n{"id": "2", "fullName": "\x1b[31mlonger"}]'.replace(
            "\x1b", "\\u001b"
        )
    )
    done = run("seeds")
    assert (done.code, count(target)) == (5, 0)
    assert (
        'wrong_type: users.json:2 /1/id: users.id: a text where the column takes a number (value "2")'
        in done.out
    )
    assert "too_long: users.json:2 /1/fullName" in done.out
    assert "error[E570]: 1 of 2 rows do not fit" in done.err
    assert "\x1b" not in done.out + done.err


def test_json_has_every_fact(inside: Neonkit, seeds: Path) -> None:
    done = inside("seeds", "--json")
    assert (done.json["outcome"], done.json["tables"][0]["inserted"]) == ("loaded", 2)
    again = inside("seeds", "--json")
    assert (again.code, again.json["outcome"], again.json["tables"][0]["unchanged"]) == (0, "unchanged", 2)
    refused = inside("seeds", "--json", "--again")
    assert [reject["code"] for reject in refused.json["rejects"]] == ["exists", "exists"]
    assert refused.json["rejects"][0]["line"] == 1
    assert refused.error["code"] == "E570"


BROKEN = [
    ("users.json", '[{"id": 1, "fullName": "Ada"}, {"id": 2, "fu', 1, "E471"),
    ("users.json", "[{'id': 1}]", 1, "E470"),
    ("users.json", '{"id": 1}', 5, "E570"),
    ("users.json", None, 2, "E174"),
    ("mapping.toml", None, 2, "E174"),
    ("mapping.toml", "version = 1\n[table", 2, "E170"),
    ("mapping.toml", MAPPING + "colour = 7\n", 2, "E171"),
    ("mapping.toml", MAPPING.replace("name =", "nom ="), 2, "E172"),
    ("mapping.toml", MAPPING.replace('name = { from = "fullName", trim = true }', ""), 2, "E173"),
]


@pytest.mark.parametrize(("file", "content", "code", "error"), BROKEN)
def test_bad_input_has_a_code_a_hint_and_writes_nothing(
    inside: Neonkit, seeds: Path, target: Importer, file: str, content: str | None, code: int, error: str
) -> None:
    if content is None:
        (seeds / file).unlink()
    else:
        (seeds / file).write_text(content)
    done = inside("seeds")
    assert (done.code, f"error[{error}]: " in done.err, "hint: " in done.err) == (code, True, True), done.err
    assert count(target) == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [((), "E178"), (("gone",), "E175"), (("seeds/users.json",), "E178"), (("shop:users",), "E178")],
)  # fmt: skip
def test_arguments_that_name_nothing(
    inside: Neonkit, seeds: Path, arguments: tuple[str, ...], error: str
) -> None:
    done = inside(*arguments)
    assert (done.code, f"error[{error}]" in done.err) == (2, True), done.err


def test_the_configured_seeds_are_the_default(
    inside: Neonkit, seeds: Path, folder: Path, target: Importer
) -> None:
    (folder / "pyproject.toml").write_text('[tool.neonkit]\nseeds = "seeds"\n')
    assert (inside().code, count(target)) == (0, 2)


def test_rejected_records_are_mended_and_fed_back(
    inside: Neonkit, seeds: Path, folder: Path, target: Importer
) -> None:
    (seeds / "users.json").write_text(json.dumps([*USERS, {"id": 3, "fullName": "much too long"}]))
    rejects = folder / "rejects.ndjson"
    flags = ("--on-error", "reject", "--rejects", str(rejects))
    rehearsed = inside("seeds", *flags, "--dry-run")
    assert (rehearsed.code, count(target)) == (5, 0)
    assert "1 of 3 rows do not fit, the others would be written" in rehearsed.err
    done = inside("seeds", *flags, "--report", str(folder / "import.md"))
    assert (done.code, count(target)) == (5, 2)
    assert done.out.splitlines()[0] == "Imported, but for the rows that do not fit."
    assert "error[E571]: 1 of 3 rows do not fit, the others are written" in done.err
    assert f"--refeed {rejects}" in done.err
    assert (folder / "import.md").read_text().startswith("# Import\n")
    rejects.write_text(rejects.read_text().replace("much too long", "short"))
    fed = inside("--refeed", str(rejects), "--mapping", "seeds/mapping.toml")
    assert (fed.code, target.stored("SELECT name FROM users WHERE id = 3")) == (0, [("short",)])


def test_batches_and_what_they_leave(inside: Neonkit, seeds: Path, target: Importer) -> None:
    done = inside("seeds", "--batched", "--batch-rows", "1", "--json")
    assert (done.code, done.json["tables"][0]["inserted"]) == (0, 2)
    assert target.stored("SELECT count(*) FROM neonkit_import.batch") == [(2,)]
    again = inside("seeds", "--resume")
    assert (again.code, count(target)) == (0, 2)
    assert inside("seeds", "--run", "no-such-run").code == 2
    for arguments in (("--resume", "--dry-run"), ("--report", "report.pdf")):
        refused = inside("seeds", *arguments)
        assert (refused.code, "error[E197]" in refused.err) == (2, True)
