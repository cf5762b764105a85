"""Asking the rules: which run, what they say as findings, and what they could not tell."""

from __future__ import annotations

from toolkit.findings import Finding, Report, Unknown
from toolkit.schema.advice.declared import Declared
from toolkit.schema.advice.registry import rule_named, rules
from toolkit.schema.advice.rule import Advice, Rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.advice.statistics import Statistics
from toolkit.schema.objects import Index, Key, Kind
from toolkit.schema.snapshot import Snapshot
from toolkit.settings.advice import AdviceSettings


def advise(
    snapshot: Snapshot,
    *,
    statistics: Statistics | None = None,
    settings: AdviceSettings | None = None,
    declared: Declared | None = None,
    about: Key | None = None,
) -> Report:
    """What the rules have to say about a database, the worst first.

    `about` keeps what concerns one object: a schema with all in it, a relation with its parts. A rule that
    lacks statistics, a role or the models is an `Unknown` of the report. Raises `UnknownRuleError` for a rule
    that `settings` names and that does not exist.
    """
    scope = Scope(snapshot, statistics, settings, declared)
    chosen = _chosen(scope.settings)
    findings: list[Finding] = []
    unknowns: list[Unknown] = []
    for rule in chosen:
        if snapshot.server.major < rule.since:
            continue
        if (reason := _lacking(rule, scope)) is not None:
            unknowns.append(Unknown(rule.id, snapshot.server.database, reason))
            continue
        for said in rule.check(scope):
            if about is not None and not (said.about and _concerns(snapshot, said.about, about)):
                continue
            if isinstance(said, Advice):
                findings.append(_finding(rule, said))
            else:
                subject = said.about.name if said.about else snapshot.server.database
                unknowns.append(Unknown(rule.id, subject, said.reason))
    findings.sort(key=lambda one: (-one.severity, one.rule, one.subject))
    return Report(tuple(findings), tuple(unknowns), _looked_at(scope, chosen))


def _chosen(settings: AdviceSettings) -> tuple[Rule, ...]:
    if not settings.only:
        also = {rule_named(id_).id for id_ in settings.also}
        return tuple(rule for rule in rules() if not rule.opt_in or rule.id in also)
    wanted = {rule_named(id_).id for id_ in settings.only}
    return tuple(rule for rule in rules() if rule.id in wanted)


def rules_asked(snapshot: Snapshot, report: Report, settings: AdviceSettings) -> frozenset[str]:
    """The rules that had the chance to speak about everything in `report`, an advice about the whole."""
    silent = {unknown.rule for unknown in report.unknowns}
    asked = (rule for rule in _chosen(settings) if snapshot.server.major >= rule.since)
    return frozenset(rule.id for rule in asked) - silent


def _lacking(rule: Rule, scope: Scope) -> str | None:
    if rule.needs_statistics and not scope.has_statistics:
        return "it needs statistics of the server, and none were read"
    if rule.needs_app_role and not scope.settings.app_roles:
        return "it needs to know the application's role, and none is configured"
    if rule.needs_models and scope.declared is None:
        return "it needs the models, and [tool.neonkit] names none"
    return None


def _finding(rule: Rule, said: Advice) -> Finding:
    severity = rule.severity if said.severity is None else said.severity
    return Finding(rule.id, severity, said.about.name, said.sentence, said.evidence, said.fix)


def _concerns(snapshot: Snapshot, subject: Key, about: Key) -> bool:
    if subject == about:
        return True
    path = subject.path
    if subject.kind is Kind.INDEX and isinstance(index := snapshot.objects.get(subject), Index):
        path = (index.schema, index.table, index.name)
    return len(path) > len(about.path) and path[: len(about.path)] == about.path


def _looked_at(scope: Scope, chosen: tuple[Rule, ...]) -> dict[str, int]:
    return {
        "rules": len(chosen),
        "tables": len(scope.every_table),
        "columns": sum(len(scope.parts(table.qualified).columns) for table in scope.every_table),
        "constraints": len(scope.constraints),
        "indexes": len(scope.indexes),
        "policies": sum(len(scope.policies(table.qualified)) for table in scope.every_table),
        "views": len(scope.views) + len(scope.materialized_views),
    }
