"""The schema as the statements so far have made it: what exists, since when, of which type, proven how.

Here: values and the one function that says what a statement changes. Invariant: a world knows only what it
saw being made; what it never saw is answered with None, which judges read as "may be anything".
"""

from toolkit.migrate.lint.world.changing import after
from toolkit.migrate.lint.world.things import Column, Constraint, Index, Table, View
from toolkit.migrate.lint.world.world import World

__all__ = ["Column", "Constraint", "Index", "Table", "View", "World", "after"]
