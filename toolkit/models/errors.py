"""What can go wrong when records are read and written through repositories.

Loading models: `loading_errors.py`. Codes Exyy with yy from 40 to 49 belong to this room. Invariant: an error
about a record says the same whether the record is missing or belongs to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError, UsageError


@dataclass(eq=False)
class SchemaFieldError(UsageError):
    """A create or update schema has a field that must not be written through it."""

    code = "E145"

    schema: str
    model: str
    fields: tuple[str, ...]
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.schema} cannot be written to {self.model}: {', '.join(self.fields)} {self.reason}."

    @property
    def hint(self) -> str:
        return "Remove the field from the schema, or name it in leave_out and handle it yourself."


@dataclass(eq=False)
class NullRefusedError(UsageError):
    """A partial update sets a required column to None."""

    code = "E146"

    model: str
    fields: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.model} requires {', '.join(self.fields)}: None cannot be stored."

    @property
    def hint(self) -> str:
        return "Leave the field out of the update to keep its value."


@dataclass(eq=False)
class SortRefusedError(UsageError):
    """A list was to be ordered by something it cannot be ordered by."""

    code = "E147"

    key: str
    allowed: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"Cannot order by {self.key!r}."

    @property
    def hint(self) -> str:
        return f"Order by one of: {', '.join(self.allowed)}; a leading minus means descending."


@dataclass(eq=False)
class InvalidCursorError(UsageError):
    """A page cursor that this listing did not give out."""

    code = "E148"

    reason: str

    @property
    def sentence(self) -> str:
        return f"The page cursor cannot be used: {self.reason}."

    @property
    def hint(self) -> str:
        return "Start again at the first page; a cursor holds for one listing in one order."


@dataclass(eq=False)
class PageSizeError(UsageError):
    """A page number below one, or a page size out of range."""

    code = "E149"

    number: int
    size: int
    largest: int

    @property
    def sentence(self) -> str:
        return f"There is no page {self.number} of {self.size} rows."

    @property
    def hint(self) -> str:
        return f"Pages count from 1 and hold 1 to {self.largest} rows."


@dataclass(eq=False)
class RecordNotFoundError(RunFailedError):
    """No such record within reach: missing, deleted, or another user's."""

    code = "E440"

    model: str
    key: str

    @property
    def sentence(self) -> str:
        return f"There is no {self.model} {self.key}."


@dataclass(eq=False)
class ReferenceNotFoundError(RunFailedError):
    """A written reference leads to no record within reach: missing, deleted, or another user's."""

    code = "E441"

    model: str
    fields: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.model}: {', '.join(self.fields)} leads to no record of this user."


@dataclass(eq=False)
class NoActingUserError(RefusedError):
    """An owner-scoped repository was asked for without a user."""

    code = "E640"

    repository: str

    @property
    def sentence(self) -> str:
        return f"{self.repository} needs an acting user, and there is none."

    @property
    def hint(self) -> str:
        return "Authenticate first; work for no user in particular belongs into an unscoped repository."


@dataclass(eq=False)
class SessionSharedError(RefusedError):
    """One session was to be used for two users, whose records would then meet in its memory."""

    code = "E641"

    repository: str

    @property
    def sentence(self) -> str:
        return f"{self.repository} was given a session that already acts for another user."

    @property
    def hint(self) -> str:
        return "Open one session for each user."
