"""Measures what the examples do on a server that nobody else uses, and gives it as rows of the lock matrix.

Opens no connection of its own: the caller hands a way to connect to an empty database of a throw-away server,
as a superuser. Invariant: nothing here knows what a statement ought to do.
"""

from toolkit.sql.locks.measure.every import measure, measure_every

__all__ = ["measure", "measure_every"]
