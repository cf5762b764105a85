"""Casts that change nothing are folded, and no others."""

from __future__ import annotations

import pytest

from toolkit.migrate.drift.meaning import is_character, same_meaning

CHARACTERS = {"s", "My S"}

SAME = [
    ("'x'::character varying", "'x'::text"),
    ("((s)::text = 'a'::text)", "(s = 'a'::text)"),
    (
        "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))",
    ),
    ("((s)::text = ANY (ARRAY[('a''b'::character varying)::text]))", "(s = ANY (ARRAY['a''b'::text]))"),
    ("((\"My S\")::text <> ''::text)", "(\"My S\" <> ''::text)"),
]
OTHER = [
    ("'x'::text", "'y'::text"),
    ("'1'::text", "'1'::integer"),
    ("'x'::character varying(3)", "'x'::text"),
    ("((n)::text = '1'::text)", "(n = '1'::text)"),
    ("('(s)::text'::text = s)", "('s'::text = s)"),
    ("ARRAY['a'::text]", "'a'::text"),
    ("(s = 'a'::text)", None),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: str, other: str) -> None:
    assert same_meaning(one, other, CHARACTERS)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other(one: str, other: str | None) -> None:
    assert not same_meaning(one, other, CHARACTERS)


@pytest.mark.parametrize(
    ("type_", "answer"),
    [
        ("text", True),
        ("character varying(9)", True),
        ("text[]", False),
        ("citext", False),
        ("integer", False),
    ],
)
def test_character_types(type_: str, answer: bool) -> None:
    assert is_character(type_) is answer
