"""DDL run into an empty database makes an equal one: piece by piece, and whole databases by their hash."""

from __future__ import annotations

import pytest
from fixtures.schema_ddl import Piece, RoundTrip, cursor_at, differing, made_again, pieces, snapshot_of

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot
from toolkit.schema.objects import Column

PIECES = list(pieces())


def test_the_pieces_are_many_and_different() -> None:
    assert len(PIECES) >= 150
    assert len({piece.title for piece in PIECES}) == len(PIECES)


@pytest.mark.parametrize("piece", PIECES, ids=[piece.title for piece in PIECES])
def test_a_piece_is_made_again(all_pieces: RoundTrip, piece: Piece) -> None:
    made = [thing for thing in all_pieces.before.objects if any(piece.name in part for part in thing.path)]
    assert made, "the piece made nothing"
    refused = [
        (statement.sql, reason)
        for statement, reason in all_pieces.refused
        if statement.key and any(piece.name in part for part in statement.key.path)
    ]
    assert not refused
    assert not differing(all_pieces.before, all_pieces.after, piece.name)


def test_all_pieces_together_have_the_same_hash(all_pieces: RoundTrip) -> None:
    assert not all_pieces.refused
    assert not differing(all_pieces.before, all_pieces.after)
    assert all_pieces.after.hash == all_pieces.before.hash


def test_a_database_of_every_kind_is_made_again(scratch: ScratchDatabases, base: Snapshot) -> None:
    equal(made_again(scratch, base))


def test_the_reference_application_is_made_again(
    scratch: ScratchDatabases, demo_head_url: DatabaseUrl
) -> None:
    # The journal of runs is neonkit's own, and not part of what `ddl` makes.
    with cursor_at(demo_head_url) as cursor:
        cursor.execute("DROP SCHEMA neonkit_journal CASCADE")
    before = snapshot_of(demo_head_url)
    assert before.own(Column)
    equal(made_again(scratch, before))


def equal(trip: RoundTrip) -> None:
    """Nothing was refused and nothing differs."""
    assert not trip.refused
    assert not differing(trip.before, trip.after)
    assert trip.after.hash == trip.before.hash
