"""A secret shows nowhere but in `reveal`."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable

import pytest

from toolkit.secret import Secret, without_passwords

PLANTED = "pl4nted-w0rd"


@pytest.mark.parametrize(
    "show",
    [str, repr, "{}".format, "{!r:>40}".format, lambda s: f"{s}", lambda s: repr([s]), lambda s: repr(vars)],
)
def test_no_text_of_it_shows(show: Callable[[Secret], str]) -> None:
    assert PLANTED not in show(Secret(PLANTED))


def test_it_is_revealed_on_request_only() -> None:
    assert Secret(PLANTED).reveal() == PLANTED


def test_it_cannot_leave_the_process() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(PLANTED))
    with pytest.raises(TypeError):
        json.dumps({"password": Secret(PLANTED)})


def test_a_traceback_with_locals_does_not_show_it() -> None:
    def fail(password: Secret) -> None:
        raise RuntimeError("no")

    try:
        fail(Secret(PLANTED))
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert PLANTED not in shown
    assert "password = Secret(***)" in shown


def test_equal_texts_are_equal_secrets() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert copy.deepcopy(Secret("a")) == Secret("a")
    assert not Secret("")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "no way to postgresql://me:pl4nted@db:5432/app now",
            "no way to postgresql://me:***@db:5432/app now",
        ),
        ("postgres://me:pl4@nted@db/app", "postgres://me:***@db/app"),
        ('"redis://:pl4/nted@db"', '"redis://:***@db"'),
        ("see http://localhost:8000/me@work", "see http://localhost:***@work"),
        ("time 10:30, a@b.example", "time 10:30, a@b.example"),
    ],
)
def test_foreign_texts_lose_the_passwords_of_urls(said: str, left: str) -> None:
    assert without_passwords(said) == left
