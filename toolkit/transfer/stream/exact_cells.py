"""One column through the exact coercion, cell by cell: for types without a native vector, JSON above all.

The row around it stays on the fast road.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from toolkit.transfer.sources.exact_json import ExactDecoder, skip_space
from toolkit.transfer.values.coerce import Coercion
from toolkit.transfer.values.unfit import UnfitError

_DEPTH: Final = 50
"""With at most so many brackets a value cannot make its record too deep."""


def exact_cells(coerce: Coercion) -> Callable[[Sequence[str], str], tuple[list[str], list[int]]]:
    """Texts of JSON values into texts of cells; what has a flaw or does not fit is doubtful."""
    decoder = ExactDecoder()

    def cells(values: Sequence[str], _: str) -> tuple[list[str], list[int]]:
        texts: list[str] = []
        doubtful: list[int] = []
        for position, text in enumerate(values):
            made = _cell(decoder, coerce, text)
            if made is None:
                doubtful.append(position)
            texts.append(made or "")
        return texts, doubtful

    return cells


def _cell(decoder: ExactDecoder, coerce: Coercion, text: str) -> str | None:
    if text.count("[") + text.count("{") > _DEPTH:
        return None
    try:
        value, end, flaws = decoder.decode(text, 0)
        if flaws or skip_space(text, end) < len(text):
            return None
        return coerce(value)
    except (json.JSONDecodeError, UnfitError):
        return None
