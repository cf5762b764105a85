"""A leak as plain SQL, for psql or any other client: what shows it, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.isolation.probing.evidence import Evidence, Leak
from toolkit.sql.quoting import quote_identifier, quote_literal

MARK = "made by `neonkit isolation replay`"
"""In the first line of every file that is written."""


def sql_script(evidence: Evidence, leak: Leak) -> str:
    """One transaction that shows the leak: a row that comes back last is one of another user."""
    return "\n".join([*_head(evidence, leak), *_body(leak), ""])


def closing_script(leak: Leak) -> str:
    """One transaction that closes the leak."""
    statements = [f"{statement};" for statement in leak.closing]
    if not statements:
        statements = ["-- Nobody could tell what closes it."]
    lines = [
        *_said(f"Closes leak {leak.id}, {MARK}"),
        *_said(f"Responsible: {leak.responsible}"),
        "BEGIN;",
        *statements,
        "COMMIT;",
        "",
    ]
    return "\n".join(lines)


def title(evidence: Evidence) -> str:
    """The leak in one line."""
    return f"{evidence.relation}: {evidence.action.value} as {evidence.identity.value}"


def _head(evidence: Evidence, leak: Leak) -> Iterator[str]:
    yield from _said(f"Leak {leak.id}, {MARK}")
    yield from _said(f"{title(evidence)}: {evidence.reason}")
    yield from _said(f"Row of another user: {leak.key}. Responsible: {leak.responsible}")
    yield from _said("Run it in a new session as a role that sees every row; nothing stays.")
    for statement in leak.closing:
        yield from _said(f"Closes it: {statement}")


def _body(leak: Leak) -> Iterator[str]:
    replay = leak.replay
    yield "BEGIN;"
    yield "SET CONSTRAINTS ALL IMMEDIATE;"
    yield "-- The row of the other user is there:"
    yield f"{replay.control};"
    for step in replay.prepare:
        yield f"{step};"
    if replay.identity is not None:
        setting, identity = quote_literal(replay.setting), quote_literal(replay.identity)
        yield f"SELECT set_config({setting}, {identity}, true);"
    yield f"SET LOCAL ROLE {quote_identifier(replay.role)};"
    yield "-- What no user should be able to do:"
    yield f"{replay.statement};"
    if replay.reached is not None:
        yield "SET LOCAL ROLE NONE;"
        yield "-- The row that was reached:"
        yield f"{replay.reached};"
    yield "ROLLBACK;"


def _said(text: str) -> Iterator[str]:
    return (f"-- {line}" for line in text.splitlines())
