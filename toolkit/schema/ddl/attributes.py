"""What statements about every kind have in common: comment, owner and grants of a new object."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.privileges import Grantable, default_grants, grant_statements
from toolkit.schema.objects import Grants
from toolkit.sql.quoting import quote_identifier, quote_literal


def comment_on(target: str, comment: str | None) -> Iterator[str]:
    """`COMMENT ON target`, where there is a comment."""
    if comment is not None:
        yield f"COMMENT ON {target} IS {quote_literal(comment)}"


def owner_of(target: str, owner: str) -> Iterator[str]:
    """`ALTER target OWNER TO`: said always, because nobody knows who will run the statements."""
    yield f"ALTER {target} OWNER TO {quote_identifier(owner)}"


def new_grants(kind: Grantable, target: str, owner: str, grants: Grants, major: int) -> Iterator[str]:
    """From the grants that a new object of this owner has to those wanted."""
    yield from grant_statements(target, default_grants(kind, owner, major), grants)
