"""The door to the renderers: a result and the name of a format in, text out.

A format takes the kinds of result it can show: JSON takes every result, the others take findings. A further
format is a module with one function, and one line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.findings import Report
from toolkit.reports.findings_text import findings_text
from toolkit.reports.github import github
from toolkit.reports.gitlab import gitlab
from toolkit.reports.json import as_json
from toolkit.reports.junit import junit
from toolkit.reports.markdown import markdown
from toolkit.reports.sarif import sarif

FORMATS: Mapping[str, tuple[type, Callable[[Any], str]]] = MappingProxyType(
    {
        "text": (Report, findings_text),
        "json": (object, as_json),
        "sarif": (Report, sarif),
        "junit": (Report, junit),
        "github": (Report, github),
        "gitlab": (Report, gitlab),
        "markdown": (Report, markdown),
    }
)
"""Format -> the kind of result it takes, and the renderer."""


def offers(result: object) -> tuple[str, ...]:
    """The formats that `result` can be rendered in."""
    return tuple(name for name, (kind, _) in FORMATS.items() if isinstance(result, kind))


def render(result: object, format: str) -> str:  # noqa: A002 - the word of the option
    """`result` in `format`. Raises `KeyError` for a format that `offers` does not name."""
    if format not in offers(result):
        raise KeyError(format)
    return FORMATS[format][1](result)
