"""Values that are made fast are the values that `dataclasses` would make."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle

import pytest

from toolkit.schema.objects import CLASSES, Column, NotNull, Origin, Qualified, SchemaObject

COLUMN = Column("s", "t", "c", "int", NotNull("n"), parent=Qualified("s", "p"), origin=Origin.PLATFORM)


def test_fields_and_defaults_are_those_declared() -> None:
    given = {field.name: getattr(COLUMN, field.name) for field in dataclasses.fields(COLUMN)}
    assert (given["type"], given["not_null"], given["position"]) == ("int", NotNull("n"), 0)
    assert (given["origin"], given["parent"], given["comment"]) == (Origin.PLATFORM, ("s", "p"), None)
    assert type(COLUMN) is Column
    assert type(COLUMN.not_null) is NotNull


def test_a_value_stays_as_it_was_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        COLUMN.name = "other"  # type: ignore[misc]  # that it is refused is the test
    with pytest.raises(dataclasses.FrozenInstanceError):
        del COLUMN.name


def test_copies_and_replacements_are_values_of_the_same_class() -> None:
    for same in (copy.copy(COLUMN), pickle.loads(pickle.dumps(COLUMN)), dataclasses.replace(COLUMN)):
        assert (same, hash(same), type(same)) == (COLUMN, hash(COLUMN), Column)
    assert dataclasses.replace(COLUMN, name="other") != COLUMN


@pytest.mark.parametrize("kind", CLASSES.values(), ids=lambda kind: kind.__name__)
def test_every_class_takes_the_arguments_that_its_fields_say(kind: type[SchemaObject]) -> None:
    parameters = inspect.signature(kind).parameters
    assert set(parameters) == {field.name for field in dataclasses.fields(kind)}
    for field in dataclasses.fields(kind):
        parameter = parameters[field.name]
        missing = field.default is dataclasses.MISSING
        assert parameter.default == (parameter.empty if missing else field.default)
        assert (parameter.kind is parameter.KEYWORD_ONLY) == field.kw_only
