"""Whether rows may be written although others are rejected. Asked after all has been judged."""

from __future__ import annotations

from toolkit.transfer.judge.book import Book
from toolkit.transfer.mapping.model import Policy


def may_write(policy: Policy, book: Book) -> bool:
    """Whether the rows that stand may be written: none is rejected, or no more than are borne.

    The limit counts rows and broken records, dependants among them, and never stops the judging: which rows
    are rejected does not depend on it.
    """
    if not book.rejects:
        return True
    return policy.on_error == "reject" and book.rejected <= policy.max_errors
