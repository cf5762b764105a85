"""The application's role and its rights: no more than rows, and nothing that policies do not see.

Rights are given to a role that has none on any owned table; a role that has some knows what it needs.
TRUNCATE, REFERENCES, TRIGGER and MAINTAIN obey no policy and are taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from toolkit.isolation.grounds import OwnedTable
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Stage, Step
from toolkit.models.shapes import split_table_name
from toolkit.schema.ddl.privileges import default_privilege_statements, grant_statements
from toolkit.schema.objects import (
    DefaultPrivileges,
    Grant,
    Grants,
    Key,
    Kind,
    Qualified,
    Schema,
    Sequence,
    Table,
)
from toolkit.sql.quoting import quote_identifier, quote_literal

ROWS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_PAST_POLICIES: Final = frozenset({"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"})


def role_step(site: Site) -> Iterator[Step]:
    """Make the role, if it does not exist."""
    if site.role_object is not None:
        return
    role, name = site.quoted_role, quote_literal(site.role)
    made = f"""
DO $$
BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {name} AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'the role exists and ignores policies';
    END IF;
END
$$"""
    dropped = f"""
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_auth_members AS membership
        JOIN pg_catalog.pg_roles AS granted ON granted.oid = membership.roleid
        JOIN pg_catalog.pg_roles AS member ON member.oid = membership.member
        WHERE granted.rolname = {name} AND member.rolname <> current_user
    ) THEN
        RAISE NOTICE 'the role stays: it has members';
    ELSE
        DROP ROLE IF EXISTS {role};
    END IF;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
    RAISE NOTICE 'the role stays: %', SQLERRM;
END
$$"""
    does = "a role that bypasses nothing, owns nothing and cannot log in"
    yield Step(Stage.POLICIES, site.role, does, (made.strip(),), (dropped.strip(),))


def is_new(site: Site) -> bool:
    """Whether the role has no right on any owned table yet."""
    return not any(may_now(site, table) & ROWS for table in site.grounds.owned)


def may_now(site: Site, table: OwnedTable) -> frozenset[str]:
    """What the role may do with the table today, on some column at least."""
    found = site.table(table)
    columns = {
        grant.privilege
        for column in site.parts(table).columns
        for grant in column.grants
        if grant.to_public or grant.grantee in site.acts_as
    }
    return site.rights(found.grants, found.owner) | columns


def grant_steps(site: Site, looked_at: Collection[str]) -> Iterator[Step]:
    """Rights for a role that has none: rows of owned tables, reading of shared ones, the way to them.

    Another role gets to read what our policies look at, for they look with the rights of whoever asks.
    """
    if not is_new(site):
        for table in site.grounds.owned:
            if table.name in looked_at and "SELECT" not in may_now(site, table):
                yield _granted(site, table.name, f"TABLE {table.quoted}", frozenset({"SELECT"}))
        return
    schemas = dict.fromkeys(table.shape.schema for table in site.grounds.owned)
    for name in schemas:
        schema = site.snapshot.objects.get(Key(Kind.SCHEMA, (name,)))
        if isinstance(schema, Schema) and "USAGE" not in site.rights(schema.grants, schema.owner):
            yield _granted(site, name, f"SCHEMA {quote_identifier(name)}", frozenset({"USAGE"}))
    for table in site.grounds.owned:
        yield _granted(site, table.name, f"TABLE {table.quoted}", ROWS)
    for name in site.grounds.shared:
        shared = site.snapshot.objects.get(Key(Kind.TABLE, split_table_name(name)))
        if isinstance(shared, Table) and "SELECT" not in site.rights(shared.grants, shared.owner):
            yield _granted(site, name, f"TABLE {shared.qualified}", frozenset({"SELECT"}))
    for sequence in _sequences(site):
        target = Qualified(sequence.schema, sequence.name)
        yield _granted(site, f"{sequence.schema}.{sequence.name}", f"SEQUENCE {target}", frozenset({"USAGE"}))


def _sequences(site: Site) -> Iterator[Sequence]:
    """Those that fill columns of owned tables, and ask the user for a right to."""
    owned = {(table.shape.schema, table.shape.table) for table in site.grounds.owned}
    for sequence in site.snapshot.own(Sequence):
        by = sequence.owned_by
        fills = by is not None and not sequence.identity and (by.schema, by.table) in owned
        if fills and not site.rights(sequence.grants, sequence.owner) & {"USAGE", "UPDATE"}:
            yield sequence


def _granted(site: Site, subject: str, target: str, privileges: frozenset[str]) -> Step:
    grants = tuple(sorted(Grant(site.role, privilege) for privilege in privileges))
    does = f"the role gets {', '.join(sorted(privileges))}"
    return Step(
        Stage.POLICIES,
        subject,
        does,
        tuple(grant_statements(target, (), grants)),
        tuple(grant_statements(target, grants, ())),
    )


def revoke_steps(site: Site, table: OwnedTable) -> Iterator[Step]:
    """Take away what obeys no policy: on the table, and everything on its partitions and children."""
    yield from _revoked(site, site.table(table), _PAST_POLICIES)
    for child in _below(site, site.table(table)):
        yield from _revoked(site, child, ROWS | _PAST_POLICIES)


def _revoked(site: Site, table: Table, privileges: frozenset[str]) -> Iterator[Step]:
    gone: Grants = tuple(
        grant
        for grant in table.grants
        if grant.privilege in privileges
        and (grant.to_public or grant.grantee == site.role)
        and table.owner != site.role
    )
    if gone:
        listed = ", ".join(sorted({grant.privilege for grant in gone}))
        target = f"TABLE {table.qualified}"
        back = tuple(grant_statements(target, (), gone))
        subject = f"{table.schema}.{table.name}"
        does = f"nobody but its owner keeps {listed}" if any(g.to_public for g in gone) else f"no {listed}"
        yield Step(Stage.POLICIES, subject, does, tuple(grant_statements(target, gone, ())), back)


def _below(site: Site, table: Table) -> Iterator[Table]:
    for each in site.snapshot.of(Table):
        if each.partition_of == table.qualified or table.qualified in each.inherits:
            yield each
            yield from _below(site, each)


def default_privilege_steps(site: Site) -> Iterator[Step]:
    """Tables to come are closed to the role until they have a policy."""
    for each in site.snapshot.of(DefaultPrivileges):
        if each.object_type != "tables" or each.role in site.acts_as:
            continue
        kept = tuple(grant for grant in each.grants if not (grant.to_public or grant.grantee == site.role))
        if kept != each.grants:
            where = each.schema or "every schema"
            yield Step(
                Stage.POLICIES,
                where,
                f"tables that {each.role} will make are closed at first",
                tuple(default_privilege_statements(replace(each, grants=kept), each.grants)),
                tuple(default_privilege_statements(each, kept)),
            )


def left_open(site: Site) -> Iterator[LeftOpen]:
    """What about the role only a person can decide."""
    for table in site.grounds.owned:
        if site.table(table).owner in site.acts_as:
            reason = f"role {site.role} owns it and may switch row security off; give it to another owner"
            yield LeftOpen(table.name, reason)
