"""What a statement does: its kinds, the relations it names, and what they are to it.

Here: reading of syntax trees. Judging is the lock matrix's. Invariant: a kind is named only when the text and
the given knowledge leave no other reading; else it is the undetermined kind of its family, or `unknown`.
"""

from toolkit.sql.classify.classify import classify
from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.classify.knowledge import NOTHING_KNOWN, ConstraintKind, Knowledge, KnownFacts, Volatility
from toolkit.sql.classify.parts import Classified, Named, Part, RelationName, Role

__all__ = [
    "NOTHING_KNOWN",
    "Classified",
    "ConstraintKind",
    "Knowledge",
    "KnownFacts",
    "Named",
    "Part",
    "RelationName",
    "Role",
    "StatementKind",
    "Volatility",
    "classify",
]
