"""The ownership graph: what it says of hand-made tables, and of random ones against brute force."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.models.loading_errors import OwnershipRuleError
from toolkit.models.ownership import (
    OwnershipGraph,
    OwnershipRules,
    build_ownership,
    owned_edges,
    ownership_report,
    propose_roots,
    resolve_path,
)
from toolkit.models.ownership.claims import shorten
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape


def table(text: str) -> TableShape:
    """`name: key; column column?; columns>target.columns ...`, with `+` between the columns of one key."""
    name, _, rest = text.partition(":")
    key, columns, references = (part.split() for part in rest.split(";"))
    schema, _, bare = name.rpartition(".")
    return TableShape(
        schema=schema or "public",
        table=bare,
        columns=tuple(ColumnShape(c.rstrip("?"), "BIGINT", c.endswith("?")) for c in [*key, *columns]),
        primary_key=tuple(key),
        foreign_keys=tuple(reference(each) for each in references),
    )


def reference(text: str) -> ForeignKeyShape:
    columns, _, target = text.partition(">")
    parent, _, keys = target.partition(".")
    return ForeignKeyShape(tuple(columns.split("+")), f"public.{parent}", tuple((keys or "id").split("+")))


USERS = "users: id;;"
TASKS = "tasks: id; user_id; user_id>users"


def graph(*tables: str, **rules: Any) -> OwnershipGraph:
    return build_ownership(
        [table(each) for each in tables], OwnershipRules(**{"owner_root": "users", **rules})
    )


CASES: list[tuple[str, list[str], dict[str, Any], str, str]] = [
    ("the root", [USERS], {}, "users", "root id"),
    ("a column", [USERS, TASKS], {}, "tasks", "column user_id"),
    ("a path", [USERS, TASKS, "notes: id; task_id; task_id>tasks"], {}, "notes", "path task_id.user_id"),
    (
        "a long path",
        [USERS, TASKS, "notes: id; task_id; task_id>tasks", "marks: id; note_id; note_id>notes"],
        {},
        "marks",
        "path note_id.task_id.user_id",
    ),
    ("a profile that shares the key", [USERS, "profiles: id;; id>users"], {}, "profiles", "column id"),
    (
        "a reference to another key of the root",
        [USERS, "mails: id; email; email>users.email"],
        {},
        "mails",
        "path email.id",
    ),
    ("no way", [USERS, "countries: id; name;"], {}, "countries", "unclassified"),
    ("shared", [USERS, "countries: id;;"], {"shared": {"countries": "lookup"}}, "countries", "shared"),
    (
        "no path through a shared table",
        [USERS, "plans: id; user_id; user_id>users", "offers: id; plan_id; plan_id>plans"],
        {"shared": {"plans": "public catalogue"}},
        "offers",
        "unclassified",
    ),
    (
        "an owner column without a key",
        ["logs: id; who;"],
        {"owner_root": None, "owner_columns": ("who",)},
        "logs",
        "column who",
    ),
    (
        "two users in a row",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {},
        "mails",
        "ambiguous",
    ),
    (
        "two users, one declared",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {"owner_columns": ("receiver",)},
        "mails",
        "column receiver",
    ),
    (
        "two users, overridden",
        [USERS, "mails: id; sender receiver; sender>users receiver>users"],
        {"overrides": {"public.mails": "sender"}},
        "mails",
        "column sender",
    ),
    (
        "behind an ambiguous table",
        [USERS, "mails: id; a b; a>users b>users", "files: id; mail_id; mail_id>mails"],
        {},
        "files",
        "ambiguous",
    ),
    (
        "a diamond",
        [
            USERS,
            TASKS,
            "lists: id; user_id; user_id>users",
            "items: id; task_id list_id; task_id>tasks list_id>lists",
        ],
        {},
        "items",
        "ambiguous",
    ),
    (
        "a diamond whose way is declared",
        [
            USERS,
            TASKS,
            "lists: id; user_id; user_id>users",
            "items: id; task_id list_id; task_id>tasks list_id>lists",
        ],
        {"overrides": {"items": "list_id.user_id"}},
        "items",
        "path list_id.user_id",
    ),
    (
        "a link",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id;; task_id>tasks tag_id>tags",
        ],
        {},
        "links",
        "link tag_id.user_id",
    ),
    (
        "a link that carries the owner",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id; user_id; task_id+user_id>tasks.id+user_id tag_id+user_id>tags.id+user_id",
        ],
        {},
        "links",
        "column user_id",
    ),
    (
        "a child that carries the owner",
        [USERS, TASKS, "notes: id; task_id user_id; task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "column user_id",
    ),
    (
        "a carried owner beside the plain key",
        [USERS, TASKS, "notes: id; task_id user_id; task_id>tasks task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "column user_id",
    ),
    (
        "an owner that a nullable key does not carry",
        [USERS, TASKS, "notes: id; task_id? user_id; task_id+user_id>tasks.id+user_id"],
        {},
        "notes",
        "path task_id+user_id.user_id",
    ),
    (
        "a diamond that a composite key closes",
        [
            USERS,
            "lists: id; user_id; user_id>users",
            "tasks: id; list_id; list_id>lists",
            "items: id; task_id list_id; list_id>lists task_id+list_id>tasks.id+list_id",
        ],
        {},
        "items",
        "path list_id.user_id",
    ),
    (
        "an optional diamond whose short side is always there",
        [
            USERS,
            "lists: id; user_id; user_id>users",
            "tasks: id; list_id; list_id>lists",
            "items: id; task_id? list_id?; task_id+list_id>tasks.id+list_id list_id>lists",
        ],
        {},
        "items",
        "path list_id.user_id",
    ),
    (
        "either of two ways that agree where both are there",
        [USERS, TASKS, "pairs: id; a? b? user?; a+user>tasks.id+user_id b+user>tasks.id+user_id"],
        {},
        "pairs",
        "ambiguous",
    ),
    (
        "a tree",
        [USERS, TASKS, "notes: id; task_id up?; task_id>tasks up>notes"],
        {},
        "notes",
        "path task_id.user_id",
    ),
    (
        "a ring",
        [USERS, TASKS, "a: id; task_id b_id; task_id>tasks b_id>b", "b: id; a_id; a_id>a"],
        {},
        "b",
        "path a_id.task_id.user_id",
    ),
    (
        "behind a link",
        [
            USERS,
            TASKS,
            "tags: id; user_id; user_id>users",
            "links: task_id tag_id;; task_id>tasks tag_id>tags",
            "votes: id; t g; t+g>links.task_id+tag_id",
        ],
        {},
        "votes",
        "path t+g.tag_id.user_id",
    ),
    (
        "either parent",
        [USERS, TASKS, "lists: id; user_id; user_id>users", "files: id; t? l?; t>tasks l>lists"],
        {},
        "files",
        "ambiguous",
    ),
    ("an optional parent", [USERS, TASKS, "files: id; t?; t>tasks"], {}, "files", "path t.user_id"),
    ("a table that was not read", [USERS, "files: id; x; x>elsewhere"], {}, "files", "unclassified"),
]


@pytest.mark.parametrize(
    ("tables", "rules", "name", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_classification(tables: list[str], rules: dict[str, Any], name: str, expected: str) -> None:
    answer = graph(*tables, **rules).of(f"public.{name}")
    assert f"{answer.kind} {answer.path or ''}".strip() == expected


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


def rules_of(found: OwnershipGraph) -> dict[str, str]:
    return {
        finding.subject: finding.rule.removeprefix("ownership.")
        for finding in ownership_report(found).findings
    }


def test_report_names_every_table_that_has_no_certain_owner() -> None:
    found = graph(
        USERS,
        TASKS,
        "tags: id; user_id; user_id>users",
        "links: task_id tag_id;; task_id>tasks tag_id>tags",
        "countries: id;;",
        "mails: id; a b; a>users b>users",
        "files: id; task_id?; task_id>tasks",
        "open: id; user_id; user_id>users",
        "plain: id;;",
        shared={"open": "a public board", "plain": " ", "missing": "x"},
    )
    assert rules_of(found) == {
        "missing": "rule-without-table",
        "public.links": "link-unguarded",
        "public.countries": "unclassified",
        "public.mails": "ambiguous",
        "public.files": "nullable",
        "public.open": "shared-with-owner",
        "public.plain": "shared-without-reason",
    }
    looked_at = ownership_report(found).looked_at
    assert looked_at["tables"] == 9
    assert sum(count for kind, count in looked_at.items() if kind != "tables") == 9


def test_a_foreign_key_out_of_sight_is_unknown() -> None:
    report = ownership_report(graph(USERS, "files: id; x; x>elsewhere"))
    assert [unknown.subject for unknown in report.unknowns] == ["public.files.x"]


def test_edges_tell_which_keys_hold_child_and_parent_together() -> None:
    found = graph(
        USERS,
        TASKS,
        "notes: id; task_id user_id; user_id>users task_id>tasks",
        "lines: id; task_id user_id; user_id>users task_id+user_id>tasks.id+user_id",
        "marks: id; task_id; task_id>tasks",
        "countries: id;;",
        "trips: id; user_id country_id; user_id>users country_id>countries",
        "tree: id; user_id up?; user_id>users up>tree",
    )
    edges = {f"{edge.hop.source}>{edge.hop.target}": edge.guarded for edge in owned_edges(found)}
    assert edges == {
        "public.notes>public.tasks": False,
        "public.lines>public.tasks": True,
        "public.marks>public.tasks": True,
        "public.tree>public.tree": False,
    }


def test_entangled_tables_end() -> None:
    knot = []
    for n in range(14):
        others = [m for m in range(14) if m != n]
        columns, keys = " ".join(f"c{m}" for m in others), " ".join(f"c{m}>t{m}" for m in others)
        knot.append(f"t{n}: id; {columns}; {keys}")
    found = graph(USERS, "last: id; user_id t; user_id>users", *knot, "first: id; a b; a>t0 b>last")
    assert found.of("public.first").kind == "path"
    knotted = graph(USERS, *knot[:-1], "t13: id; user_id; user_id>users")
    assert knotted.of("public.t0").kind == "ambiguous"


@st.composite
def random_tables(draw: st.DrawFn) -> list[TableShape]:
    """Up to five tables besides the root, with single-column references, some nullable, some to the root."""
    count = draw(st.integers(1, 5))
    tables = [table(USERS)]
    for number in range(count):
        targets = draw(st.lists(st.sampled_from(["users", *(f"t{n}" for n in range(count))]), max_size=3))
        columns = [f"r{i}{draw(st.sampled_from(['', '?']))}" for i, _ in enumerate(targets)]
        keys = " ".join(f"r{i}>{target}" for i, target in enumerate(targets))
        tables.append(table(f"t{number}: id; {' '.join(columns)}; {keys}"))
    return tables


def all_claims(tables: list[TableShape], name: str) -> set[str]:
    """Brute force: try every sequence of tables, then every choice of foreign keys along it."""
    shapes = {shape.name: shape for shape in tables}

    def refers_to_root(shape: str) -> bool:
        return any(key.target == "public.users" for key in shapes[shape].foreign_keys)

    others = [each for each in shapes if each not in (name, "public.users")]
    found: set[str] = set()
    for length in range(len(others) + 1):
        for between in permutations(others, length):
            chain = [name, *between]
            if any(refers_to_root(each) for each in chain[:-1]) or not refers_to_root(chain[-1]):
                continue
            ways = [""]
            for here, there in zip(chain, [*chain[1:], "public.users"], strict=True):
                columns = [key.columns[0] for key in shapes[here].foreign_keys if key.target == there]
                ways = [f"{way}.{column}" for way in ways for column in columns]
            found |= {way[1:] for way in ways}
    return found


@given(random_tables())
def test_all_paths_are_found_and_one_decides(tables: list[TableShape]) -> None:
    found = build_ownership(tables, OwnershipRules(owner_root="users"))
    for shape in tables[1:]:
        expected = all_claims(tables, shape.name)
        answer = found.of(shape.name)
        if not expected:
            assert answer.kind == "unclassified"
        elif answer.reason.startswith("through"):
            assert answer.kind == "ambiguous"
            assert len(expected) > 1
        elif len(expected) == 1:
            assert answer.kind in ("column", "path")
            assert {str(answer.path)} == expected
        else:
            # Single columns to keys that nothing else shares prove nothing, so several ways never decide.
            assert answer.path is None or answer.path.start == shape.name
            assert answer.kind in ("ambiguous", "path")
            if answer.kind == "path":
                assert str(answer.path) in expected
        if answer.kind != "unclassified" and not answer.reason.startswith("through"):
            assert {str(path) for path in answer.paths} == expected


def test_shortening_stops_at_optional_keys() -> None:
    shapes = {
        each.name: each
        for each in map(
            table, [USERS, TASKS, "notes: id; task_id? user_id; task_id+user_id>tasks.id+user_id"]
        )
    }
    path = resolve_path(shapes, "public.notes", "task_id.user_id")
    assert shorten(shapes, path) == path
