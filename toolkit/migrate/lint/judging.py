"""Asking the rules: what they say of acts and revisions, as findings with places and severities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.database.activity.sample import without_passwords
from toolkit.findings import Finding, Fix, Location, Unknown
from toolkit.migrate.lint.act import Act, Unread
from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.impact import live_evidence, scaled
from toolkit.migrate.lint.registry import FALLBACK, of_history, of_revisions, of_statements, rules
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, Rule, Said
from toolkit.migrate.lint.unmeasured import NOT_MEASURED, NOT_READ, reason_of_unmeasured

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of one revision."""

    per_act: tuple[tuple[Finding, ...], ...]
    """One tuple per act, in order."""
    findings: tuple[Finding, ...]
    """Those on the revision as a whole, and those of several acts."""
    unknowns: tuple[Unknown, ...]

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding."""
        return (*(one for found in self.per_act for one in found), *self.findings)


def judge_acts(
    acts: Sequence[Act], path: str, off: frozenset[str] = frozenset()
) -> Mapping[int, list[Finding]]:
    """The findings of the statement rules, by the number of the act."""
    return {act.number: _of_act(act, path, off) for act in acts}


def _of_act(act: Act, path: str, off: frozenset[str]) -> list[Finding]:
    if {rule.id for rule in rules()} <= off:
        return []
    # Rules that are off are asked, too: what they would say is not for the fallback to say instead.
    said = [(rule, one) for rule in of_statements() for one in rule.check(act)]
    if not any((one.severity or rule.severity) is ERROR for rule, one in said):
        said += [(rule, one) for rule in FALLBACK for one in rule.check(act)]
    return [finding_of(rule, one, act.revision, path, act) for rule, one in said if rule.id not in off]


def judge_revision(scope: RevisionScope, path: str, off: frozenset[str] = frozenset()) -> Judged:
    """All that the rules say of a revision."""
    found = judge_acts(scope.acts, path, off)
    whole: list[Finding] = []
    for rule in of_revisions():
        if rule.id in off:
            continue
        for said in rule.check(scope):
            finding = finding_of(rule, said, scope.id, path, said.act)
            if said.act is not None and said.act in scope.acts:
                found[said.act.number].append(finding)
            else:
                whole.append(finding)
    per_act = tuple(tuple(found[act.number]) for act in scope.acts)
    return Judged(per_act, tuple(whole), tuple(_unknowns(scope, path)))


def judge_history(scope: HistoryScope, off: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """What the rules say of the history as a whole; places are those that the rules name."""
    found = []
    for rule in of_history():
        for said in rule.check(scope) if rule.id not in off else ():
            revision = scope.graph.get(said.subject)
            place, line = (str(revision.path), revision.line) if revision is not None else ("", None)
            if scope.environment is not None and rule.id.startswith("env-"):
                place = str(scope.environment.path)
            said = replace(said, line=said.line or line or 1)
            found.append(finding_of(rule, said, said.subject, place, said.act))
    return tuple(found)


def finding_of(rule: Rule, said: Said, revision: str, path: str, act: Act | None) -> Finding:
    """What a rule said, as a finding."""
    severity = said.severity or rule.severity
    evidence: dict[str, Any] = dict(said.evidence)
    line = said.line
    if act is not None:
        severity = scaled(severity, act, said.about)
        evidence |= live_evidence(act, said.about)
        evidence["statement"] = _short(act.text)
        line = line or act.line
    return Finding(
        rule=rule.id,
        severity=severity,
        subject=said.subject or ", ".join(map(str, said.about)) or revision,
        sentence=said.sentence,
        evidence=evidence,
        fix=said.fix or _fix(rule),
        location=Location(path, line) if path else None,
    )


def _fix(rule: Rule) -> Fix:
    return Fix(f"{rule.safe} `neonkit rule {rule.id}` shows how." if rule.safe_sql else rule.safe)


def _short(text: str) -> str:
    flat = " ".join(without_passwords(text).split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 3] + "..."


def _unknowns(scope: RevisionScope, path: str) -> Iterable[Unknown]:
    if scope.rendered.up is None:
        at = f":{scope.rendered.line}" if scope.rendered.line else ""
        reason = f"its statements are not known: {scope.rendered.reason}"
        yield Unknown(NOT_READ, f"{path or scope.id}{at}", reason)
    for unread in scope.unread:
        yield Unknown(NOT_READ, _at(path or scope.id, unread), f"it does not parse: {unread.reason}")
    for act in scope.acts:
        if (why := reason_of_unmeasured(act)) is not None:
            yield Unknown(NOT_MEASURED, _at(path or scope.id, act), why)


def _at(path: str, thing: Unread | Act) -> str:
    return f"{path}:{thing.line}" if thing.line else path
