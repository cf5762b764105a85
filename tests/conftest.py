"""Loads the shared fixtures. Each theme has a module below `tests/fixtures`."""

pytest_plugins = [
    "fixtures.warm",  # first: others import it, and it must be loaded as a plugin before
    "fixtures.alembic_projects",
    "fixtures.blocking",
    "fixtures.cockpit",
    "fixtures.checked",
    "fixtures.command_line",
    "fixtures.demo",
    "fixtures.drift",
    "fixtures.exporting",
    "fixtures.isolation",
    "fixtures.isolation_mutants",
    "fixtures.library",
    "fixtures.linting",
    "fixtures.neon_api",
    "fixtures.neon_front",
    "fixtures.server",
    "fixtures.terminal",
    "fixtures.sitting",  # imports the one before
    "fixtures.transfer",
    "fixtures.import_batches",  # these two import the one before, which must be a plugin first
    "fixtures.judging",
    "fixtures.acceptance",  # last: it imports others, which must be loaded as plugins first
]
