"""`neonkit server`, run as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from fixtures.command_line import Neonkit

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.database.embedded import EmbeddedServer


@pytest.fixture
def project(folder: Path) -> Iterator[Path]:
    """An empty project; its server is removed at the end."""
    (folder / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n')
    yield folder
    embedded = EmbeddedServer(folder / ".neonkit" / "server", durable=True)
    if embedded.status().state != "absent":
        embedded.destroy()


def test_the_life_of_a_server(neonkit: Neonkit, project: Path) -> None:
    started = neonkit("server", "start", "--json").json
    assert started["state"] == "running"
    assert psutil.pid_exists(started["pid"]), "a durable server outlives the command"

    assert neonkit("server", "start", "--json").json == started
    assert "unchanged" in neonkit("server", "start").err

    masked, revealed = neonkit("server", "url"), neonkit("server", "url", "--reveal")
    assert masked.out.strip() == started["url"]
    with_password = DatabaseUrl.parse(revealed.out.strip())
    open_connection(with_password).close()

    assert neonkit("server", "stop", "--json").json["state"] == "stopped"
    with pytest.raises(psycopg2.OperationalError):
        open_connection(with_password)
    assert neonkit("server", "status", "--json").json["port"] == started["port"]

    refused = neonkit("server", "destroy")
    assert (refused.code, "--yes" in refused.err) == (6, True)
    removed = neonkit("server", "destroy", "--yes", "--json")
    assert removed.json["removed"] is True
    assert not (project / ".neonkit" / "server").exists()
    assert neonkit("server", "destroy").code == 0, "nothing to remove needs no answer"


def test_the_password_is_shown_only_when_asked_for(neonkit: Neonkit, project: Path) -> None:
    said = [
        neonkit("server", "start", "--verbose"),
        neonkit("server", "status"),
        neonkit("server", "url"),
        neonkit("server", "url", "--json"),
    ]
    password = DatabaseUrl.parse(neonkit("server", "url", "--reveal").out.strip()).password
    assert password is not None
    said += [neonkit("server", "stop", "--verbose"), neonkit("server", "destroy", "--yes", "--verbose")]
    assert all(done.code == 0 for done in said)
    assert not any(password.reveal() in done.out + done.err for done in said)


def test_text_names_where_things_are(neonkit: Neonkit, project: Path) -> None:
    assert "absent" in neonkit("server", "status").out
    lines = dict(line.split(maxsplit=1) for line in neonkit("server", "start").out.splitlines())
    assert lines["state"] == "running"
    assert lines["url"].startswith("postgresql://neonkit:***@127.0.0.1:")
    assert Path(lines["log"]).is_file()


def test_a_url_without_a_server_is_exit_3(neonkit: Neonkit, project: Path) -> None:
    done = neonkit("server", "url")
    assert (done.code, done.out) == (3, "")
    assert "error[E220]" in done.err
    assert "neonkit server start" in done.err


def test_a_foreign_folder_is_refused(neonkit: Neonkit, project: Path) -> None:
    record = project / ".neonkit" / "server" / "server.json"
    record.parent.mkdir(parents=True)
    record.write_text('{"mine": true}')
    for command in (("start",), ("stop",), ("destroy", "--yes")):
        done = neonkit("server", *command)
        assert (done.code, "error[E620]" in done.err) == (6, True), command
    assert record.read_text() == '{"mine": true}'
    record.unlink()
