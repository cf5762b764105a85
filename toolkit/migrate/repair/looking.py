"""What is half done in a database, as findings with the SQL that mends each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.findings import Finding, Fix, Report, Severity
from toolkit.migrate.journal.page import JournalPage, journal_page
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.standing import standings

# An index that somebody builds at this moment is invalid, too, and is nobody's leftover.
_INVALID: Final = text("""
SELECT index.indexrelid::regclass::text AS name, index.indrelid::regclass::text AS relation,
       class.relname ~ '_cc(new|old)[0-9]*$' AS is_copy, class.relname AS bare,
       EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conindid = index.indexrelid) AS is_constraint
  FROM pg_catalog.pg_index AS index JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
 WHERE NOT index.indisvalid AND class.relkind = 'i' AND class.relnamespace <> 'pg_toast'::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index AS progress
                    WHERE progress.index_relid = index.indexrelid)
 ORDER BY 1
""")

_PENDING_DETACH: Final = text("""
SELECT inhparent::regclass::text AS parent, inhrelid::regclass::text AS child
  FROM pg_catalog.pg_inherits WHERE inhdetachpending ORDER BY 1, 2
""")

_ORPHAN_ENUMS: Final = text("""
SELECT type.oid::regtype::text AS name,
       (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
          FROM pg_catalog.pg_enum WHERE enumtypid = type.oid) AS labels
  FROM pg_catalog.pg_type AS type
  JOIN pg_catalog.pg_namespace AS space ON space.oid = type.typnamespace
 WHERE type.typtype = 'e' AND space.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend
                    WHERE refclassid = 'pg_type'::regclass AND refobjid IN (type.oid, type.typarray)
                      AND deptype IN ('n', 'a') AND objid NOT IN (type.oid, type.typarray))
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend
                    WHERE classid = 'pg_type'::regclass AND objid = type.oid AND deptype = 'e')
 ORDER BY 1
""")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and what the journal says."""

    report: Report
    journal: JournalPage


def look(project: AlembicProject, database: Database) -> Found:
    """Everything that is half done. Raises what connecting and `standings` raise."""
    page = journal_page(project, database)
    findings = [*_versions(project, database)]
    with database.connect(Job.INSPECT) as connection:
        findings += [*_indexes(connection), *_detaches(connection), *_enums(connection)]
    findings += page.findings
    return Found(Report(tuple(findings), looked_at={"findings of the journal": len(page.findings)}), page)


def _versions(project: AlembicProject, database: Database) -> Iterator[Finding]:
    graph = project.graph()
    for standing in standings(project, database):
        for unknown in graph.unknown(standing.heads):
            yield Finding(
                "unknown-revision",
                Severity.ERROR,
                unknown,
                f"{standing.table.name} in {standing.database} holds {unknown}, which no file here carries.",
                {"table": standing.table.name, "heads": list(standing.heads)},
                Fix(
                    "Get the file back; or, if it is gone for good, say where the database stands: "
                    "`neonkit stamp --purge REVISION`."
                ),
            )


def _indexes(connection: Connection) -> Iterator[Finding]:
    for name, relation, is_copy, bare, is_constraint in connection.execute(_INVALID):
        if is_copy:
            sentence = f"An interrupted REINDEX CONCURRENTLY left {name} on {relation}; each write pays."
            fix = Fix("Drop it; the index it was to replace stands.", (f"DROP INDEX CONCURRENTLY {name}",))
            if bare.rstrip("0123456789").endswith("_ccold"):
                fix = Fix("Drop it; its replacement stands.", (f"DROP INDEX CONCURRENTLY {name}",))
        else:
            sentence = f"The index {name} on {relation} is invalid: no query uses it, each write pays for it."
            fix = Fix("Build it again.", (f"REINDEX INDEX CONCURRENTLY {name}",))
        rule = "index-copy-left" if is_copy else "index-invalid"
        evidence = {"table": relation, "constraint": is_constraint}
        yield Finding(rule, Severity.ERROR, name, sentence, evidence, fix)


def _detaches(connection: Connection) -> Iterator[Finding]:
    for parent, child in connection.execute(_PENDING_DETACH):
        yield Finding(
            "detach-pending",
            Severity.ERROR,
            child,
            f"DETACH CONCURRENTLY of {child} from {parent} was interrupted: it is neither in nor out.",
            {"parent": parent},
            Fix("Finish it.", (f"ALTER TABLE {parent} DETACH PARTITION {child} FINALIZE",)),
        )


def _enums(connection: Connection) -> Iterator[Finding]:
    for name, labels in connection.execute(_ORPHAN_ENUMS):
        yield Finding(
            "enum-orphan",
            Severity.WARNING,
            name,
            f"No column, function or default uses the enum {name} ({labels or 'no labels'}): an upgrade that "
            "makes it again fails.",
            {"labels": labels},
            Fix("Drop it, unless something outside the database needs it.", (f"DROP TYPE {name}",)),
        )
