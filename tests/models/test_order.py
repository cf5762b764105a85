"""Dependency order: parents first, cycles broken where it costs least."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.models.order import components, dependency_order
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape


def table(name: str, *targets: str, deferrable: tuple[str, ...] = ()) -> TableShape:
    """A table with one reference per target; `target?` is a nullable one."""
    names = [target.removesuffix("?") for target in targets]
    return TableShape(
        schema="public",
        table=name,
        columns=(
            ColumnShape("id", "INTEGER", nullable=False),
            *(ColumnShape(f"{target.rstrip('?')}_id", "INTEGER", target.endswith("?")) for target in targets),
        ),
        primary_key=("id",),
        foreign_keys=tuple(
            ForeignKeyShape((f"{each}_id",), f"public.{each}", ("id",), deferrable=each in deferrable)
            for each in names
        ),
    )


def names(tables: tuple[str, ...]) -> list[str]:
    return [each.removeprefix("public.") for each in tables]


def test_parents_come_first() -> None:
    order = dependency_order([table("c", "b", "a"), table("b", "a"), table("a")])
    assert names(order.tables) == ["a", "b", "c"]
    assert (order.cycles, order.self_references, order.missing) == ((), (), ())


def test_a_tree_is_no_cycle() -> None:
    order = dependency_order([table("a", "a?")])
    assert names(order.tables) == ["a"]
    assert order.cycles == ()
    assert [str(each) for each in order.self_references] == ["public.a (a_id) -> public.a"]


def test_a_cycle_is_broken_at_its_nullable_reference() -> None:
    order = dependency_order([table("a", "b"), table("b", "c?"), table("c", "a")])
    (cycle,) = order.cycles
    assert names(cycle.tables) == ["a", "b", "c"]
    assert [str(each) for each in cycle.broken] == ["public.b (c_id) -> public.c"]
    assert cycle.unbreakable == ()
    assert names(order.tables) == ["b", "a", "c"]


def test_deferrable_is_next_best_and_hard_cycles_are_told() -> None:
    (soft,) = dependency_order([table("a", "b", deferrable=("b",)), table("b", "a")]).cycles
    assert [each.table for each in soft.broken] == ["public.a"]
    assert soft.unbreakable == ()
    (hard,) = dependency_order([table("a", "b"), table("b", "a")]).cycles
    assert [each.table for each in hard.unbreakable] == ["public.a"]


def test_references_to_unknown_tables_are_told() -> None:
    order = dependency_order([table("a", "elsewhere")])
    assert [str(each) for each in order.missing] == ["public.a (elsewhere_id) -> public.elsewhere"]


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [table(f"t{n:05}", *([f"t{n + 1:05}"] if n < 3000 else [])) for n in range(3001)]
    assert names(dependency_order(chain).tables) == [f"t{n:05}" for n in range(3000, -1, -1)]


GRAPHS = st.integers(1, 7).flatmap(
    lambda size: st.dictionaries(
        st.integers(0, size - 1).map(lambda n: f"t{n}"),
        st.sets(st.tuples(st.integers(0, size - 1), st.sampled_from(["", "?"])), max_size=4),
        max_size=size,
    ).map(
        lambda edges: [
            table(
                f"t{n}", *sorted({f"t{to}": f"t{to}{mark}" for to, mark in edges.get(f"t{n}", ())}.values())
            )
            for n in range(size)
        ]
    )
)


@given(GRAPHS)
def test_every_unbroken_reference_leads_backwards(shapes: list[TableShape]) -> None:
    order = dependency_order(shapes)
    place = {name: number for number, name in enumerate(order.tables)}
    broken = {(each.table, each.foreign_key) for cycle in order.cycles for each in cycle.broken}
    assert sorted(place) == sorted(shape.name for shape in shapes)
    for shape in shapes:
        for key in shape.foreign_keys:
            if key.target != shape.name and (shape.name, key) not in broken:
                assert place[key.target] < place[shape.name]


@given(GRAPHS)
def test_components_are_mutual_reachability(shapes: list[TableShape]) -> None:
    edges = {shape.name: [key.target for key in shape.foreign_keys] for shape in shapes}

    def reach(start: str) -> set[str]:
        seen, todo = {start}, [start]
        while todo:
            for target in edges[todo.pop()]:
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return seen

    reached = {name: reach(name) for name in edges}
    expected = {frozenset(b for b in edges if b in reached[a] and a in reached[b]) for a in edges}
    found = components(sorted(edges), edges)
    assert set(found) == expected
    for number, component in enumerate(found):
        for name in component:
            assert all(any(target in each for each in found[: number + 1]) for target in edges[name])


@given(GRAPHS)
def test_no_cycle_means_nothing_broken(shapes: list[TableShape]) -> None:
    order = dependency_order(shapes)
    for cycle in order.cycles:
        assert len(cycle.tables) > 1
        assert cycle.broken
