"""Data: statements of revisions that change rows."""

from toolkit.migrate.lint.catalogue.data import changing

RULES = (
    changing.dml_unbounded,
    changing.dml_tautology,
    changing.dml_not_convergent,
    changing.ddl_plus_backfill,
    changing.insert_copies_table,
    changing.insert_not_repeatable,
)
