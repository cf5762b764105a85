"""The views and functions to try, as doors: what is asked of each, and what it takes to close it.

What cannot or must not be tried is a door too, with the reason: foreign tables, functions that may do things.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.doors import Function, View, named_in
from toolkit.isolation.probing.evidence import RelationKind
from toolkit.isolation.probing.interference import Question
from toolkit.isolation.probing.scene import Scene
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import literal
from toolkit.isolation.probing.view_writes import writes
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier

_MOST_CALLS: Final = 4


@dataclass(frozen=True, slots=True)
class Door:
    """A view or a function, the owned tables behind it, and whom its policies are read for."""

    name: str
    kind: RelationKind
    action: Action
    behind: tuple[Target, ...]
    questions: tuple[Question, ...]
    as_caller: bool
    """Whether everything in it happens with the rights of the user who asks."""
    openers: tuple[str, ...]
    """The SQL that makes it so; for a stored view, its quoted name."""
    untried: str | None = None
    """Why it is not tried; None if it is."""
    of: str | None = None
    """The table whose key it shows; None if it shows none."""
    writes: Mapping[Action, str] = field(default_factory=dict)
    """Statements that write through it."""


def doors_of(
    views: Sequence[View],
    functions: Sequence[Function],
    targets: Mapping[str, Target],
    scenes: Mapping[str, Scene | str],
    shared: Mapping[str, str],
) -> Iterator[Door]:
    """The doors to owned rows; what is declared as shared is none."""
    for view in views:
        behind = tuple(targets[name] for name, *_ in view.below if name in targets)
        if view.name in shared or not (behind or view.kind is RelationKind.FOREIGN_TABLE):
            continue
        yield _of_view(view, behind)
    names = {target.table.shape.table: target for target in targets.values()}
    for function in functions:
        behind = tuple(names[name] for name in sorted(named_in(function.body, names, functions)))
        if behind or (function.unsafe is not None and function.definer):
            yield _of_function(function, behind, scenes)


def _of_view(view: View, behind: tuple[Target, ...]) -> Door:
    untried = None
    if view.kind is RelationKind.FOREIGN_TABLE:
        untried = "not executed: another server would be asked, which no rollback undoes"
    elif not view.can_read:
        untried = "not executed: the role may not read it"
    nested = all(invoker for _, kind, invoker in view.below if kind == "v")
    plain = all(kind in ("r", "p", "v") for _, kind, _ in view.below)
    keys = {target.name: found for target in behind if (found := _key(view, target))}
    of, key = next(iter(keys.items()), (None, None))
    if view.kind is RelationKind.STORED_VIEW and key is None and untried is None:
        untried = "it shows no key, so whose rows it keeps cannot be told"
    question = Question(view.name, view.quoted, key or "pg_catalog.md5(q::text)", behind, not view.calls)
    wrong = [] if view.invoker else [view.quoted]
    wrong += [qualified(*split_table_name(name)) for name, kind, ok in view.below if kind == "v" and not ok]
    openers = tuple(f"ALTER VIEW {each} SET (security_invoker = true)" for each in wrong)
    if view.kind is RelationKind.STORED_VIEW:
        openers = (view.quoted,)
    return Door(
        view.name,
        view.kind,
        Action.READ,
        behind,
        (question,),
        view.invoker and nested and plain and not view.calls,
        openers,
        untried,
        of,
        writes(view),
    )


def _key(view: View, target: Target) -> str | None:
    """The key of a row of the table, as a view of it shows it under the same names."""
    names = target.table.shape.primary_key
    if not names or not set(names) <= set(view.columns):
        return None
    return f"ROW({', '.join(f'q.{quote_identifier(name)}' for name in names)})::text"


def _of_function(function: Function, behind: tuple[Target, ...], scenes: Mapping[str, Scene | str]) -> Door:
    calls = list(_calls(function, behind, scenes))
    untried = f"not executed: {function.unsafe}" if function.unsafe is not None else None
    if untried is None and not calls:
        untried = "not executed: nobody could choose its arguments"
    openers = (f"ALTER ROUTINE {function.signature} SECURITY INVOKER",) if function.definer else ()
    return Door(
        f"{function.name}({function.arguments})",
        RelationKind.FUNCTION,
        Action.CALL,
        behind,
        tuple(Question(call, call, "pg_catalog.md5(q::text)", behind, harmless=False) for call in calls),
        not function.definer,
        openers,
        untried,
    )


def _calls(
    function: Function, behind: tuple[Target, ...], scenes: Mapping[str, Scene | str]
) -> Iterator[str]:
    """The calls to try: without arguments, or about the other user and a row of theirs."""
    known: dict[str, list[str]] = {}
    for target in behind:
        scene = scenes.get(target.name)
        actor = scene.acting(Identity.USER)[0] if isinstance(scene, Scene) else None
        if actor is None or not actor.prey:
            continue
        row = actor.prey[0]
        if row.owner is not None:
            known.setdefault(target.owner_type, []).append(target.literal(row.owner))
        for name in target.table.shape.primary_key:
            column = target.column(name)
            known.setdefault(column.type, []).append(literal(column, row.values[name]))
    chosen = [list(dict.fromkeys(known.get(wanted, ()))) for wanted in function.wanted]
    for arguments in itertools.islice(itertools.product(*chosen), _MOST_CALLS):
        yield f"{function.quoted}({', '.join(arguments)})"
