"""docs/errors.md and docs/commands.md are what the program says now; running this file writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from toolkit.cli.main import build, main
from toolkit.cli.reference.pages import commands_page, errors_page
from toolkit.cli.reference.specification import Specification, specification
from toolkit.errors import ExitCode

DOCS = Path(__file__).parents[3] / "docs"
PAGES: dict[str, Callable[[Specification], str]] = {"errors.md": errors_page, "commands.md": commands_page}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](specification(get_command(build())))


def test_the_exit_codes_offline_are_those_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "exit-codes"]) == 0
    shown = [
        line.split(None, 2) for line in capsys.readouterr().out.splitlines() if line[:4].strip().isdigit()
    ]
    page = (DOCS / "errors.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [(int(code), again, means) for code, again, means in shown] == [
        (int(code), again, means) for code, means, again in rows
    ]
    assert [int(row[0]) for row in rows] == [int(code) for code in ExitCode]


if __name__ == "__main__":
    described = specification(get_command(build()))
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(described), "utf-8")
