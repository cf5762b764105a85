"""Calls in the text of policies: found where they run for each row, left alone in subqueries and quotes."""

from __future__ import annotations

import pytest

from toolkit.schema.advice.row_security.calls import calls_per_row, wrapped

NAMES = {"current_setting", "auth.uid", '"My"."who()"'}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(user_id = current_setting('a'::text))", "(user_id = (SELECT current_setting('a'::text)))"),
        (
            "(user_id = (current_setting('a', true))::uuid)",
            "(user_id = ((SELECT current_setting('a', true)))::uuid)",
        ),
        ("(a = auth.uid()) OR (b = auth.uid())", "(a = (SELECT auth.uid())) OR (b = (SELECT auth.uid()))"),
        (
            "(a = current_setting(current_setting('x')))",
            "(a = (SELECT current_setting(current_setting('x'))))",
        ),
        ('(a = "My"."who()"())', '(a = (SELECT "My"."who()"()))'),
        ("(a = lower(current_setting('a)(b')))", "(a = lower((SELECT current_setting('a)(b'))))"),
    ],
)
def test_a_bare_call_is_put_into_a_subquery(text: str, wanted: str) -> None:
    assert wrapped(text, NAMES) == wanted
    assert calls_per_row(wanted, NAMES) == []


@pytest.mark.parametrize(
    "text",
    [
        "(a = ( SELECT current_setting('a'::text) AS current_setting))",
        "(a IN ( SELECT t.a FROM t WHERE (t.b = current_setting('a'::text))))",
        "(a = 'current_setting(''a'')'::text)",
        "(a = other.current_setting('a'::text))",
        "(current_setting = 1)",
        "(a = xcurrent_setting('a'))",
    ],
)
def test_what_is_no_bare_call_stays(text: str) -> None:
    assert wrapped(text, NAMES) == text
