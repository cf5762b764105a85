"""Every error of every room: one code, one sentence, a way over a process border, its family's exit code."""

from __future__ import annotations

import dataclasses
import importlib
import pickle
import pkgutil
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import toolkit
from toolkit.errors import (
    ExitCode,
    FindingsError,
    IsolationBrokenError,
    NeonkitError,
    RefusedError,
    RunFailedError,
    StoppedError,
    TimedOutError,
    UnreachableError,
    UsageError,
    every_error,
)
from toolkit.reports import as_json_line, error_object
from toolkit.secret import Secret

FAMILIES: Mapping[str, tuple[type[NeonkitError], set[ExitCode]]] = {
    "1": (UsageError, {ExitCode.USAGE}),
    "2": (UnreachableError, {ExitCode.UNREACHABLE}),
    "3": (TimedOutError, {ExitCode.TIMED_OUT}),
    "4": (RunFailedError, {ExitCode.FAILED}),
    "5": (FindingsError, {ExitCode.FINDINGS}),
    "6": (RefusedError, {ExitCode.REFUSED}),
    "7": (IsolationBrokenError, {ExitCode.ISOLATION_BROKEN}),
    "8": (StoppedError, {ExitCode.INTERRUPTED, ExitCode.TERMINATED}),
    "9": (NeonkitError, {ExitCode.FAILED}),
}
EXAMPLES: Mapping[Any, Any] = {
    str: "x",
    int: 3,
    float: 1.5,
    bool: True,
    Path: Path("here"),
    bytes: b"x",
}


def load_all_errors() -> list[type[NeonkitError]]:
    """Import every module named after errors, and give the concrete errors of the package."""
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if module.name.rpartition(".")[2].endswith("errors"):
            importlib.import_module(module.name)
    return [kind for kind in every_error() if kind.__module__.startswith("toolkit.")]


ERRORS = load_all_errors()


def named(kind: type[NeonkitError]) -> str:
    return f"{kind.code}-{kind.__name__}"


def example(annotation: Any) -> Any:
    """A value of the annotated type, so that any error can be made."""
    if annotation in EXAMPLES:
        return EXAMPLES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, list, frozenset, set):
        inner = [argument for argument in arguments if argument is not Ellipsis]
        return origin(example(each) for each in inner)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {example(arguments[0]): example(arguments[1])}
    if origin is Union or type(None) in arguments or arguments:
        return example(next(each for each in arguments if each is not type(None)))
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return annotation(**{name: example(hint) for name, hint in field_types(annotation).items()})
    if isinstance(annotation, type) and hasattr(annotation, "__members__"):
        return next(iter(annotation))  # type: ignore[call-overload]
    return annotation()


def field_types(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind)}


def made(kind: type[NeonkitError]) -> NeonkitError:
    return kind(**{name: example(hint) for name, hint in field_types(kind).items()})


def test_a_code_names_one_class() -> None:
    counts = Counter(kind.code for kind in ERRORS)
    assert [code for code, count in counts.items() if count > 1] == []
    assert len(ERRORS) > 20


@pytest.mark.parametrize("kind", ERRORS, ids=named)
def test_code_and_exit_code_follow_the_family(kind: type[NeonkitError]) -> None:
    assert re.fullmatch(r"E[1-9]\d\d", kind.code)
    family, exit_codes = FAMILIES[kind.code[1]]
    assert issubclass(kind, family)
    assert kind.exit_code in exit_codes


@pytest.mark.parametrize("kind", ERRORS, ids=named)
def test_it_speaks(kind: type[NeonkitError]) -> None:
    error = made(kind)
    assert error.sentence.strip() == error.sentence != ""
    assert error.hint is None or (error.hint.strip() == error.hint != "")
    # A sentence, or several: a hint stands below a sentence and is read like one.
    assert error.hint is None or (not error.hint[0].islower() and error.hint[-1] in ".?!"), error.hint
    assert str(error) == error.sentence
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "a docstring of its own is missing"


@pytest.mark.parametrize("kind", ERRORS, ids=named)
def test_it_crosses_a_process_border(kind: type[NeonkitError]) -> None:
    error = made(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert again.sentence == error.sentence
    assert again.facts() == error.facts()


@pytest.mark.parametrize("kind", ERRORS, ids=named)
def test_its_facts_are_plain_and_no_secrets(kind: type[NeonkitError]) -> None:
    assert Secret not in field_types(kind).values()
    report = error_object(made(kind))
    assert report["code"] == kind.code
    assert report["exit_code"] == kind.exit_code
    assert "<" not in {str(fact)[:1] for fact in report["facts"].values()}
    assert as_json_line(report)
