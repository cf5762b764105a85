"""Differences between two snapshots, whichever way they were come by.

Here: what differs, as data. Not here: SQL that closes a difference, and who is to blame for it.
"""

from toolkit.schema.diff.compare import compare
from toolkit.schema.diff.values import AttributeChange, ObjectChange, RenameCandidate, SchemaDiff

__all__ = ["AttributeChange", "ObjectChange", "RenameCandidate", "SchemaDiff", "compare"]
