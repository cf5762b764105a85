"""`neonkit server`, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.database.embedded import EmbeddedServer

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """An empty project; its server is removed at the end."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n')
    yield tmp_path
    embedded = EmbeddedServer(tmp_path / ".neonkit" / "server", durable=True)
    if embedded.status().state != "absent":
        embedded.destroy()


@pytest.fixture
def neonkit(project: Path) -> Run:
    """Runs `neonkit server ...` in the project, off a terminal."""
    kept = ("PATH", "HOME", "TMPDIR", "NEONKIT_STATE_DIR", "NEONKIT_PG_BIN", "COVERAGE_PROCESS_START")
    environment = {name: os.environ[name] for name in kept if name in os.environ}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "toolkit", "server", *arguments],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_the_life_of_a_server(neonkit: Run, project: Path) -> None:
    started = json.loads(neonkit("start", "--json").stdout)
    assert started["state"] == "running"
    assert psutil.pid_exists(started["pid"]), "a durable server outlives the command"

    assert json.loads(neonkit("start", "--json").stdout) == started
    assert "unchanged" in neonkit("start").stderr

    masked, revealed = neonkit("url"), neonkit("url", "--reveal")
    assert masked.stdout.strip() == started["url"]
    with_password = DatabaseUrl.parse(revealed.stdout.strip())
    open_connection(with_password).close()

    assert json.loads(neonkit("stop", "--json").stdout)["state"] == "stopped"
    with pytest.raises(psycopg2.OperationalError):
        open_connection(with_password)
    assert json.loads(neonkit("status", "--json").stdout)["port"] == started["port"]

    refused = neonkit("destroy")
    assert (refused.returncode, "--yes" in refused.stderr) == (6, True)
    removed = neonkit("destroy", "--yes", "--json")
    assert json.loads(removed.stdout)["removed"] is True
    assert not (project / ".neonkit" / "server").exists()
    assert neonkit("destroy").returncode == 0, "nothing to remove needs no answer"


def test_the_password_is_shown_only_when_asked_for(neonkit: Run) -> None:
    said = [neonkit("start", "--verbose"), neonkit("status"), neonkit("url"), neonkit("url", "--json")]
    password = DatabaseUrl.parse(neonkit("url", "--reveal").stdout.strip()).password
    assert password is not None
    said += [neonkit("stop", "--verbose"), neonkit("destroy", "--yes", "--verbose")]
    assert all(done.returncode == 0 for done in said)
    assert not any(password.reveal() in done.stdout + done.stderr for done in said)


def test_text_names_where_things_are(neonkit: Run, project: Path) -> None:
    assert "absent" in neonkit("status").stdout
    lines = dict(line.split(maxsplit=1) for line in neonkit("start").stdout.splitlines())
    assert lines["state"] == "running"
    assert lines["url"].startswith("postgresql://neonkit:***@127.0.0.1:")
    assert Path(lines["log"]).is_file()


def test_a_url_without_a_server_is_exit_3(neonkit: Run) -> None:
    done = neonkit("url")
    assert (done.returncode, done.stdout) == (3, "")
    assert "error[E220]" in done.stderr
    assert "neonkit server start" in done.stderr


def test_a_foreign_folder_is_refused(neonkit: Run, project: Path) -> None:
    record = project / ".neonkit" / "server" / "server.json"
    record.parent.mkdir(parents=True)
    record.write_text('{"mine": true}')
    for command in (("start",), ("stop",), ("destroy", "--yes")):
        done = neonkit(*command)
        assert (done.returncode, "error[E620]" in done.stderr) == (6, True), command
    assert record.read_text() == '{"mine": true}'
    record.unlink()
