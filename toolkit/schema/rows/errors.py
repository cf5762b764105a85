"""What can go wrong when rows are read: a request that does not fit, or a server that refuses."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError, as_sentence


@dataclass(eq=False)
class RowRequestError(UsageError):
    """The request does not fit the relation: a column, a value, an order or a cursor."""

    code = "E189"

    relation: str
    reason: str
    advice: str | None = None

    @property
    def sentence(self) -> str:
        return f"These rows of {self.relation} cannot be asked for: {self.reason}."

    @property
    def hint(self) -> str | None:
        return None if self.advice is None else as_sentence(self.advice)


@dataclass(eq=False)
class RowsNotReadError(RunFailedError):
    """The server did not give the rows: no privilege, no such relation, a view whose expression fails."""

    code = "E487"

    relation: str
    server_said: str

    @property
    def sentence(self) -> str:
        return f"The rows of {self.relation} could not be read: {self.server_said}."

    @property
    def hint(self) -> str | None:
        return f"`neonkit schema show {self.relation}` shows its grants and definition."
