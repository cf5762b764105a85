"""The house rules that a machine can check: sizes, names, module texts, words not to be written."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
BAG_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

FORBIDDEN_WORDS = re.compile(
    r"pypi\.|files\.pythonhosted|registry\.npmjs|deb\.debian|/root/|/home/\w+/|/work/", re.IGNORECASE
)


def files(*suffixes: str) -> list[Path]:
    """Every file that git tracks or would track, with one of the suffixes."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if name.endswith(suffixes) and (ROOT / name).is_file()]


SOURCES = files(".py")
PACKAGE = [path for path in SOURCES if path.is_relative_to(ROOT / "toolkit")]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_is_one_thing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= LONGEST_FILE
    assert not BAG_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    long_functions = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long_functions == []


@pytest.mark.parametrize("path", PACKAGE, ids=named)
def test_a_module_says_what_lives_in_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("path", PACKAGE, ids=named)
def test_what_is_public_is_explained(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unexplained = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert unexplained == []


def test_the_median_file_is_small() -> None:
    sizes = [path.read_text(encoding="utf-8").count("\n") for path in PACKAGE]
    assert statistics.median(sizes) < 150


@pytest.mark.parametrize("path", files(".py", ".md", ".toml", ".txt", ".ini", "Makefile", "run"), ids=named)
def test_no_address_of_a_registry_and_no_path_of_a_machine(path: Path) -> None:
    if path == Path(__file__):
        return
    found = FORBIDDEN_WORDS.findall(path.read_text(encoding="utf-8"))
    assert found == []
