"""The owner root that is declared or assumed, and rules that do not fit the tables."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures.ownership import TASKS, USERS, graph, table

from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.ownership import (
    OwnershipRules,
    build_ownership,
    ownership_report,
    propose_roots,
    resolve_path,
)
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape


def test_root_is_assumed_only_if_one_table_is_named_like_users_and_says_so() -> None:
    tables = [table(USERS), table(TASKS)]
    assumed = build_ownership(tables)
    assert (assumed.root, assumed.root_assumed) == ("public.users", True)
    assert [finding.rule for finding in ownership_report(assumed).findings] == ["ownership.root-assumed"]
    two = build_ownership([*tables, table("accounts: id;;"), table("bills: id; a; a>accounts")])
    assert two.root is None
    assert [each.table for each in two.root_proposals] == ["public.accounts", "public.users"]
    unnamed = build_ownership([table("people: id;;"), table("pets: id; owner_id; owner_id>people")])
    assert unnamed.root is None
    report = ownership_report(unnamed)
    assert {finding.rule for finding in report.findings} == {"ownership.no-root", "ownership.unclassified"}


def test_owner_columns_that_refer_to_one_table_make_it_the_root() -> None:
    tables = [table("people: id;;"), table("pets: id; owner_id; owner_id>people")]
    found = build_ownership(tables, OwnershipRules(owner_columns=("owner_id",)))
    assert (found.root, found.root_assumed) == ("public.people", True)


def test_proposals_give_their_evidence() -> None:
    shapes = {
        each.name: each
        for each in map(
            table, ["people: id;;", "a: id; user_id; user_id>people", "b: id; owner_id; owner_id>people"]
        )
    }
    (proposal,) = propose_roots(shapes)
    assert proposal.referred_by == ("public.a.user_id", "public.b.owner_id")
    assert proposal.evidence == "is referred to by 2 column(s)"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"owner_root": "nobody"}, "there is no such table"),
        ({"owner_key": "nothing"}, "it has no column nothing"),
        ({"overrides": {"tasks": "nothing"}}, "has no column nothing"),
        ({"overrides": {"tasks": "id.user_id"}}, "id of public.tasks is no foreign key"),
        ({"shared": {"twins": "x"}}, "there are several: a.twins, b.twins"),
    ],
)
def test_rules_that_do_not_fit_are_refused(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(OwnershipRuleError, match=message):
        graph(USERS, TASKS, "a.twins: id;;", "b.twins: id;;", **rules)


def test_a_root_with_a_composite_key_needs_its_owner_key() -> None:
    root = "users: tenant id;;"
    child = "tasks: id; tenant user_id; tenant+user_id>users.tenant+id"
    with pytest.raises(OwnershipRuleError, match="primary key is not one column"):
        graph(root, child)
    assert str(graph(root, child, owner_key="id").of("public.tasks").path) == "user_id"


def test_a_path_is_named_by_columns_or_by_the_constraint() -> None:
    key = ForeignKeyShape(("task_id", "user_id"), "public.tasks", ("id", "user_id"), name="fk_task")
    note = TableShape(
        "public", "notes", (ColumnShape("task_id", "", False), ColumnShape("user_id", "", False)), (), (key,)
    )
    shapes = {"public.notes": note, "public.tasks": table(TASKS)}
    ways = {
        resolve_path(shapes, "public.notes", way)
        for way in ("task_id.user_id", "task_id+user_id.user_id", "fk_task.user_id")
    }
    assert len(ways) == 1
