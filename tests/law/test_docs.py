"""Every snippet of the README and the docs runs, in a project that `neonkit demo` made.

- ```console: each line that begins with `$ neonkit` runs and exits 0, or N where it ends in `# exit N`.
- ```python: the blocks of a page run one after the other as one program.
- ```toml: parses.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures.published import faults
from fixtures.warm import Ended, Warm

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ELSEWHERE = {ROOT / "docs" / "tutorial.md"}
"""Done from its first line to its last by a test of its own."""
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ neonkit (?P<arguments>.*?)(?:\s+# exit (?P<code>\d+))?$", re.MULTILINE)
LINK = re.compile(r"\[[^]]*\]\((?!https?:|#)([^)#]+)")


@dataclass(frozen=True)
class Project:
    """A folder in which the demo has run."""

    directory: Path
    environment: dict[str, str]
    warm: Warm

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        """Run Python with `arguments` in the project."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def neonkit(self, arguments: list[str]) -> Ended:
        """Run a command line in the project."""
        return self.warm.run(arguments, self.directory, self.environment, seconds=120)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Iterator[Project]:
    """One demo project for all pages."""
    directory = tmp_path_factory.mktemp("docs")
    kept = {"PATH", "LANG", "HOME", "TMPDIR"}
    environment = {name: value for name, value in os.environ.items() if name in kept}
    made = Project(directory, environment, warm)
    try:
        for words in ("demo", "server stop", "server start", "server url"):
            shown = made.neonkit([*words.split(), "--json"])
            assert shown.code == 0, shown.err
            assert faults(words, json.loads(shown.out)) == [], words
        yield made
    finally:
        ended = made.neonkit(["server", "destroy", "--yes", "--json"])
    assert faults("server destroy", json.loads(ended.out)) == []


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for found, body in FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "console") and page not in ELSEWHERE], ids=named
)
def test_command_lines_run(page: Path, project: Project) -> None:
    lines = [found for body in blocks(page, "console") for found in COMMAND.finditer(body)]
    assert lines
    for found in lines:
        shown = project.neonkit(shlex.split(found["arguments"], comments=True))
        assert shown.code == int(found["code"] or 0), f"{found[0]}\n{shown.out}\n{shown.err}"


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=named)
def test_programs_run(page: Path, project: Project) -> None:
    shown = project.run(["-c", "\n".join(blocks(page, "python"))])
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")], ids=named)
def test_toml_parses(page: Path) -> None:
    for body in blocks(page, "toml"):
        assert tomllib.loads(body)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert broken == []
