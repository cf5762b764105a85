"""What every error promises: a code, a sentence from its facts, a way over a process border."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import pytest

from toolkit.errors import (
    ExitCode,
    FindingsError,
    IsolationBrokenError,
    NeonkitError,
    RefusedError,
    RunFailedError,
    StoppedError,
    TimedOutError,
    UnreachableError,
    UsageError,
    every_error,
)


@dataclass(eq=False)
class ShelfEmptyError(UsageError):
    """An error like those of the rooms."""

    code = "E199"

    shelf: str
    asked: int = 1

    @property
    def sentence(self) -> str:
        return f"Shelf {self.shelf} has not {self.asked}."


@pytest.mark.parametrize(
    ("family", "exit_code"),
    [
        (UsageError, ExitCode.USAGE),
        (UnreachableError, ExitCode.UNREACHABLE),
        (TimedOutError, ExitCode.TIMED_OUT),
        (RunFailedError, ExitCode.FAILED),
        (FindingsError, ExitCode.FINDINGS),
        (RefusedError, ExitCode.REFUSED),
        (IsolationBrokenError, ExitCode.ISOLATION_BROKEN),
        (StoppedError, ExitCode.INTERRUPTED),
    ],
)
def test_a_family_decides_the_exit_code(family: type[NeonkitError], exit_code: ExitCode) -> None:
    assert family.exit_code is exit_code


def test_the_sentence_is_made_from_the_facts() -> None:
    error = ShelfEmptyError(shelf="B", asked=3)
    assert str(error) == "Shelf B has not 3."
    assert error.facts() == {"shelf": "B", "asked": 3}
    assert error.hint is None


def test_an_error_made_with_keywords_pickles() -> None:
    again = pickle.loads(pickle.dumps(ShelfEmptyError(shelf="B", asked=3)))
    assert isinstance(again, ShelfEmptyError)
    assert again.facts() == {"shelf": "B", "asked": 3}


def test_every_error_is_found_by_its_code() -> None:
    assert ShelfEmptyError in every_error()
    assert UsageError not in every_error()
