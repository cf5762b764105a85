"""Every rule on a real server: it speaks of its example, is silent about a near miss, and its fix works."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.advice import HIT, NEAR, REVISION, Bench, schema_of, settings_of

from toolkit.findings import Finding
from toolkit.schema.advice import Rule, advise, rules
from toolkit.sql.quoting import quote_identifier

EXPECTED = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))
pytestmark = pytest.mark.older
RULES = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


def said(rule: Rule, findings: list[Finding], place: str = HIT) -> set[str]:
    """Findings as `expected.toml` writes them."""
    schema = quote_identifier(schema_of(rule.id, place))
    found = set()
    for one in findings:
        subject = "." if one.subject == schema else one.subject
        subject = subject.removeprefix(f"{schema}.") if subject.startswith(schema) else subject
        subject = subject if subject == "." or one.subject.startswith(schema) else f"={subject}"
        found.add(subject if one.severity is rule.severity else f"{subject} {one.severity.word}")
    return found


def test_every_rule_is_tried() -> None:
    assert set(EXPECTED) == {rule.id for rule in rules()}
    assert len(rules()) >= 70


@pytest.fixture
def bench_for(bench: Bench, rule: Rule) -> Bench:
    """The bench, for a rule that means something on this server."""
    if bench.before.server.major < rule.since:
        pytest.skip(f"the question comes with PostgreSQL {rule.since}")
    return bench


@RULES
def test_it_speaks_of_its_example(bench_for: Bench, rule: Rule) -> None:
    assert [one for one in bench_for.failures.get(rule.id, []) if one.startswith(f"{HIT}: ")] == []
    wanted = set(EXPECTED[rule.id]["found"])
    findings = bench_for.found(rule.id, HIT)
    if any(subject.startswith("=") for subject in wanted):
        findings = bench_for.found(rule.id, None)
    assert said(rule, findings) == wanted
    for finding in findings:
        assert finding.sentence.endswith(".")
        assert "\n" not in finding.sentence
        assert finding.fix is not None
        assert finding.fix.text


@RULES
def test_it_is_silent_about_a_near_miss(bench_for: Bench, rule: Rule) -> None:
    assert [one for one in bench_for.failures.get(rule.id, []) if one.startswith(f"{NEAR}: ")] == []
    assert said(rule, bench_for.found(rule.id, NEAR), NEAR) == set()


@RULES
def test_its_fix_closes_it(bench_for: Bench, rule: Rule) -> None:
    """As SQL in one schema, as Alembic operations in another: both run, and nothing is left to say."""
    assert bench_for.failures.get(rule.id, []) == []
    is_global = any(subject.startswith("=") for subject in EXPECTED[rule.id]["found"])
    for place in (None,) if is_global else (HIT, REVISION):
        before = bench_for.found(rule.id, place)
        if any(one.fix is not None and one.fix.sql for one in before):
            assert said(rule, bench_for.found(rule.id, place, after=True)) == set()


@RULES
def test_operations_stand_beside_sql(bench_for: Bench, rule: Rule) -> None:
    for finding in bench_for.found(rule.id, HIT):
        assert finding.fix is not None
        assert bool(finding.fix.sql) == bool(finding.fix.operations)
        for code in finding.fix.operations:
            ast.parse(code)


@RULES
def test_without_what_it_needs_it_says_so(bench_for: Bench, rule: Rule) -> None:
    """Nothing is guessed, also where its example stands before it."""
    settings = replace(settings_of(rule.id), app_roles=())
    report = advise(bench_for.before, settings=settings)
    needs = {
        "statistics": rule.needs_statistics,
        "the application's role": rule.needs_app_role,
        "the models": rule.needs_models,
    }
    if any(needs.values()):
        (unknown,) = report.unknowns
        assert report.findings == ()
        assert unknown.rule == rule.id
        assert any(word in unknown.reason for word, needed in needs.items() if needed)
    else:
        assert rule.id not in {unknown.rule for unknown in report.unknowns}


@RULES
def test_its_text_is_whole(rule: Rule) -> None:
    for text in (rule.what, rule.why, rule.fix):
        assert text.endswith((".", ")"))
    assert rule.name
    assert "CREATE" in rule.example or "GRANT" in rule.example or "ALTER" in rule.example
