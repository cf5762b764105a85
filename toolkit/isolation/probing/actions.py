"""What is tried, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from toolkit.isolation.verdict import Verb


class Action(Enum):
    """One way to reach a row of another user."""

    READ = "read"
    LOCK = "lock"
    """`FOR UPDATE` and `FOR SHARE`: needs the rules for reading and for updating."""
    INSERT = "insert for another owner"
    UPDATE = "update"
    """By key, without any condition, and each row as if it were alone."""
    CHANGE_OWNER = "change of owner"
    """Taking a row over, and giving one away."""
    DELETE = "delete"
    UPSERT = "upsert"
    """`INSERT ... ON CONFLICT DO UPDATE` over the key of another user's row."""
    MERGE = "merge"
    RETURNING = "returning"
    """What `RETURNING` of a write gives back."""
    TRUNCATE = "truncate"
    REFERENCE = "reference"
    """An own row that points at a row of another user; and whether the key tells that such a row is there."""
    CALL = "call"


class Identity(Enum):
    """What the identity setting says while somebody acts."""

    USER = "a user"
    UNSET = "unset"
    """Never set in the session."""
    EMPTY = "empty"
    MALFORMED = "malformed"
    """A text that is no key."""
    FOREIGN = "foreign"
    """A key of the right type that no user has."""


VERBS: Mapping[Action, tuple[Verb, ...]] = MappingProxyType(
    {
        Action.READ: (Verb.READ,),
        Action.LOCK: (Verb.READ, Verb.UPDATE),
        Action.INSERT: (Verb.INSERT,),
        Action.UPDATE: (Verb.UPDATE,),
        Action.CHANGE_OWNER: (Verb.UPDATE,),
        Action.DELETE: (Verb.DELETE,),
        Action.UPSERT: (Verb.INSERT, Verb.UPDATE),
        Action.MERGE: (Verb.UPDATE, Verb.DELETE, Verb.INSERT),
        Action.RETURNING: (Verb.UPDATE, Verb.DELETE, Verb.INSERT),
        Action.TRUNCATE: (Verb.DELETE,),
        Action.REFERENCE: (Verb.REFERENCES,),
        Action.CALL: (Verb.READ,),
    }
)
"""Whose rules decide about each action; the first verb is the cell of the verdict table it belongs to."""
