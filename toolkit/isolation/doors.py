"""Ways to the rows that lead past the tables: views, functions, children, foreign tables, grants to come.

The catalog alone says these; what lies behind a door stays unknown unless somebody tries it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolkit.findings import Finding, Fix, Severity
from toolkit.isolation import doors_sql
from toolkit.isolation.attempt import Stage
from toolkit.sql.quoting import quote_identifier

_KINDS: Final = {
    "m": ("materialised-view-open", "keeps rows that no policy filters"),
    "f": ("foreign-table-open", "has no row security: the other server decides"),
    "r": ("child-table-open", "is reached past the policies of its parent"),
    "p": ("child-table-open", "is reached past the policies of its parent"),
}


def door_findings(stage: Stage, owned: Sequence[str]) -> list[Finding]:
    """Every door that is open to the role; `owned` are the names of the owned tables."""
    role = quote_identifier(stage.role)
    relations = stage.observe(doors_sql.RELATIONS, role=stage.role)
    found = [each(row, role) for row in relations for each in (_relation, _barrier)]
    findings = [finding for finding in found if finding is not None]
    for row in stage.observe(doors_sql.FUNCTIONS, role=stage.role):
        findings += _function(row, role)
    findings += map(_default, stage.observe(doors_sql.DEFAULTS, role=stage.role))
    findings += map(_publication, stage.observe(doors_sql.PUBLICATIONS, names=list(owned)))
    return findings


def _relation(row: Mapping[str, Any], role: str) -> Finding | None:
    name, quoted, owner = row["name"], row["quoted"], row["owner"]
    if row["kind"] == "v":
        if row["invoker"]:
            return None
        whose = f"{owner}, whom no policy binds" if row["owner_exempt"] else owner
        return Finding(
            "isolation.view-with-owners-rights",
            Severity.ERROR if row["owner_exempt"] else Severity.WARNING,
            name,
            f"View {name} reads its tables as {whose}, not as the user who asks.",
            {"owner": owner, "owner exempt": row["owner_exempt"]},
            Fix("let it read as the user who asks", (f"ALTER VIEW {quoted} SET (security_invoker = true)",)),
        )
    rule, why = _KINDS[row["kind"]]
    return Finding(
        f"isolation.{rule}",
        Severity.ERROR if row["kind"] == "m" else Severity.WARNING,
        name,
        f"{name} {why}, and the role may use it.",
        {"owner": owner},
        Fix("take the right away", (f"REVOKE ALL ON {quoted} FROM {role}",)),
    )


def _barrier(row: Mapping[str, Any], _: str) -> Finding | None:
    """A view that is its own filter, and runs the user's conditions before it."""
    if row["kind"] != "v" or row["invoker"] or row["barrier"]:
        return None
    return Finding(
        "isolation.view-without-barrier",
        Severity.INFO,
        row["name"],
        f"View {row['name']} may run a user's condition on rows before its own hides them.",
        {"owner": row["owner"]},
        Fix("make it a barrier", (f"ALTER VIEW {row['quoted']} SET (security_barrier = true)",)),
    )


def _function(row: Mapping[str, Any], role: str) -> Iterator[Finding]:
    name, quoted = row["name"], row["quoted"]
    facts = {"owner": row["owner"]}
    if row["leakproof"]:
        yield Finding(
            "isolation.leakproof-function",
            Severity.WARNING,
            name,
            f"{name} is called LEAKPROOF, so it may be run on rows before the policies hide them.",
            facts,
            Fix("make it an ordinary function", (f"ALTER FUNCTION {quoted} NOT LEAKPROOF",)),
        )
    if not row["definer"]:
        return
    how = "a trigger runs it" if row["is_trigger"] else "the role may call it"
    yield Finding(
        "isolation.definer-function",
        Severity.WARNING,
        name,
        f"{name} acts as {row['owner']}, and {how}.",
        facts,
        Fix(
            "let it act as the caller, or take the right away",
            (f"ALTER ROUTINE {quoted} SECURITY INVOKER",)
            if row["is_trigger"]
            else (f"REVOKE EXECUTE ON ROUTINE {quoted} FROM PUBLIC, {role}",),
        ),
    )
    if not row["fixed"]:
        yield Finding(
            "isolation.definer-search-path",
            Severity.WARNING,
            name,
            f"{name} acts as {row['owner']} on whatever the caller's search_path finds.",
            facts,
            Fix("fix its search_path", (f"ALTER ROUTINE {quoted} SET search_path = pg_catalog, pg_temp",)),
        )


def _default(row: Mapping[str, Any]) -> Finding:
    return Finding(
        "isolation.default-privileges",
        Severity.INFO,
        row["name"],
        f"Tables that {row['maker']} makes in {row['name']} are open to the role at once"
        f" ({row['privileges']}), before they have a policy.",
        {"made by": row["maker"], "privileges": row["privileges"]},
    )


def _publication(row: Mapping[str, Any]) -> Finding:
    return Finding(
        "isolation.publication-without-filter",
        Severity.INFO,
        row["name"],
        f"Publication {row['publication']} sends every row of {row['name']}; policies do not count there.",
        {"publication": row["publication"]},
    )
