"""Enums that nobody uses, or that have outgrown their kind."""

from __future__ import annotations

import re

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, CompositeType, Domain, Enum, Function, Procedure, Qualified


@rule(
    "enum-used-once-or-never",
    INFO,
    name="Enum that nothing uses",
    why="It is left over from a column that is gone, and the next reader will look for its meaning.",
    example="CREATE TYPE mood AS ENUM ('sad', 'happy');",
    fix="Drop it.",
)
def enum_unused(scope: Scope) -> Found:
    """An enum type that no column, domain, composite type or function uses."""
    used = _types_in_use(scope)
    for enum in scope.snapshot.own(Enum):
        name = Qualified(enum.schema, enum.name)
        if str(name) not in used:
            yield Advice(
                enum.key,
                f"Nothing uses the enum {name}.",
                statements("drop it", f"DROP TYPE {name}"),
                {"labels": len(enum.labels)},
            )


@rule(
    "enum-many-values",
    INFO,
    name="Enum with very many labels",
    why="Labels can be added and renamed but not removed, and carry no further facts: beyond a few dozen "
    "it is data.",
    example="-- one label more than `most_enum_labels` allows\nCREATE TYPE country AS ENUM ("
    + ", ".join(f"'c{number}'" for number in range(51))
    + ");",
    fix="A table of the values, and a foreign key to it.",
)
def enum_many_values(scope: Scope) -> Found:
    """An enum with more labels than `most_enum_labels`, 50 by default."""
    for enum in scope.snapshot.own(Enum):
        if len(enum.labels) > scope.settings.most_enum_labels:
            yield Advice(
                enum.key,
                f"The enum {Qualified(enum.schema, enum.name)} has {len(enum.labels)} labels.",
                words("move the values into a table and refer to it"),
                {"labels": len(enum.labels)},
            )


def _types_in_use(scope: Scope) -> set[str]:
    snapshot = scope.snapshot
    texts = {column.type for column in snapshot.of(Column)}
    texts |= {domain.type for domain in snapshot.of(Domain)}
    texts |= {part.type for composite in snapshot.of(CompositeType) for part in composite.attributes}
    for code in (*snapshot.of(Function), *snapshot.of(Procedure)):
        texts |= {argument.strip() for argument in code.identity.split(",")}
        texts.add(getattr(code, "returns", ""))
    return {re.sub(r"(\[\])+$", "", text.removeprefix("SETOF ")) for text in texts}
