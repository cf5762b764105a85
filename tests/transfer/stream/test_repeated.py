"""Keys that may stand twice are found, however many there are and wherever they are kept."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.transfer.stream import repeated
from toolkit.transfer.stream.repeated import HashLog

hashes = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)


def found_in(blocks: list[list[int | None]], together: int, step: int) -> set[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeated, "_TOGETHER", together)
        patch.setattr(repeated, "_STEP", step)
        with closing(HashLog()) as log:
            for block in blocks:
                log.add(block)
            return log.repeated()


@given(
    st.lists(st.lists(st.none() | hashes, max_size=9), max_size=9),
    st.sampled_from([1, 4, 1000]),
    st.integers(1, 5),
)
def test_hashes_that_came_twice(blocks: list[list[int | None]], together: int, step: int) -> None:
    counts = Counter(one for block in blocks for one in block if one is not None)
    assert found_in(blocks, together, step) == {one for one, times in counts.items() if times > 1}


def test_without_room_for_a_file_they_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert found_in([[1, 2], [3, 1], [2, 5]], 2, 1) == {1, 2}
