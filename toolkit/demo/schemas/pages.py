"""Lists of things as clients get them."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Listing(BaseModel, Generic[T]):
    """A numbered page; `total` counts everything that the same filters let through."""

    items: tuple[T, ...]
    total: int
    number: int
    pages: int


class Feed(BaseModel, Generic[T]):
    """Some items and the cursors to go on; null where there is nothing more."""

    items: tuple[T, ...]
    next: str | None
    previous: str | None
