"""Removing rows as a user: by key, and without any condition, which the rule for reading does not help."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.grounds import OwnedTable
from toolkit.isolation.probe_write import Fingerprint, WriteProbe, fingerprint, ignore_keys
from toolkit.isolation.sample import Sample


def delete(stage: Stage, table: OwnedTable, sample: Sample, *, superuser: bool) -> WriteProbe | str:
    """Try to remove what is B's; or why it cannot be tried."""
    if sample.key_a is None:
        return "A has no row here"
    others = fingerprint(stage, table, sample.a)
    statement = f"DELETE FROM {table.sql} AS t0"
    keyed = f"{statement} WHERE {table.key} = :key"
    return WriteProbe(
        _without_keys(stage, superuser, sample.a, keyed, {"key": sample.key_a}, others),
        {
            "by key": _without_keys(stage, superuser, sample.a, keyed, {"key": sample.key_b}, others),
            "without condition": _without_keys(stage, superuser, sample.a, statement, {}, others),
            "without identity": _without_keys(
                stage, superuser, "", statement, {}, fingerprint(stage, table, "")
            ),
        },
    )


def _without_keys(
    stage: Stage,
    superuser: bool,
    identity: str,
    statement: str,
    binds: Mapping[str, object],
    others: Fingerprint,
) -> Outcome:
    """The plain attempt; again with foreign keys asleep if one of them stopped it."""
    first = stage.attempt(identity, statement, binds, fingerprint=others)
    if not (first.failed and superuser):
        return first
    return stage.attempt(identity, statement, binds, prepare=partial(ignore_keys, stage), fingerprint=others)
