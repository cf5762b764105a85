"""An owner filter for ORM use: a session whose statements meet the acting user's rows only.

`own_rows_only(session, user_id, registry)` gives each ORM statement of the session one criterion per mapped
class with an owner: selects and aliases, joins, counts, subqueries, unions, loads of relationships, bulk
updates and deletes. Classes of shared tables are left alone; a class of which nobody said whose rows it holds
is refused, so that a new model is not forgotten.

It is a convenience that saves a WHERE, and no wall. What no ORM criterion reaches, and what therefore finds
rows of other users; each line has its test:

- an object the session already holds: `session.get` and many-to-one loads answer from memory, without SQL;
- `session.refresh` and the reload of expired attributes;
- tables (`select(Task.__table__)`), text, COPY, and any other driver call;
- bulk updates by key (`session.execute(update(Task), [{"id": ...}])`);
- `INSERT ... ON CONFLICT DO UPDATE`, which changes the row that is there;
- what the unit of work writes: changed attributes and `session.delete` of an object in hand, `session.merge`;
- a new row with another user's key as its owner, and a row that is given away;
- an own row that refers to another user's row, a link that joins the two: a foreign key asks no criterion;
- on SQLAlchemy 2.0: classes that are met only inside EXISTS, `any()` or `has()`.

Row security with a role that it binds, and keys that carry the owner, close all of these; the statement audit
(`pytest --isolation-trace`) names the places that lean on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, event, inspect
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from toolkit.database.identity import ACTING_USER
from toolkit.models.errors import NoActingUserError, SessionSharedError
from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.owner_scope import path_leads_to
from toolkit.models.ownership import OwnershipGraph, OwnershipKind, OwnershipRules
from toolkit.models.registry import ModelRegistry

_NAME = "own_rows_only"


def own_rows_only(
    session: Session, user_id: Any, registry: ModelRegistry, rules: OwnershipRules | None = None
) -> None:
    """Let every ORM statement of the session meet rows of this user only.

    `user_id` has the type of the owner columns. The session then acts for this user for good.

    Raises NoActingUserError for None or an empty user, SessionSharedError if the session acts for another,
    OwnershipRuleError if nobody said whose rows a mapped class holds, or for rules that do not fit.
    """
    if user_id is None or user_id == "":
        raise NoActingUserError(repository=_NAME)
    if session.info.setdefault(ACTING_USER, str(user_id)) != str(user_id):
        raise SessionSharedError(repository=_NAME)
    criteria = tuple(_criteria(registry, registry.ownership(rules), user_id))

    @event.listens_for(session, "do_orm_execute")
    def filter_statement(state: ORMExecuteState) -> None:
        if not state.is_column_load and (state.is_select or state.is_update or state.is_delete):
            state.statement = state.statement.options(*criteria)


def _criteria(registry: ModelRegistry, graph: OwnershipGraph, user_id: Any) -> Iterator[ORMOption]:
    # One criterion per class: SQLModel's mixins have no column attributes to build a common one from.
    for name, model in registry.classes.items():
        owned = graph.tables[name]
        if owned.kind is OwnershipKind.SHARED:
            continue
        if owned.path is None:
            problem = f"nobody said whose rows {name} holds ({owned.reason})"
            raise OwnershipRuleError(rule="of the owner filter", subject=model.__name__, problem=problem)
        condition = (
            path_leads_to(model, owned.path, user_id)
            if owned.path.hops
            else _column(model, owned.path.column) == user_id
        )
        yield with_loader_criteria(model, condition, include_aliases=True)


def _column(model: type[Any], name: str) -> ColumnElement[Any]:
    mapper: Mapper[Any] = inspect(model)
    table = mapper.local_table
    assert isinstance(table, Table), f"{model.__name__} is not mapped to a table"
    found: ColumnElement[Any] = getattr(model, mapper.get_property_by_column(table.c[name]).key)
    return found
