"""`lint`: what a revision would do to those who use the database, judged before it runs.

Rules look at statements, revisions and histories. A statement meets the world that the revisions before it
have made (`world`), and what it locks, rewrites and scans is the lock matrix's word (`toolkit.sql.locks`).
Invariants: no rule knows a lock by heart; what cannot be seen is an `Unknown`, never silence; every finding
of a revision carries the line of its file.

For rooms that have statements of their own, from a recorded run for instance:

    lint_statements([Written(sql, line, autocommit)], world=World(), server_major=18, live=None) -> Linted
    lint_revision([Written(...)], revision_id=..., path=..., source=Source.read(path), world=...) -> Linted
    Linted.per_statement: tuple[tuple[Finding, ...], ...]     one tuple per Written, in order
    Linted.findings, .unknowns, .all, .world                  the whole revision, and what exists after it
    world_of(snapshot) -> World                               what a database has, as a world to begin with
"""

from toolkit.migrate.lint.act import Act, Written
from toolkit.migrate.lint.errors import NotInGitError, UnknownLintRuleError, UnreadableSqlError
from toolkit.migrate.lint.lint import Linted, lint_revision, lint_statements
from toolkit.migrate.lint.live import Live, LiveTable, read_live
from toolkit.migrate.lint.page import rule_page, rules_page
from toolkit.migrate.lint.reading.source import Source
from toolkit.migrate.lint.registry import FAMILIES, rule_named, rules
from toolkit.migrate.lint.rule import Rule, Said
from toolkit.migrate.lint.world import World
from toolkit.migrate.lint.world.snapshots import world_of

__all__ = [
    "FAMILIES",
    "Act",
    "Linted",
    "Live",
    "LiveTable",
    "NotInGitError",
    "Rule",
    "Said",
    "Source",
    "UnknownLintRuleError",
    "UnreadableSqlError",
    "World",
    "Written",
    "lint_revision",
    "lint_statements",
    "read_live",
    "rule_named",
    "rule_page",
    "rules",
    "rules_page",
    "world_of",
]
