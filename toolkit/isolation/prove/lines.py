"""A proof as lines of text: one fact per line, so that two proofs can be compared line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.isolation.prove.proof import ProvenTable, UserProof


def proof_lines(proof: UserProof) -> Iterator[str]:
    """The proof, ending in its digest. Names and keys stand as they are stored."""
    yield f"user: {proof.user}{'' if proof.is_user else ' (no such user: a stranger)'}"
    yield f"database: {proof.database}, PostgreSQL {proof.server_version}"
    yield f"revisions: {', '.join(proof.revisions) or 'none'}"
    yield f"schema: {proof.schema_hash}"
    yield f"role: {proof.role or 'not known'}, identity: {proof.identity_setting}"
    yield proof.headline
    for table in proof.tables:
        yield ""
        yield _rows(table)
        for verb, said in table.verbs.items():
            yield f"  {verb}: {said['verdict']}, {said['reason']}{_did(said)}"
    yield from ("", *(f"{name}: shared, {reason}" for name, reason in sorted(proof.shared.items())))
    yield from (f"not looked at: {each}" for each in proof.unknown)
    yield ", ".join(f"{count} {verdict}" for verdict, count in proof.totals.items())
    yield f"digest: {proof.digest}"


def _rows(table: ProvenTable) -> str:
    if table.rows is None:
        return f"{table.table} ({table.way})"
    return f"{table.table} ({table.way}): {table.own_rows} own rows of {table.rows}, {table.own_digest}"


def _did(said: dict[str, Any] | Any) -> str:
    parts = [f"tried on all rows: {said['did']}"] if "did" in said else []
    if "keys of others" in said:
        parts.append(f"others: {', '.join(said['keys of others'])}")
    return f" ({'; '.join(parts)})" if parts else ""
