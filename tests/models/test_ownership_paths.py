"""Paths to the owner: all are found, on random tables against brute force, and the search ends."""

from __future__ import annotations

from itertools import permutations

from fixtures.ownership import TASKS, USERS, graph, table
from hypothesis import given
from hypothesis import strategies as st

from toolkit.models.ownership import OwnershipRules, build_ownership, resolve_path
from toolkit.models.ownership.claims import shorten
from toolkit.models.shapes import TableShape


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
