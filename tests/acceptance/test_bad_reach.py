"""Databases and servers that cannot be reached, through the real command line."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fixtures.acceptance import Stage
from fixtures.certificates import make_certificate
from fixtures.command_line import Neonkit
from fixtures.neon_front import NeonFront

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.secret import Secret

VERBS = (("upgrade", "--yes"), ("import", "seeds", "--yes"))


def with_password(url: DatabaseUrl, password: str) -> DatabaseUrl:
    return url.with_credentials(str(url.username), Secret(password))


Change = Callable[[DatabaseUrl], DatabaseUrl]

REACH: dict[str, tuple[Change, str, str, str]] = {
    "wrong password": (
        lambda url: with_password(url, "S3CR3T"),
        "E203",
        "does not accept this password for role neonkit",
        "Copy the URL again",
    ),
    "no such host": (
        lambda url: DatabaseUrl.parse("postgresql://u:S3CR3T@nowhere.invalid/app"),
        "E202",
        "nowhere.invalid has no address",
        "Correct the host",
    ),
    "no such database": (
        lambda url: url.with_database("nothing_here"),
        "E205",
        "There is no database nothing_here",
        "Correct the name",
    ),
    "no database named": (
        lambda url: DatabaseUrl(url.username, url.password, url.host, url.port),
        "E205",
        "There is no database neonkit",
        "Correct the name",
    ),
    "nobody listens": (
        lambda url: DatabaseUrl.parse("postgresql://u:S3CR3T@127.0.0.1:1/app"),
        "E201",
        "Nothing accepts connections on 127.0.0.1:1",
        "Start the server",
    ),
    "TLS refused": (
        lambda url: url.with_arguments(sslmode="require"),
        "E206",
        "does not speak TLS",
        "sslmode=disable",
    ),
}


@pytest.mark.parametrize("case", REACH)
def test_what_cannot_be_reached(stage: Stage, case: str) -> None:
    change, error, says, hint = REACH[case]
    for verb in VERBS:
        stage.refuses(*verb, exit_code=3, error=error, says=says, hint=hint, url=change(stage.url))


@pytest.mark.parametrize(
    ("arguments", "error", "says", "hint"),
    [
        ({}, "E207", "was rejected", "trusted certificates"),
        ({"sslsni": "0"}, "E210", "which Neon endpoint is meant", "options=endpoint"),
    ],
    ids=["unknown authority", "no server name"],
)
def test_a_neon_endpoint_that_refuses(
    stage: Stage,
    neon_front: NeonFront,
    tmp_path: Path,
    arguments: dict[str, str],
    error: str,
    says: str,
    hint: str,
) -> None:
    other = make_certificate(tmp_path / "other", ["*.neon.test"], authority="Somebody else")
    url = neon_front.url().with_arguments(**(arguments or {"sslrootcert": str(other.root)}))
    for verb in VERBS:
        stage.refuses(*verb, exit_code=3, error=error, says=says, hint=hint, url=url)


@pytest.fixture
def project(folder: Path) -> Iterator[Path]:
    """An empty project whose server, if one was made, is removed."""
    (folder / "pyproject.toml").write_text("[tool.neonkit]\n")
    yield folder
    embedded = EmbeddedServer(folder / ".neonkit" / "server", durable=True)
    if embedded.status().state != "absent":
        embedded.destroy()


def test_a_server_that_is_not_started_and_a_port_that_is_taken(neonkit: Neonkit, project: Path) -> None:
    never = neonkit("status")
    assert (never.code, never.out) == (2, "")
    assert "error[E102]: No database is configured." in never.err
    assert "`neonkit server start`" in never.err

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = neonkit("server", "start", "--port", str(port))
    assert (refused.code, refused.out) == (2, "")
    assert f"error[E124]: Port {port}" in refused.err
    assert "hint: Leave the port out" in refused.err

    for verb in (("status",), ("schema", "tree"), ("isolation", "audit"), ("server", "url")):
        stopped = neonkit(*verb)
        assert (stopped.code, stopped.out) == (3, ""), stopped.err
        assert "error[E220]" in stopped.err
        assert "`neonkit server start`" in stopped.err


def test_two_servers_started_at_once_are_one(neonkit: Neonkit, project: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: neonkit("server", "start", "--json"), range(2))
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert first.json["pid"] == second.json["pid"]
    assert first.json["url"] == second.json["url"]


def test_output_that_nobody_reads_is_no_failure(project: Path) -> None:
    ran = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m toolkit config show | true"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""
