"""The findings of the ownership graph. A table without a known owner is never passed over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from toolkit.findings import Finding, Fix, Report, Severity, Unknown
from toolkit.models.ownership.agreement import agree
from toolkit.models.ownership.answers import OwnershipGraph, OwnershipKind, TableOwnership

_SECTION = "[tool.neonkit.isolation]"


def ownership_report(graph: OwnershipGraph) -> Report:
    """What is unclassified, ambiguous, nullable or assumed; `looked_at` counts the tables of each kind."""
    findings = [*_about_root(graph), *_about_rules(graph)]
    for answer in graph.tables.values():
        findings.extend(_about_table(graph, answer))
    counts = Counter(answer.kind.value for answer in graph.tables.values())
    return Report(
        tuple(findings), tuple(_unknowns(graph)), {"tables": len(graph.tables), **_every_kind(counts)}
    )


def _every_kind(counts: Counter[str]) -> dict[str, int]:
    """The counts in the order of the kinds, none left out."""
    return {kind.value: counts[kind.value] for kind in OwnershipKind}


def _about_root(graph: OwnershipGraph) -> Iterator[Finding]:
    if graph.root is not None and graph.root_assumed:
        yield Finding(
            rule="ownership.root-assumed",
            severity=Severity.INFO,
            subject=graph.root,
            sentence=f"{graph.root} was taken for the table of users, because nothing is declared.",
            fix=Fix(f'declare it: owner_root = "{graph.root}" in {_SECTION}'),
        )
    elif graph.root is None and not any(each.path for each in graph.tables.values()) and graph.tables:
        yield Finding(
            rule="ownership.no-root",
            severity=Severity.ERROR,
            subject="database",
            sentence="Nothing says which table holds the users, so no row has an owner.",
            evidence={"proposals": {each.table: each.evidence for each in graph.root_proposals}},
            fix=Fix(f'declare it: owner_root = "table", or owner_columns = ["user_id"], in {_SECTION}'),
        )


def _about_rules(graph: OwnershipGraph) -> Iterator[Finding]:
    for rule in graph.unused_rules:
        yield Finding(
            rule="ownership.rule-without-table",
            severity=Severity.WARNING,
            subject=rule.partition(": ")[2],
            sentence=f"The rule {rule} names a table that is not there.",
            fix=Fix(f"correct or remove it in {_SECTION}"),
        )


def _about_table(graph: OwnershipGraph, answer: TableOwnership) -> Iterator[Finding]:
    if answer.kind is OwnershipKind.UNCLASSIFIED:
        yield _finding(
            answer,
            "unclassified",
            Severity.ERROR,
            f"Nobody owns the rows of {answer.table}: {answer.reason}.",
            f'give it an owner column, or declare it: shared.{_toml(answer.table)} = "the reason"',
        )
    elif answer.kind is OwnershipKind.AMBIGUOUS:
        yield _finding(
            answer,
            "ambiguous",
            Severity.ERROR,
            f"Who owns the rows of {answer.table} is ambiguous: {answer.reason}.",
            f'declare the way: overrides."{answer.table}" = "column", or name it in owner_columns',
        )
    elif answer.kind is OwnershipKind.SHARED:
        yield from _about_shared(graph, answer)
    elif answer.path is not None and answer.path.nullable:
        yield _finding(
            answer,
            "nullable",
            Severity.WARNING,
            f"Rows of {answer.table} can have no owner: {answer.path} can be NULL.",
            "make the columns of the way NOT NULL",
        )
    if answer.kind is OwnershipKind.LINK and not agree(graph.shapes, answer.paths):
        yield _finding(
            answer,
            "link-unguarded",
            Severity.WARNING,
            f"{answer.table} can join rows of two users: nothing keeps its parents' owners equal.",
            "carry the owner in the link and in both foreign keys",
        )


def _about_shared(graph: OwnershipGraph, answer: TableOwnership) -> Iterator[Finding]:
    shape = graph.shapes[answer.table]
    if not answer.reason.strip():
        yield _finding(
            answer,
            "shared-without-reason",
            Severity.WARNING,
            f"{answer.table} is declared as shared without a reason.",
            "write the reason",
        )
    to_root = ["+".join(key.columns) for key in shape.foreign_keys if key.target == graph.root]
    if to_root:
        yield _finding(
            answer,
            "shared-with-owner",
            Severity.WARNING,
            f"{answer.table} is declared as shared, yet {', '.join(to_root)} names a user.",
            "remove the declaration, or say in its reason why the column names no owner",
        )


def _unknowns(graph: OwnershipGraph) -> Iterator[Unknown]:
    for shape in graph.shapes.values():
        for key in shape.foreign_keys:
            if key.target not in graph.shapes:
                reason = f"the foreign key leads to {key.target}, which was not read"
                yield Unknown("ownership.unread-table", f"{shape.name}.{'+'.join(key.columns)}", reason)


def _finding(answer: TableOwnership, rule: str, severity: Severity, sentence: str, fix: str) -> Finding:
    evidence = {"paths": [str(path) for path in answer.paths]}
    return Finding(f"ownership.{rule}", severity, answer.table, sentence, evidence, Fix(fix))


def _toml(key: str) -> str:
    """A key as TOML writes it."""
    return json.dumps(key, ensure_ascii=False)
