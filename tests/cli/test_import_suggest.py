"""`neonkit import suggest` as people call it: the mapping on standard output or in a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit, Ran
from fixtures.transfer import Importer

from toolkit.cli.main import main

USERS = [
    {"id": 1, "fullName": "Ada", "apiToken": "t0ps3cret"},
    {"id": 2, "fullName": "Grace", "apiToken": None},
]
MODELS = """
from sqlalchemy import Column, Integer, MetaData, String, Table
metadata = MetaData()
Table("users", metadata, Column("id", Integer, primary_key=True), Column("name", String(9), nullable=False))
"""


@pytest.fixture
def run(
    importer: Importer, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Neonkit:
    """Runs `neonkit import` on a database with a table of users, in a folder with a file of them."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DATABASE_URL", importer.engine.url.render_as_string(hide_password=False))
    importer.make("CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, token text)")
    (folder / "people.json").write_text(json.dumps({"users": USERS}))

    def run(*arguments: str) -> Ran:
        return Ran(main(["import", *arguments]), *capfd.readouterr())

    return run


def test_the_proposal_is_the_data(run: Neonkit) -> None:
    done = run("suggest", "people.json")
    assert done.code == 0
    mapping = tomllib.loads(done.out)
    assert mapping["table"]["users"]["columns"]["name"] == "fullName"
    assert "t0ps3cret" not in done.out + done.err
    assert run("suggest", "people.json", "--json").json["text"] == done.out


def test_a_file_that_imports(run: Neonkit, folder: Path, importer: Importer) -> None:
    (folder / "seeds").mkdir()
    done = run("suggest", "people.json", "--out", "seeds/mapping.toml")
    assert (done.code, done.out) == (0, "Wrote seeds/mapping.toml.\n")
    assert (
        tomllib.loads((folder / "seeds/mapping.toml").read_text())["source"]["people"]["from"]
        == "../people.json"
    )
    again = run("suggest", "people.json", "--out", "seeds/mapping.toml")
    assert (again.code, "error[E199]" in again.err) == (2, True)
    assert run("seeds", "--yes").code == 0
    assert importer.stored("SELECT * FROM users ORDER BY id") == [(1, "Ada", "t0ps3cret"), (2, "Grace", None)]


def test_into_models(run: Neonkit, folder: Path) -> None:
    (folder / "shop.py").write_text(MODELS)
    (folder / "pyproject.toml").write_text('[tool.neonkit]\nmetadata = "shop:metadata"\n')
    done = run("suggest", "people.json", "--models")
    assert done.code == 0
    assert "things are to decide" in done.err
    assert "# ?? no column for apiToken" in done.out


@pytest.mark.parametrize(("name", "error", "code"), [("gone.json", "E175", 2), ("odd.json", "E466", 1)])
def test_what_cannot_be_read_or_placed(run: Neonkit, folder: Path, name: str, error: str, code: int) -> None:
    (folder / "odd.json").write_text('[{"colour": 3}]')
    done = run("suggest", name)
    assert (done.code, f"error[{error}]" in done.err) == (code, True), done.err


def test_a_folder_called_like_the_verb_is_written_with_its_folder(run: Neonkit) -> None:
    assert "./suggest" in run("./suggest").err
    assert "SOURCE" in run("--help").out
    assert run("--json", "suggest", "people.json").json["tables"][0]["section"] == "users"
