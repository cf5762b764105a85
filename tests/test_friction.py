"""The ladder of friction, step by step."""

from __future__ import annotations

import pytest

from toolkit.friction import Answers, Deed, Environment, Step, demand

ENVIRONMENTS: tuple[Environment, ...] = ("dev", "staging", "production")


@pytest.mark.parametrize(
    ("deed", "environment", "step", "missing", "to_type"),
    [
        (Deed.READ, "production", Step.NOTHING, (), ()),
        (Deed.REVERSIBLE_WRITE, "dev", Step.ENTER, ("--yes",), ()),
        (Deed.REVERSIBLE_WRITE, "staging", Step.YES, ("--yes",), ()),
        (Deed.WRITE, "dev", Step.YES, ("--yes",), ()),
        (Deed.WRITE, "staging", Step.YES, ("--yes",), ()),
        (Deed.WRITE, "production", Step.NAME_DATABASE, ("--confirm-db app",), ("app",)),
        (Deed.REVERSIBLE_WRITE, "production", Step.NAME_DATABASE, ("--confirm-db app",), ("app",)),
    ],
)
def test_the_step_and_its_flags(
    deed: Deed, environment: Environment, step: Step, missing: tuple[str, ...], to_type: tuple[str, ...]
) -> None:
    needed = demand(deed, environment, "app")
    assert needed.step == step
    assert needed.missing_flags(Answers()) == missing
    assert needed.to_type == to_type


@pytest.mark.parametrize(
    ("environment", "first"), [("dev", "--yes"), ("staging", "--yes"), ("production", "--confirm-db app")]
)
def test_a_loss_is_named_beside_the_environments_own_answer(environment: Environment, first: str) -> None:
    needed = demand(Deed.WRITE, environment, "app", losses=("tasks", "tags"))
    assert needed.step == Step.NAME_LOSS
    assert needed.missing_flags(Answers()) == (first, "--allow-data-loss tasks", "--allow-data-loss tags")
    assert needed.to_type[-2:] == ("tasks", "tags")
    everything = Answers(yes=True, database="app", losses=frozenset({"tasks", "tags"}))
    assert needed.missing_flags(everything) == ()


@pytest.mark.parametrize("answer", ["App", "app ", "", None])
def test_only_the_very_name_confirms(answer: str | None) -> None:
    needed = demand(Deed.WRITE, "production", "app")
    assert needed.missing_flags(Answers(yes=True, database=answer)) == ("--confirm-db app",)


def test_more_danger_never_needs_less() -> None:
    for deed in Deed:
        steps = [demand(deed, environment, "app").step for environment in ENVIRONMENTS]
        assert steps == sorted(steps)
    for environment in ENVIRONMENTS:
        steps = [demand(deed, environment, "app").step for deed in Deed]
        assert steps == sorted(steps)


def test_a_policy_raises_and_never_lowers() -> None:
    assert demand(Deed.WRITE, "production", "app", ask_more=Step.ENTER).step == Step.NAME_DATABASE
    assert demand(Deed.REVERSIBLE_WRITE, "dev", "app", ask_more=Step.YES).step == Step.YES
    assert demand(Deed.READ, "dev", "app", ask_more=Step.NAME_LOSS).step == Step.NOTHING
    assert demand(Deed.REVERSIBLE_WRITE, "dev", "app", busy=True).step == Step.YES
