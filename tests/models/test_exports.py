"""The room's names load when they are used, and only then."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import toolkit.models as room


@pytest.mark.parametrize("name", sorted(room._HOMES))
def test_every_export_is_there(name: str) -> None:
    assert getattr(room, name) is not None


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(room.__file__).read_text(encoding="utf-8"))
    told = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("toolkit.models.")
        for alias in node.names
    }
    assert told == {name: f"toolkit.models.{home}" for name, home in room._HOMES.items()}


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(room, "nothing")  # noqa: B009 - as an import would ask


def test_shapes_and_ownership_load_neither_sqlmodel_nor_sqlalchemy() -> None:
    code = (
        "import sys, toolkit.models.ownership; print(sorted({'sqlmodel', 'sqlalchemy'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
