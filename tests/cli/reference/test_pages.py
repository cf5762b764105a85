"""docs/errors.md and docs/commands.md are what the program says now; running this file writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.cli.reference.pages import commands_page, errors_page
from toolkit.cli.reference.specification import Specification, specification

DOCS = Path(__file__).parents[3] / "docs"
PAGES: dict[str, Callable[[Specification], str]] = {"errors.md": errors_page, "commands.md": commands_page}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](specification(get_command(build())))


if __name__ == "__main__":
    described = specification(get_command(build()))
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(described), "utf-8")
