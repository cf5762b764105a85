"""What the catalog alone says against a table's policies, before anybody tries anything."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.findings import Finding, Fix, Severity
from toolkit.isolation.catalog import Policy, TableSecurity
from toolkit.isolation.grounds import sql_table
from toolkit.isolation.verdict import Subject, Verb

COMMANDS = {Verb.READ: "r", Verb.INSERT: "a", Verb.UPDATE: "w", Verb.DELETE: "d"}
"""The letter that `pg_policy.polcmd` has for each verb."""


def permits(policies: Iterable[Policy], table: str, verb: Verb) -> bool:
    """Whether any permissive policy for the verb applies to the role; without one nothing is allowed."""
    return any(
        p.table_name == table and p.applies and p.permissive and p.command in ("*", COMMANDS[verb])
        for p in policies
    )


def subject_findings(subject: Subject, preset: Iterable[tuple[str, str]]) -> list[Finding]:
    """What is wrong with the role itself."""
    found = []
    if subject.role is not None and subject.exempt:
        found.append(
            Finding(
                "isolation.role-ignores-policies",
                Severity.ERROR,
                subject.role,
                f"Role {subject.role} is a superuser or has BYPASSRLS: no policy binds it.",
                fix=Fix("Let the application act as a role without these attributes that owns no table."),
            )
        )
    if subject.role is not None and subject.exempt_ways:
        ways = ", ".join(subject.exempt_ways)
        found.append(
            Finding(
                "isolation.role-may-escape",
                Severity.WARNING,
                subject.role,
                f"Role {subject.role} is a member of {ways}, which the policies do not bind.",
                {"roles": list(subject.exempt_ways)},
            )
        )
    found += [
        Finding(
            "isolation.identity-preset",
            Severity.ERROR,
            subject.identity_setting,
            f"{subject.identity_setting} has a default for {role} in {database}: "
            "a session that names no user acts as that one.",
        )
        for role, database in preset
    ]
    return found


def table_findings(security: TableSecurity, policies: Iterable[Policy]) -> list[Finding]:
    """What is wrong with one table's row security."""
    own = [policy for policy in policies if policy.table_name == security.name]
    found = []
    if not security.enabled:
        sleeping = f", although it has {len(own)} policies" if own else ""
        found.append(
            Finding(
                "isolation.row-security-off",
                Severity.ERROR,
                security.name,
                f"Row security of {security.name} is off{sleeping}.",
                fix=_enable(security, "ENABLE"),
            )
        )
    elif not security.forced:
        found.append(
            Finding(
                "isolation.row-security-not-forced",
                Severity.ERROR if security.owned else Severity.WARNING,
                security.name,
                f"Row security of {security.name} does not bind its owner {security.owner}.",
                fix=_enable(security, "FORCE"),
            )
        )
    if security.can_truncate:
        found.append(
            Finding(
                "isolation.truncate-granted",
                Severity.ERROR,
                security.name,
                f"The role may TRUNCATE {security.name}, which obeys no policy.",
            )
        )
    return found + [finding for policy in own for finding in _policy_findings(policy)]


def _policy_findings(policy: Policy) -> list[Finding]:
    clauses = {"USING": policy.using_clause, "WITH CHECK": policy.check_clause}
    return [
        Finding(
            "isolation.policy-always-true",
            Severity.ERROR,
            policy.table_name,
            f"Policy {policy.name} on {policy.table_name} has {name} (true).",
            {"policy": policy.name, "clause": name},
        )
        for name, clause in clauses.items()
        if clause == "true" and policy.permissive and policy.applies
    ]


def _enable(security: TableSecurity, word: str) -> Fix:
    statement = f"ALTER TABLE {sql_table(security.name)} {word} ROW LEVEL SECURITY"
    return Fix(f"{word} row level security", sql=(statement,))
