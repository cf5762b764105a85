"""The base of the application's tables: metadata of its own, constraints named by convention."""

from __future__ import annotations

from typing import Any, Final

from sqlmodel import SQLModel

from toolkit.models import new_registry


class Base(SQLModel, registry=new_registry()):
    """What every table of this application inherits; `Base.metadata` holds them and nothing else."""


NOT_LAZILY: Final[dict[str, Any]] = {"lazy": "raise_on_sql"}
"""For relationships that would load without end: who needs one says so in the query (`selectinload`)."""
