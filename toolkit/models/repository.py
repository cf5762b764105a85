"""Access to the rows of one model, for work that belongs to no user.

For rows that belong to users there is `OwnedRepository`, which does not inherit from this class, so that no
method without an owner can be reached through it.
"""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import Session

from toolkit.models.access import RecordAccess
from toolkit.models.records import Records
from toolkit.models.values import protected_attributes

ModelT = TypeVar("ModelT")


class Repository(RecordAccess[ModelT]):
    """All rows of `model`.

    class CountryRepository(Repository[Country]):
        model = Country
        default_order = "name"
    """

    def __init__(self, session: Session) -> None:
        self._records = Records(session, self.model, scope=())
        self._protected = protected_attributes(self.model) | self.protected
