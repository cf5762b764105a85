"""Renderers of results and findings: values in, text out. Nothing here prints, and nothing shows a secret.

The names below load when they are first used; `table` at once, because its module has its name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toolkit.reports.table import table

if TYPE_CHECKING:
    from toolkit.reports.json import as_json as as_json
    from toolkit.reports.json import as_json_line as as_json_line
    from toolkit.reports.json import error_object as error_object
    from toolkit.reports.json import plain as plain
    from toolkit.reports.rendering import FORMATS as FORMATS
    from toolkit.reports.rendering import offers as offers
    from toolkit.reports.rendering import render as render

_HOMES = {
    "FORMATS": "rendering",
    "as_json": "json",
    "as_json_line": "json",
    "error_object": "json",
    "offers": "rendering",
    "plain": "json",
    "render": "rendering",
}

__all__ = [*_HOMES, "table"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept from then on: a module of the same name would otherwise hide what it holds.
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
