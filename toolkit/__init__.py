"""neonkit: inspect, migrate, fill and prove the isolation of a PostgreSQL database.

Nothing is imported here: `neonkit --help` must not pay for a database driver.
"""

__version__ = "0.1.0"
