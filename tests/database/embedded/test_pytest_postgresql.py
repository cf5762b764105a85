"""pytest-postgresql on a server that we started: what projects with that plugin do with ours.

The plugin's process fixture cannot run as root; its `noproc` fixture takes any server that is there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from pytest_postgresql import factories

from toolkit.database.embedded import RunningServer

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class PluginServer:
    """Our server in the words that the plugin reads from the fixture it depends on."""

    host: str
    port: int
    user: str
    password: str
    options: str = ""
    dbname: str = "plugin"
    template_dbname: str = "template1"
    maintenance_dbname: str = "postgres"


@pytest.fixture(scope="session")
def plugin_server(server: RunningServer) -> PluginServer:
    """The session's server for the plugin."""
    url = server.url
    assert url.host is not None
    assert url.username is not None
    assert url.password is not None
    return PluginServer(url.host, server.port, url.username, url.password.reveal())


def seed(*, host: str, port: int, user: str, dbname: str, password: str, autocommit: bool = False) -> None:
    """What the plugin loads into its template."""
    import psycopg

    with psycopg.connect(
        host=host, port=port, user=user, dbname=dbname, password=password, autocommit=autocommit
    ) as connection:
        connection.execute("CREATE TABLE seeded AS SELECT 1 AS number")


plugin_noproc = factories.postgresql_noproc(depends_on="plugin_server", dbname="plugin", load=[seed])
plugin_client = factories.postgresql("plugin_noproc")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_clone_of_the_template(plugin_client: psycopg.Connection, turn: int) -> None:
    rows = plugin_client.execute("SELECT number FROM seeded").fetchall()
    assert rows == [(1,)], "a table changed by one test must not be seen by the next"
    plugin_client.execute("INSERT INTO seeded VALUES (2)")
    plugin_client.commit()


def test_the_plugin_reached_our_server(plugin_client: psycopg.Connection, server: RunningServer) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    row = plugin_client.execute("SELECT current_database(), current_user, inet_server_port()").fetchone()
    assert row == (f"plugin{worker}", "neonkit", server.port)
