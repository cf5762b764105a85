"""Names found by some of their letters: what fits, in which order, and where the letters stand."""

from __future__ import annotations

import pytest

from toolkit.tui.widgets.fuzzy import Finder, letters

NAMES = (
    "public.orders",
    "public.order_items",
    "public.records",
    "app.customer_orders",
    "ord.plain",
    "x.obrd",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", list(NAMES)),
        (
            "ord",
            [
                "public.orders",
                "public.order_items",
                "app.customer_orders",
                "public.records",
                "ord.plain",
                "x.obrd",
            ],
        ),
        ("ORDERS", ["public.orders", "app.customer_orders", "public.order_items"]),
        ("oit", ["public.order_items"]),
        ("cust ord", ["app.customer_orders"]),
        ("pub.ord", ["public.orders", "public.order_items", "public.records"]),
        ("zzz", []),
    ],
)
def test_what_fits_the_best_first(query: str, found: list[str]) -> None:
    assert [NAMES[number] for number in Finder(NAMES).find(query)] == found


def test_typing_on_and_taking_back_finds_the_same_as_asking_at_once() -> None:
    finder = Finder(NAMES)
    for query in ("o", "or", "ord", "order", "orde", "or", "r", "re", ""):
        assert finder.find(query) == Finder(NAMES).find(query)


@pytest.mark.parametrize(
    ("query", "name", "marked"),
    [
        ("ord", "public.orders", "ord"),
        ("oit", "public.order_items", "oit"),
        ("pub.ord", "public.orders", "pub.ord"),
        ("a", "Ä.a", "a"),
    ],
)
def test_the_letters_that_fit_are_marked(query: str, name: str, marked: str) -> None:
    assert "".join(name[place] for place in letters(query, name)).lower() == marked
