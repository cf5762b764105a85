"""Views that read as the user who asks, instead of as their owner."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import text

from toolkit.isolation.protect.roles import ROWS, is_new
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Stage, Step
from toolkit.models.shapes import table_name
from toolkit.schema.objects import MaterializedView, Qualified, Table, View

_INVOKER_SINCE: Final = 15
_ON: Final = ("security_invoker=true", "security_invoker=on", "security_invoker=1", "security_invoker=yes")
_KEPT: Final = "it keeps rows of everybody, and no policy filters a materialised view"
_INSTEAD: Final = "closes it, and a view WITH (security_barrier) over it can give own rows back"

_READS: Final = """
SELECT DISTINCT n.nspname::text AS schema, v.relname::text AS name, m.nspname::text AS read_schema,
       c.relname::text AS read_name
FROM pg_catalog.pg_class AS v
JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = v.oid
JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_catalog.pg_namespace AS m ON m.oid = c.relnamespace
WHERE v.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


def view_steps(site: Site, looked_at: Collection[str]) -> Iterator[Step | LeftOpen]:
    """For each view that the role may use and that leads to owned rows.

    `looked_at` are the owned tables that the role will be able to read for its policies' sake.
    """
    reads = _reads(site)
    everything: tuple[View | MaterializedView, ...] = (
        *site.snapshot.own(View),
        *site.snapshot.own(MaterializedView),
    )
    for view in everything:
        usable = site.rights(view.grants, view.owner) & ROWS
        if not usable or not _leads_to_owned(site, reads, view.qualified, set()):
            continue
        name = f"{view.schema}.{view.name}"
        if isinstance(view, MaterializedView):
            yield LeftOpen(
                name, f"{_KEPT}: REVOKE ALL ON {view.qualified} FROM {site.quoted_role} {_INSTEAD}"
            )
        elif not set(view.options) & set(_ON):
            yield _invoker(site, view, reads[view.qualified], looked_at)


def _invoker(site: Site, view: View, reads: set[Qualified], looked_at: Collection[str]) -> Step | LeftOpen:
    name = f"{view.schema}.{view.name}"
    if site.snapshot.server.major < _INVOKER_SINCE:
        return LeftOpen(name, "it reads as its owner, and this version has no security_invoker")
    hidden = sorted(str(each) for each in reads if not _readable(site, each, looked_at))
    if hidden:
        return LeftOpen(name, f"it reads as its owner, for the role may not read {', '.join(hidden)} itself")
    old = next((each for each in view.options if each.startswith("security_invoker=")), None)
    back = "RESET (security_invoker)" if old is None else f"SET ({old.replace('=', ' = ')})"
    head = f"ALTER VIEW {view.qualified}"
    return Step(
        Stage.POLICIES,
        name,
        "the view reads as the user who asks",
        (f"{head} SET (security_invoker = true)",),
        (f"{head} {back}",),
    )


def _readable(site: Site, name: Qualified, looked_at: Collection[str]) -> bool:
    """Whether the role may read the relation itself, in the end."""
    found = site.snapshot.relation(name)
    if found is None or not isinstance(found, Table | View | MaterializedView):
        return False
    known = table_name(*name)
    granted = is_new(site) and (site.grounds.table(known) is not None or known in site.grounds.shared)
    return granted or known in looked_at or "SELECT" in site.rights(found.grants, found.owner)


def _reads(site: Site) -> dict[Qualified, set[Qualified]]:
    found: dict[Qualified, set[Qualified]] = {}
    for row in site.stage.connection.execute(text(_READS)).mappings():
        view = Qualified(row["schema"], row["name"])
        found.setdefault(view, set()).add(Qualified(row["read_schema"], row["read_name"]))
    return found


def _leads_to_owned(
    site: Site, reads: dict[Qualified, set[Qualified]], name: Qualified, seen: set[Qualified]
) -> bool:
    if name in seen:
        return False
    seen.add(name)
    owned = {Qualified(table.shape.schema, table.shape.table) for table in site.grounds.owned}
    return any(each in owned or _leads_to_owned(site, reads, each, seen) for each in reads.get(name, ()))
