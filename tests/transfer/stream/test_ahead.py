"""Items made in a thread of their own: all of them, in order, and the turns of the threads as they were."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from toolkit.transfer.stream.ahead import read_ahead

BY_ITSELF, CHOSEN = 0.005, 0.004


@pytest.fixture(autouse=True)
def turns_as_they_were() -> Iterator[None]:
    """The length of a turn belongs to the whole process."""
    usual = sys.getswitchinterval()
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize(("turn", "shortened"), [(BY_ITSELF, True), (CHOSEN, False)])
def test_turns_are_short_unless_the_process_has_chosen_one(turn: float, shortened: bool) -> None:
    sys.setswitchinterval(turn)
    with read_ahead(iter(range(10))) as items:
        assert (sys.getswitchinterval() < turn) is shortened
        assert list(items) == list(range(10))
    assert sys.getswitchinterval() == pytest.approx(turn)


def test_what_the_thread_raises_is_raised_to_the_user_of_its_items() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise LookupError("the second is not there")

    with read_ahead(failing()) as items:
        assert next(items) == 1
        with pytest.raises(LookupError, match="second"):
            next(items)


def test_leaving_early_ends_the_thread() -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield (number := number + 1)

    before = threading.active_count()
    with read_ahead(endless()) as items:
        assert next(items) == 1
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
