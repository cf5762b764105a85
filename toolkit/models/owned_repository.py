"""Access to the rows of one user, and to nothing else.

Invariants: there is no method without the owner in its statement; a record of another user answers exactly as
a missing one; the owner is written on creation and by nobody later. This keeps the program honest; the
database keeps it with row-level security and composite foreign keys, which reach where no repository does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from sqlmodel import Session

from toolkit.database.identity import ACTING_USER
from toolkit.models.access import RecordAccess
from toolkit.models.errors import NoActingUserError, SchemaFieldError, SessionSharedError
from toolkit.models.owner_scope import OwnerScope
from toolkit.models.ownership import OwnershipRules
from toolkit.models.records import Records
from toolkit.models.references import OwnedReference, check_references, owned_references
from toolkit.models.values import protected_attributes

ModelT = TypeVar("ModelT")

_known_references: WeakKeyDictionary[type[Any], tuple[OwnedReference, ...]] = WeakKeyDictionary()


class OwnedRepository(RecordAccess[ModelT]):
    """The rows of `model` that belong to the acting user.

        class TaskRepository(OwnedRepository[Task]):
            model = Task

        class CommentRepository(OwnedRepository[Comment]):
            model = Comment
            owner = "task_id.user_id"

    `owner` is the attribute that holds the owner's key, or the way there over foreign keys: each part but the
    last names an attribute that is a foreign key. A way over deleted parents leads nowhere: what hangs on a
    deleted record is hidden with it.

    References are checked when they are written: a foreign key to a table that belongs to users must lead to
    a record of the acting user, so that nobody can hang a row on another user's. `open_references` names the
    attributes that may point to other users' rows, such as an assignee.
    """

    owner: ClassVar[str] = "user_id"
    open_references: ClassVar[frozenset[str]] = frozenset()
    rules: ClassVar[OwnershipRules | None] = None
    """The application's rules, if tables are shared or owned in ways the foreign keys do not tell."""

    def __init__(self, session: Session, user_id: Any) -> None:
        """Raises NoActingUserError for None or an empty user, SessionSharedError for a second user."""
        _claim(session, user_id, type(self).__name__)
        self._user_id = user_id
        self._scope = OwnerScope.of(self.model, self.owner)
        self._records = Records(session, self.model, scope=(self._scope.owned_by(user_id),))
        self._protected = protected_attributes(self.model) | self.protected | self._owner_attributes

    @property
    def _owner_attributes(self) -> frozenset[str]:
        attribute = self._scope.attribute
        return frozenset() if attribute is None else frozenset({attribute})

    def _with_owner(self, values: dict[str, Any]) -> dict[str, Any]:
        self._refuse_owner(values)
        return {**values, **dict.fromkeys(self._owner_attributes, self._user_id)}

    def _refuse_owner(self, values: Mapping[str, Any]) -> None:
        chosen = self._owner_attributes & set(values)
        if chosen:
            raise SchemaFieldError(
                schema=type(self).__name__,
                model=self.model.__name__,
                fields=tuple(sorted(chosen)),
                reason="is written by the repository alone",
            )

    def _check_references(self, changed: Mapping[str, Any] | None, record: Callable[[], ModelT]) -> None:
        touched = [
            reference
            for reference in _references(type(self))
            if changed is None or not changed.keys().isdisjoint(reference.attributes)
        ]
        names = {name for reference in touched for name in reference.attributes}
        values = {name: changed[name] for name in names if changed is not None and name in changed}
        if names - values.keys():
            rest = record()
            values.update({name: getattr(rest, name) for name in names - values.keys()})
        check_references(self._records.session, self.model, touched, values, self._user_id)


def _references(repository: type[Any]) -> tuple[OwnedReference, ...]:
    """The references a repository class checks, found out once."""
    if repository not in _known_references:
        scope = OwnerScope.of(repository.model, repository.owner)
        found = owned_references(scope, repository.rules, repository.open_references)
        _known_references[repository] = found
    return _known_references[repository]


def _claim(session: Session, user_id: Any, repository: str) -> None:
    """Tie the session to the user: an object of one user in its memory must never answer another.

    A session that tells the server who acts, such as one of `user_session`, is tied to that user from the
    start. Users are compared as the texts that the server is told, so that a key and its text are one user.
    """
    if user_id is None or user_id == "":
        raise NoActingUserError(repository=repository)
    if session.info.setdefault(ACTING_USER, str(user_id)) != str(user_id):
        raise SessionSharedError(repository=repository)
