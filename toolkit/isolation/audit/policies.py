"""What is suspicious in a policy's words, whatever the attempts showed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.findings import Finding, Fix, Severity
from toolkit.isolation.audit.site import MINE, OURS, TABLE, Site
from toolkit.isolation.catalog import Policy
from toolkit.isolation.grounds import sql_name, sql_table

_SETTING: Final = re.compile(r"current_setting\('((?:[^']|'')*)'")
_BARE_SETTING: Final = re.compile(
    r"(NULLIF\()?current_setting\('((?:[^']|'')*)'(?:::text)?, true\)(\)?::\w+)?"
)
_SESSION_ROLE: Final = re.compile(r"\b(CURRENT_USER|SESSION_USER|CURRENT_ROLE)\b")

_FOR_PUBLIC: Final = f"""
SELECT {TABLE} AS name, p.polname AS policy
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {TABLE} = ANY (:names) AND 0 = ANY (p.polroles) AND p.polpermissive
ORDER BY 1, 2
"""

_FOLDED: Final = f"""
SELECT DISTINCT {TABLE} AS name, p.polname AS policy,
       pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname,
                         pg_catalog.pg_get_function_identity_arguments(f.oid)) AS function
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
JOIN pg_catalog.pg_proc AS f ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND f.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.pronamespace AND fn.nspname <> 'pg_catalog'
WHERE {TABLE} = ANY (:names) AND f.provolatile = 'i'
  AND (f.pronargs = 0 OR f.prosrc ~* 'current_setting|current_user|session_user|\\mselect\\M.*\\mfrom\\M')
ORDER BY 1, 2, 3
"""

_READ_BY_POLICIES: Final = f"""
WITH read AS (
  SELECT DISTINCT p.polname AS policy, p.polrelid, d.refobjid AS oid
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> p.polrelid)
SELECT pg_catalog.format('%I.%I', tn.nspname, t.relname) AS guarded, read.policy, {TABLE} AS name,
       NOT c.relrowsecurity OR c.relkind <> 'r' AND c.relkind <> 'p'
         OR NOT c.relforcerowsecurity AND pg_catalog.pg_has_role(CAST(:role AS name), c.relowner, 'USAGE')
         AS unguarded,
       c.relrowsecurity AND EXISTS (
         SELECT FROM pg_catalog.pg_policy AS w
         WHERE w.polrelid = c.oid AND w.polpermissive AND w.polcmd IN ('a', 'w', '*')
           AND pg_catalog.pg_get_expr(coalesce(w.polwithcheck, w.polqual), w.polrelid) = 'true'
       ) AS open_check,
       (SELECT pg_catalog.string_agg(DISTINCT a.privilege_type, ', ')
        FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS a
        WHERE {MINE} AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')) AS privileges
FROM read
JOIN pg_catalog.pg_class AS t ON t.oid = read.polrelid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = read.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {OURS}
ORDER BY 1, 2, 3
"""


def policy_findings(site: Site) -> Iterator[Finding]:
    """Everything that the words of the policies say."""
    for policy in site.policies:
        yield from _clauses(site, policy)
        yield from _not_for_the_role(site, policy)
    for row in site.ask(_FOR_PUBLIC):
        yield Finding(
            "isolation.policy-for-public",
            Severity.INFO,
            row["name"],
            f"Policy {row['policy']} on {row['name']} is for every role, those to come too.",
            {"policy": row["policy"]},
            Fix(
                "name the role",
                (
                    (
                        f"ALTER POLICY {sql_name(row['policy'])} ON {sql_table(row['name'])}"
                        f" TO {sql_name(site.stage.role)}"
                    ),
                ),
            ),
        )
    for row in site.ask(_FOLDED):
        yield Finding(
            "isolation.identity-folded",
            Severity.ERROR,
            row["name"],
            f"Policy {row['policy']} calls {row['function']}, which is IMMUTABLE: a kept plan serves the next"
            " user with the last one's answer.",
            {"policy": row["policy"], "function": row["function"]},
            Fix("say the truth of it", (f"ALTER FUNCTION {row['function']} STABLE",)),
        )
    yield from _self_granted(site)


def _clauses(site: Site, policy: Policy) -> Iterator[Finding]:
    """What one policy's clauses mention."""
    text = " ".join(filter(None, (policy.using_clause, policy.check_clause)))
    facts = {"policy": policy.name}
    where = f"Policy {policy.name} on {policy.table_name}"
    identity = site.subject.identity_setting.lower()
    others = sorted({name for name in _SETTING.findall(text) if "." in name and name.lower() != identity})
    if others and policy.permissive:
        yield Finding(
            "isolation.bypass-setting",
            Severity.ERROR,
            policy.table_name,
            f"{where} also reads {', '.join(others)}, which any statement of the session may set.",
            {**facts, "settings": others},
            Fix("let nothing but the identity decide"),
        )
    plain = [m for m in _BARE_SETTING.finditer(text) if m[2].lower() == identity and not (m[1] or m[3])]
    if plain:
        yield Finding(
            "isolation.identity-read-plainly",
            Severity.WARNING,
            policy.table_name,
            f"{where} compares {site.subject.identity_setting} as text: unset, it reads as '' later in a"
            " session, and matches rows whose owner is ''.",
            facts,
            Fix(f"nullif(current_setting('{site.subject.identity_setting}', true), '')"),
        )
    if named := sorted(set(_SESSION_ROLE.findall(text))):
        yield Finding(
            "isolation.policy-names-role",
            Severity.WARNING,
            policy.table_name,
            f"{where} asks for {', '.join(named)}, which is the same for all users of one role.",
            facts,
        )


def _not_for_the_role(site: Site, policy: Policy) -> Iterator[Finding]:
    if policy.applies or policy.permissive or site.subject.role is None:
        return
    yield Finding(
        "isolation.restriction-not-for-role",
        Severity.WARNING,
        policy.table_name,
        f"The restrictive policy {policy.name} on {policy.table_name} is not for {site.stage.role}:"
        " it restrains the role in nothing.",
        {"policy": policy.name},
        Fix("name the role in it"),
    )


def _self_granted(site: Site) -> Iterator[Finding]:
    """Tables by which policies decide, and in which the role may write what it likes."""
    for row in site.ask(_READ_BY_POLICIES):
        if not row["privileges"] or not (row["unguarded"] or row["open_check"]):
            continue
        yield Finding(
            "isolation.self-granted",
            Severity.ERROR,
            row["name"],
            f"Policy {row['policy']} of {row['guarded']} believes {row['name']}, where the role may"
            f" {row['privileges']} for anybody: a user may let itself in.",
            {"policy": row["policy"], "privileges": row["privileges"]},
            Fix("guard the table that decides, or take the right to write there away"),
        )
