"""Sessions: one per request, ended on every way out.

There is no global session and no session registry: who needs one opens it and passes it on. The commit is at
the edge, here; code inside flushes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session


@contextmanager
def session_scope(engine: Engine) -> Iterator[Session]:
    """A session for one unit of work: committed at the end, rolled back on an exception, always closed."""
    with Session(engine) as session:
        yield from _unit_of_work(session)


def _unit_of_work(session: Session) -> Iterator[Session]:
    try:
        yield session
        session.commit()
    except BaseException:
        # Also for a cancelled request or an interrupt: a half-done unit of work never commits.
        session.rollback()
        raise
