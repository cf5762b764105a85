"""The 50 acceptance checks are whole: each has its proof, and every test that is named is there."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance.tui.checks import PAGE, page, read

ROOT = Path(__file__).parents[2]
CHECKS = read()
NAMED = {test for check in CHECKS for test in check.tests}
FILES = sorted({name.partition("::")[0] for name in NAMED})


def test_every_check_has_its_proof_or_says_what_none_can_prove() -> None:
    assert [check.number for check in CHECKS] == list(range(1, 51))
    assert [check.number for check in CHECKS if not check.tests and not check.beside] == []


def test_every_test_that_is_named_is_written() -> None:
    written = {
        f"{file}::{node.name}"
        for file in FILES
        for node in ast.parse((ROOT / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert NAMED - written == set()


@pytest.mark.slow
def test_every_test_that_is_named_is_collected() -> None:
    plain = ("--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *FILES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert listed.returncode == 0, listed.stdout[-2000:] + listed.stderr
    assert NAMED - {line.partition("[")[0] for line in listed.stdout.splitlines()} == set()


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(CHECKS), "python -m acceptance.tui.checks in tests writes it anew"
