"""What the measuring database's catalog says to classification."""

from __future__ import annotations

from typing import Final

from toolkit.sql.classify import ConstraintKind, KnownFacts, Volatility
from toolkit.sql.locks.measure.sessions import Session, rows

_COLUMNS: Final = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull or exists (
         select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.convalidated
           and pg_get_expr(k.conbin, c.oid) = format('(%%I IS NOT NULL)', a.attname))
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
"""
_CONSTRAINTS: Final = """
select c.relname, k.conname, k.contype::text from pg_constraint k join pg_class c on c.oid = k.conrelid
where k.connamespace = %s::regnamespace
"""
_TYPES: Final = """
select t.typname,
       t.typtype = 'd' and (t.typnotnull or exists (select from pg_constraint where contypid = t.oid))
from pg_type t where t.typnamespace = %s::regnamespace and t.typtype in ('d', 'e')
"""
_FUNCTIONS: Final = """
select proname, max(case provolatile when 'i' then 0 when 's' then 1 else 2 end) from pg_proc group by proname
"""
_KINDS: Final = {
    "c": ConstraintKind.CHECK,
    "f": ConstraintKind.FOREIGN_KEY,
    "u": ConstraintKind.UNIQUE,
    "p": ConstraintKind.PRIMARY_KEY,
    "x": ConstraintKind.EXCLUSION,
    "n": ConstraintKind.NOT_NULL,
}


def read_known_facts(session: Session, time_zone: str, schema: str = "public") -> KnownFacts:
    """The facts about one schema, and about a session with that time zone."""
    columns = rows(session, _COLUMNS, [schema])
    constraints = rows(session, _CONSTRAINTS, [schema])
    return KnownFacts(
        column_types={(table, column): written for table, column, written, _ in columns},
        proven_not_null={(table, column): proven for table, column, _, proven in columns},
        constraint_kinds={(table, name): _KINDS[kind] for table, name, kind in constraints if kind in _KINDS},
        volatilities={name: tuple(Volatility)[worst] for name, worst in rows(session, _FUNCTIONS)},
        constrained_domains=dict(rows(session, _TYPES, [schema])),
        utc=time_zone == "UTC",
    )
