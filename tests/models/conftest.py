"""Modules of models, written and forgotten again."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from fixtures.model_modules import Write

_numbers = count()


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Writes a module of a name of its own with a base of its own; forgets it afterwards."""
    names: list[str] = []

    def make(body: str) -> str:
        name = f"models_under_test_{next(_numbers)}"
        head = """
        from typing import Any, Literal
        import sqlalchemy as sa
        from sqlmodel import Column, Field, Integer, Relationship, SQLModel
        from toolkit.models import new_registry
        class Base(SQLModel, registry=new_registry()): pass
        """
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(head) + textwrap.dedent(body))
        names.append(name)
        return name

    yield make
    for name in names:
        sys.modules.pop(name, None)
