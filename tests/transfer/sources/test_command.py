"""Sources as the command line names them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from fixtures.command_line import Ran
from fixtures.transfer import Importer

from toolkit.cli.main import main

MAPPING = """
version = 1
[source.users]
%s
[table.users]
rows = "/*"
[table.users.columns]
id = { from = "id", as = "int" }
name = "name"
"""


def test_pipes_patterns_and_packed_files_on_the_command_line(
    importer: Importer,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    importer.make("CREATE TABLE users (id int PRIMARY KEY, name text)")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DATABASE_URL", importer.engine.url.render_as_string(hide_password=False))

    def run(*sources: str, said: str = "") -> Ran:
        (folder / "mapping.toml").write_text(MAPPING % said)
        code = main(["import", *sources, "--mapping", "mapping.toml", "--yes"])
        return Ran(code, *capfd.readouterr())

    def stored() -> list[tuple[object, ...]]:
        found = importer.stored("SELECT id, name FROM users ORDER BY id")
        importer.make("TRUNCATE users")
        return found

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 1, "name": "Ada"}\n{"id": 2}\n')))
    assert run("-").code == 0
    assert stored() == [(1, "Ada"), (2, None)]

    (folder / "one.ndjson").write_text('{"id": 1, "name": "Ada"}\n')
    (folder / "two.ndjson").write_text('{"id": 2, "name": "Bob"}\n')
    assert run("*.ndjson").code == 0
    assert stored() == [(1, "Ada"), (2, "Bob")]

    (folder / "users.csv").write_bytes("id;name\n1;Zoë\n".encode("latin-1"))
    refused = run("users.csv")
    assert (refused.code, "E470" in refused.err, 'encoding = "latin-1"' in refused.err) == (1, True, True)
    ran = run("users.csv", said='encoding = "latin-1"\ncsv = { delimiter = ";" }')
    assert ran.code == 0, ran.err
    assert stored() == [(1, "Zoë")]

    (folder / "users.pkl").write_bytes(b"\x80\x04}.")
    pickled = run("users.pkl")
    assert (pickled.code, "E182" in pickled.err, stored()) == (2, True, [])
