"""docs/isolation-threats.md is whole: every threat has a row, every rule and test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.isolation.rules import RULES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "isolation-threats.md"
LAST = {"A": 18, "B": 19, "C": 47}
_ROW = re.compile(r"^\| ([ABC]\d+) \| (.+?) \| (.+) \| (.+) \|$", re.MULTILINE)
UNKNOWNS = {"isolation.polymorphic-pointer"}


def rows() -> list[tuple[str, str, str, str]]:
    return [(row[1], row[2], row[3], row[4]) for row in _ROW.finditer(PAGE.read_text("utf-8"))]


def test_every_threat_has_its_row() -> None:
    wanted = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
    assert [id_ for id_, *_ in rows()] == wanted


def test_every_rule_it_names_exists_and_the_other_way_round() -> None:
    named = {
        rule for *_, how, _ in rows() for rule in re.findall(r"`((?:isolation|ownership)\.[a-z-]+)`", how)
    }
    assert named - UNKNOWNS <= set(RULES)
    of_the_audit = {rule for rule in RULES if rule.startswith("isolation.")}
    verdicts = {"isolation.leak", "isolation.conditional"}
    assert of_the_audit - named == verdicts


def test_every_test_is_there_and_what_is_not_seen_says_why() -> None:
    for id_, _, how, test in rows():
        if test == "-":
            assert re.search(r"not seen|not here|assumed|as B7", how), id_
        else:
            assert (ROOT / test.strip("`")).exists(), (id_, test)
