"""docs/lint.md is what the rules say now. `python tests/migrate/lint/test_page.py` writes it anew."""

from __future__ import annotations

from pathlib import Path

from toolkit.migrate.lint import rules, rules_page

PAGE = Path(__file__).parents[3] / "docs" / "lint.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == rules_page()


def test_every_rule_has_its_place() -> None:
    page = PAGE.read_text("utf-8")
    for rule in rules():
        assert f"\n### {rule.id}\n" in page


if __name__ == "__main__":
    PAGE.write_text(rules_page(), "utf-8")
