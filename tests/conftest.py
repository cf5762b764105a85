"""Loads the shared fixtures. Each theme has a module below `tests/fixtures`."""

pytest_plugins = ["fixtures.server", "fixtures.terminal"]
