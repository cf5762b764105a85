"""`neonkit isolation audit` with suppressions, a baseline and formats of others."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fixtures.command_line import Neonkit
from fixtures.isolation import World

from toolkit.isolation.doors import _KINDS
from toolkit.isolation.rules import CONDITIONAL, LEAK, RULES

ROOT = Path(__file__).parents[2] / "toolkit"
UNKNOWN_ONLY = {
    "isolation.other-door",
    "isolation.polymorphic-pointer",
    "isolation.probe",
    "isolation.verdict",
    "ownership.unread-table",
}
SETTINGS = """
[tool.neonkit.isolation]
owner_root = "users"
owner_columns = ["user_id"]
"""
IGNORE = """
[[tool.neonkit.ignore]]
rule = "isolation.row-security-not-forced"
reason = "the owner is nobody's login"
[[tool.neonkit.ignore]]
rule = "isolation.leak"
reason = "no verdict is ever lived with"
"""


def test_every_rule_is_listed() -> None:
    sources = [
        *(ROOT / "isolation").glob("*.py"),
        *(ROOT / "isolation" / "audit").glob("*.py"),
        *(ROOT / "models" / "ownership").glob("*.py"),
    ]
    text = "\n".join(path.read_text("utf-8") for path in sources if path.name != "rules.py")
    found = set(re.findall(r'"((?:isolation|ownership)\.[a-z-]+)"', text)) - UNKNOWN_ONLY
    found |= {f"isolation.{name}" for name, _ in _KINDS.values()}
    found |= {f"ownership.{name}" for name in re.findall(r'answer,\s+"([a-z-]+)"', text)}
    assert found | {LEAK, CONDITIONAL} == set(RULES)


def test_a_finding_is_lived_with_a_leak_never(neonkit: Neonkit, folder: Path, world: World) -> None:
    env = {"DATABASE_URL": world.url.reveal_plain()}
    world.run("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY")
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    (folder / "pyproject.toml").write_text(f"[tool.neonkit]\n{SETTINGS}{IGNORE}", "utf-8")
    ran = neonkit("isolation", "audit", "--json", env=env)
    assert ran.code == 7
    audit = ran.json["report"]["audit"]
    assert [each["finding"]["subject"] for each in audit["suppressed"]] == ["public.notes"]
    rules = [each["rule"] for each in audit["findings"]]
    assert "isolation.row-security-not-forced" not in rules
    assert "suppression-unused" in rules
    log = json.loads(neonkit("isolation", "audit", "--format", "sarif", env=env).out)
    results = {each["ruleId"]: each for each in log["runs"][0]["results"]}
    assert "suppressions" not in results[LEAK]
    assert results["isolation.row-security-not-forced"]["suppressions"][0]["kind"] == "external"


def test_a_baseline_of_findings(neonkit: Neonkit, folder: Path, world: World) -> None:
    env = {"DATABASE_URL": world.url.reveal_plain()}
    (folder / "pyproject.toml").write_text(f"[tool.neonkit]\n{SETTINGS}", "utf-8")
    world.run("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY")
    assert "isolation.row-security-not-forced" in neonkit("isolation", "audit", env=env).out
    assert neonkit("isolation", "audit", "--write-baseline", env=env).code == 0
    assert "isolation.row-security-not-forced" in (folder / "neonkit-baseline.json").read_text("utf-8")
    ran = neonkit("isolation", "audit", "--baseline", "neonkit-baseline.json", env=env)
    assert ran.code == 0
    assert "1 suppressed" in ran.out
