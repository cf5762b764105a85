"""`neonkit export` as a shell runs it: data on standard output, files, and the way back through `import`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit, Ran
from fixtures.transfer import Importer

from toolkit.cli.main import main


@pytest.fixture
def run(neonkit: Neonkit, importer: Importer) -> Neonkit:
    """Runs `neonkit` on a database of two users and a task."""
    importer.make(
        "CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users VALUES (2, 'Bo'), (1, 'Ü');"
        "CREATE TABLE tasks (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);"
        "INSERT INTO tasks VALUES (7, 2)"
    )

    def run(*arguments: str) -> Ran:
        url = importer.engine.url.render_as_string(hide_password=False)
        return neonkit(*arguments, env={"DATABASE_URL": url})

    return run


@pytest.fixture
def inside(
    run: Neonkit,
    folder: Path,
    importer: Importer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Neonkit:
    """The same within this process, which is faster."""
    del run

    def inside(*arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("DATABASE_URL", importer.engine.url.render_as_string(hide_password=False))
        return Ran(main(list(arguments)), *capfd.readouterr())

    return inside


def test_standard_output_is_the_data(run: Neonkit, inside: Neonkit) -> None:
    done = run("export")
    assert (done.code, done.json) == (
        0,
        {"tasks": [{"id": 7, "user_id": 2}], "users": [{"id": 1, "name": "Ü"}, {"id": 2, "name": "Bo"}]},
    )
    assert "export public.users: 2 rows" in done.err
    assert inside("export", "--json").json == done.json
    assert (
        inside("export", "users", "--as", "ndjson").out == '{"id": 1, "name": "Ü"}\n{"id": 2, "name": "Bo"}\n'
    )


def test_there_and_back(inside: Neonkit, folder: Path, importer: Importer) -> None:
    done = inside("export", "--as", "ndjson", "--out", "kept", "--json")
    assert (done.code, done.json["files"]) == (0, ["kept/tasks.ndjson", "kept/users.ndjson"])
    importer.make("TRUNCATE users CASCADE")
    assert inside("import", "kept", "--yes").code == 0
    again = inside("export", "--owner", "2", "--out", "two.json", "--mapping", "two.toml")
    assert again.out.splitlines()[0].startswith("Exported 2 rows of owner 2")
    assert json.loads((folder / "two.json").read_text()) == {
        "tasks": [{"id": 7, "user_id": 2}], "users": [{"id": 2, "name": "Bo"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("nothing",), "E181"),
        (("--as", "ndjson"), "E199"),
        (("users", "--as", "ndjson", "--json"), "E199"),
        (("--owner", "5"), "E199"),
    ],
)
def test_what_cannot_be_done_is_explained(inside: Neonkit, arguments: tuple[str, ...], error: str) -> None:
    done = inside("export", *arguments)
    assert done.code == 2
    assert f'"{error}"' in done.err if "--json" in arguments else f"error[{error}]: " in done.err
