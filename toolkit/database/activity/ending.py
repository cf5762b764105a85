"""Ending what another session does, when a person said so. Never called by anything on its own."""

from __future__ import annotations

from sqlalchemy import Connection, text


def cancel_statement(connection: Connection, pid: int) -> bool:
    """Ask the server to cancel the statement of a session; its transaction stays, failed.

    False if there is no such session. A session without a running statement is not changed.
    """
    return bool(connection.execute(text("SELECT pg_cancel_backend(:pid)"), {"pid": pid}).scalar_one())


def terminate_session(connection: Connection, pid: int) -> bool:
    """Ask the server to end a session; its transaction is rolled back. False if there is no such session."""
    return bool(connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid}).scalar_one())
