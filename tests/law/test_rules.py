"""Every rule that a finding can carry has a page: `neonkit rule ID` tells it, a suppression may name it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.cli.rule import known_rules
from toolkit.findings import Finding
from toolkit.migrate.drift.report import rule_of
from toolkit.migrate.drift.values import Cause
from toolkit.suppression import OWN_RULES

ROOT = Path(__file__).parents[2] / "toolkit"
MAKERS = {Finding.__name__, "_finding", "_of_acceptance"}
"""What makes a finding takes its rule first, or by name."""
PREFIXED = {"ownership/report.py": "ownership."}
"""Files whose maker puts this before the rule."""


def rules_in(path: Path) -> Iterator[str]:
    """The rules that a module names where it makes findings."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        by_name = [given.value for given in node.keywords if given.arg == "rule"]
        made = isinstance(node.func, ast.Name) and node.func.id in MAKERS
        first = node.args[:2] if made else []
        for given in (*by_name, *first):
            for inner in ast.walk(given):
                value = named.get(inner.id) if isinstance(inner, ast.Name) else getattr(inner, "value", None)
                if isinstance(value, str) and is_rule(value):
                    yield value


def is_rule(word: str) -> bool:
    return word.replace("-", "").replace(".", "").isalpha() and word.islower() and "-" in word


FILES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if "tui" not in path.parts and any(sign in path.read_text("utf-8") for sign in ("rule=", "Finding("))
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_rule_has_a_page(path: Path) -> None:
    before = next((prefix for end, prefix in PREFIXED.items() if str(path).endswith(end)), "")
    found = {word if word.startswith(before) else before + word for word in rules_in(path)}
    assert found - known_rules() - set(OWN_RULES) == set()


def test_every_cause_of_drift_has_one() -> None:
    assert {rule_of(cause) for cause in Cause} <= known_rules()


def test_there_are_some() -> None:
    assert len({word for path in FILES for word in rules_in(path)}) > 60
