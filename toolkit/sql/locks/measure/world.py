"""Makes the world of the examples, and looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.sql.locks.examples import world_sql
from toolkit.sql.locks.measure.sessions import Session, rows, run

_CLEAR: Final = """
drop publication if exists news;
drop schema if exists public cascade;
drop schema if exists elsewhere cascade;
create schema public;
"""
_QUIET: Final = """
do $$ declare found regclass; begin
  for found in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
    execute format('alter table %s set (autovacuum_enabled = off, toast.autovacuum_enabled = off)', found);
    execute format('analyze %s', found);
  end loop;
end $$;
"""
_RELATIONS: Final = """
select c.oid::int8, c.relname, c.relkind::text, coalesce(pg_relation_filenode(c.oid), 0)::int8, c.relpages,
       c.reltuples::int8
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind <> 'c'
"""
_READ: Final = """
select s.relid::int8, coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0),
       coalesce(io.heap_blks_read, 0) + coalesce(io.heap_blks_hit, 0)
from pg_stat_user_tables s join pg_statio_user_tables io using (relid)
"""
_INVALID: Final = """
select 'index', indexrelid::int8 from pg_index where not indisvalid
union all select 'constraint', oid::int8 from pg_constraint where not convalidated
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the world."""

    oid: int
    name: str
    kind: str
    """`pg_class.relkind`."""
    filenode: int
    pages: int
    tuples: int


@dataclass(frozen=True, slots=True)
class Counters:
    """What has been read of a table since it was made."""

    tuples: int = 0
    blocks: int = 0


def build_world(session: Session) -> None:
    """The world, new."""
    run(session, _CLEAR)
    run(session, world_sql(session.info.server_version // 10000))
    run(session, _QUIET)
    flush_counters(session)


def flush_counters(session: Session) -> None:
    """Make what the session has read so far visible to all, before something else is counted."""
    run(session, "select pg_stat_force_next_flush()")
    run(session, "select 1")


def look_at_relations(session: Session) -> dict[int, Relation]:
    """The world's relations by oid."""
    return {row[0]: Relation(*row) for row in rows(session, _RELATIONS)}


def read_counters(session: Session) -> dict[int, Counters]:
    """What has been read of each table."""
    return {oid: Counters(tuples, blocks) for oid, tuples, blocks in rows(session, _READ)}


def look_for_invalid(session: Session) -> frozenset[tuple[str, int]]:
    """The indexes and constraints that are not valid."""
    return frozenset((what, oid) for what, oid in rows(session, _INVALID))
