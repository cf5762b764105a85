"""A probe for people: a letter per relation and action, then every leak and every unknown with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.cli.isolation_statements import Statements, statement_lines
from toolkit.isolation import Verdict
from toolkit.isolation.probing import Action, Evidence, Probe, badness
from toolkit.reports.table import printable, table

_PASSES: Final = (Verdict.PROVEN, Verdict.HELD)
_SHORT: Final = {
    Action.INSERT: "insert",
    Action.CHANGE_OWNER: "owner",
}


def probe_text(probe: Probe, statements: Statements | None = None) -> str:
    """The whole probe, ending in the totals."""
    role = probe.subject.role
    headline = f"Role {role} on {probe.database}" if role else "The application's role is not known"
    if role is None:
        headline += "\nName it with --app-role ROLE, or as app_role in [tool.neonkit.isolation]."
    how = "nothing was executed" if probe.explained_only else "tried by two users, and rolled back"
    totals = ", ".join(f"{count} {verdict.value}" for verdict, count in probe.totals.items())
    parts = [
        f"{printable(headline)}: {how}.",
        _matrix(probe),
        "\n".join(_leaks(probe)),
        "\n".join(_unknowns(probe)),
        "\n".join(statement_lines(statements)),
        totals,
    ]
    return "\n\n".join(part for part in parts if part)


def _matrix(probe: Probe) -> str:
    """The worst verdict over the identities."""
    if not probe.evidence:
        return "nothing has an owner"
    relations = dict.fromkeys((each.relation, each.kind) for each in probe.evidence)
    worst: dict[tuple[str, Action], Verdict] = {}
    for each in probe.evidence:
        place = (each.relation, each.action)
        if place not in worst or badness(each.verdict) > badness(worst[place]):
            worst[place] = each.verdict
    rows = [
        [
            f"{name} ({kind.value})",
            *(worst[name, a].value[0] if (name, a) in worst else "" for a in Action),
        ]
        for name, kind in relations
    ]
    legend = ", ".join(f"{verdict.value[0]} {verdict.value}" for verdict in Verdict)
    listed = table(["relation", *(_SHORT.get(action, action.value) for action in Action)], rows)
    return f"{listed}\n{legend}: the worst over all identities."


def _leaks(probe: Probe) -> Iterator[str]:
    for each in probe.leaks:
        name = each.leak.id if each.leak is not None else "-"
        line = f"LEAK {name} {each.relation}: {each.action.value} as {each.identity.value}: {each.reason}"
        yield printable(line)
        if each.leak is not None:
            yield printable(f"  row {each.leak.key}; responsible: {each.leak.responsible}")
            yield from (printable(f"  closes it: {statement}") for statement in each.leak.closing)


def _unknowns(probe: Probe) -> Iterator[str]:
    """One line per relation and reason."""
    grouped: dict[tuple[str, str, str], list[Evidence]] = {}
    for each in probe.evidence:
        if each.verdict not in (*_PASSES, Verdict.LEAK):
            grouped.setdefault((each.verdict.value, each.relation, each.reason), []).append(each)
    for (verdict, relation, reason), evidence in grouped.items():
        actions = ", ".join(dict.fromkeys(each.action.value for each in evidence))
        identities = ", ".join(dict.fromkeys(each.identity.value for each in evidence))
        yield printable(f"{verdict} {relation} ({actions}; {identities}): {reason}")
    for name, why in sorted(probe.unclassified.items()):
        yield printable(f"UNKNOWN {name}: nobody said whose rows these are: {why}")
