"""`neonkit import runs` and `neonkit import undo` as a shell runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.command_line import Ran
from fixtures.transfer import Importer

from toolkit.cli.main import main

MAPPING = """
version = 1
[table.users]
rows = "/*"
[table.users.columns]
id = "id"
name = "name"
"""


@pytest.fixture
def inside(
    folder: Path, importer: Importer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs `neonkit import` within this process, on a database with one empty table and a file to import."""
    importer.make("CREATE TABLE users (id int PRIMARY KEY, name text)")
    (folder / "mapping.toml").write_text(MAPPING)
    (folder / "users.json").write_text(json.dumps([{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}]))
    monkeypatch.setenv("DATABASE_URL", importer.engine.url.render_as_string(hide_password=False))
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        code = main(["import", *arguments])
        return Ran(code, *capfd.readouterr())

    return run


def test_an_import_is_listed_and_taken_back(inside: Callable[..., Ran], importer: Importer) -> None:
    assert "No import is remembered" in inside("runs").out
    loaded = inside("users.json", "--mapping", "mapping.toml", "--yes", "--json").json
    (listed,) = inside("runs", "--json").json
    assert (listed["id"], listed["source"], listed["undoable"]) == (loaded["run"], "users.json", True)
    asked = inside("undo", "--no-input")
    assert (asked.code, "--yes" in asked.err, loaded["run"] in asked.err) == (6, True, True)
    rehearsed = inside("undo", "--dry-run")
    assert (rehearsed.code, importer.stored("SELECT count(*) FROM users")) == (0, [(2,)])
    assert "Dry run" in rehearsed.out
    undone = inside("undo", loaded["run"], "--yes", "--json").json
    assert undone["tables"][0]["deleted"] == 2
    assert importer.stored("SELECT count(*) FROM users") == [(0,)]
    assert "undone" in inside("runs").out


def test_rows_that_stay_are_named(inside: Callable[..., Ran], importer: Importer) -> None:
    inside("users.json", "--mapping", "mapping.toml", "--yes")
    importer.make("UPDATE users SET name = 'Robert' WHERE id = 2")
    undone = inside("undo", "--yes")
    assert undone.code == 5
    assert "kept: public.users 2, which was changed since" in undone.out
    assert "error[E572]: 1 row of the import run" in undone.err
    assert inside("undo", "nothing", "--yes").code == 2


def test_nothing_kept_is_nothing_undone(inside: Callable[..., Ran]) -> None:
    inside("users.json", "--mapping", "mapping.toml", "--no-undo", "--yes")
    assert "no: it was imported with the word that nothing is to be kept" in inside("runs").out
    refused = inside("undo", "--yes")
    assert (refused.code, "E677" in refused.err) == (6, True)
