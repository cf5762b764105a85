"""Keys and references: what becomes of legacy keys, and which values are keys of which rows.

The proof of a reference is that its values are among the legacy keys of the rows it leads to, over all rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from toolkit.transfer.suggest.fit import fit
from toolkit.transfer.suggest.names import alike, words
from toolkit.transfer.suggest.rowsets import Leaf, RowSet
from toolkit.transfer.suggest.section import Line, Pick, Section, links_of
from toolkit.transfer.suggest.sketch import Sketch
from toolkit.transfer.target.table import TargetColumn

_KEYS: Final = 0.99
"""Which part of the values must be keys."""
_MOST: Final = 0.5
"""Which part must be keys where the name says that they are."""
_TELLING: Final = 0.35
"""How alike the name of a reference must be where the values alone could be a coincidence."""
_SENTINELS: Final = ("", "0", "-1")
_MADE: Final = {"uuid": "uuid5", "text": "uuid5", "varchar": "uuid5"}


def find_key(section: Section) -> None:
    """Decide what the legacy key of the section's rows is and what becomes of it."""
    table = section.table
    primary = table.primary_key
    if len(primary) != 1:
        return
    column = table.columns[primary[0]]
    if column.name in links_of(table):
        pick = section.picks.get(column.name)
        section.key_leaf = pick.leaf if pick else None
        return
    leaf = _legacy_key(section, column)
    if leaf is None:
        section.picks.pop(column.name, None)
        if section.rows.children and column.sequence is not None:
            section.key = {"to": column.name, "assign": "serial"}
        return
    section.key_leaf = leaf
    found = fit(leaf.facts, column)
    if found is not None and "undecided" not in found.rule:
        section.picks[column.name] = Pick(leaf, 1.0, 1.0, found)
        return
    section.picks.pop(column.name, None)
    made = "serial" if column.sequence is not None else _MADE.get(column.type.name)
    if made is not None:
        section.key = {"legacy": leaf.text, "to": column.name, "assign": made}


def find_references(section: Section, sections: Sequence[Section]) -> None:
    """A line for each column that refers to rows, where its value is found."""
    by_table: dict[str, list[Section]] = {}
    for each in sections:
        by_table.setdefault(each.table.label, []).append(each)
    for column, referred in links_of(section.table).items():
        for label, target_column in referred:
            line = _reference(section, column, by_table.get(label, []), target_column)
            if line is not None:
                section.lines[column] = line
                break


def _reference(section: Section, column: str, targets: Sequence[Section], referred: str) -> Line | None:
    pick = section.picks.get(column)
    enclosing = next((each for each in targets if encloses(each.rows, section.rows)), None)
    if enclosing is not None and (pick is None or pick.name < _TELLING * 2):
        return _from_parent(enclosing, referred)
    candidates = list(_candidates(section, column, targets, referred))
    if candidates:
        best, target = max(candidates, key=lambda each: each[0].score)
        if "by" in best.rule:
            _need_key(target, tuple(best.rule["by"]))
        return best
    return None if targets or pick is not None else _from_outer_key(section, column)


def _from_outer_key(section: Section, column: str) -> Line | None:
    """For lists by owner whose owners are in the database: the key of the list, where a column needs one."""
    facts = section.table.columns[column]
    leaf = next((leaf for leaf in section.rows.leaves if (leaf.word or "")[1:].isdigit()), None)
    taken = any(line.leaf is leaf for line in section.lines.values())
    found = None if leaf is None or taken or not facts.not_null else fit(leaf.facts, facts)
    if leaf is None or found is None:
        return None
    rule = {"from": leaf.text, **found.rule}
    return Line(rule, 0.6, ("the key of the list",), tuple(leaf.facts.samples), found.notes, leaf)


def _need_key(section: Section, by: tuple[str, ...]) -> None:
    """See that rows which others look up by their columns get a key that can be written there."""
    primary = section.table.primary_key[0]
    if section.key is not None or primary in section.picks or primary in section.lines:
        return
    if section.table.columns[primary].sequence is not None:
        section.key = {"to": primary, "assign": "serial"}
    elif section.table.columns[primary].type.name in _MADE:
        section.key, section.distinct = {"to": primary, "assign": "uuid5"}, by


def encloses(outer: RowSet, inner: RowSet) -> bool:
    """Whether a row of `inner` lies inside one row of `outer`, or is the same."""
    here: RowSet | None = inner.parent
    while here is not None and here is not outer:
        here = here.parent
    return here is not None


def _from_parent(enclosing: Section, referred: str) -> Line | None:
    key = enclosing.table.primary_key
    if key == (referred,):
        _need_key(enclosing, _unique_of(enclosing))
        return Line({"parent": enclosing.name}, 1.0, (f"the row lies inside one of {enclosing.name}",))
    if referred in enclosing.picks or referred in enclosing.lines:
        rule = {"parent": enclosing.name, "column": referred}
        return Line(rule, 1.0, (f"the row lies inside one of {enclosing.name}",))
    return None


def _unique_of(section: Section) -> tuple[str, ...]:
    """Columns that tell the rows of a section apart, all of them filled."""
    rules = [rule.columns for rule in section.table.uniques if set(rule.columns) <= set(section.picks)]
    return rules[0] if rules else tuple(sorted(section.picks))


def _candidates(
    section: Section, column: str, targets: Sequence[Section], referred: str
) -> Iterator[tuple[Line, Section]]:
    for target in targets:
        for leaf in section.rows.leaves:
            if leaf.facts.present & {"object", "array"} or not leaf.facts.present or not leaf.nameable:
                continue
            if leaf is section.key_leaf and target is section:
                continue
            name = _reference_name(leaf, column, target)
            if target.key_leaf is not None and target.table.primary_key == (referred,):
                yield from ((line, target) for line in _by_key(section, column, target, leaf, name))
            if target is not section and target.table.primary_key == (referred,):
                yield from ((line, target) for line in _by_natural_key(target, leaf, name))


def _by_key(section: Section, column: str, target: Section, leaf: Leaf, name: float) -> Iterator[Line]:
    assert target.key_leaf is not None
    part, none = _contained(leaf.facts.values, target.key_leaf.facts.values)
    # Small numbers are among the keys of every table; long keys are not by chance.
    telling = "text" in leaf.facts.present and leaf.facts.values.distinct > 1
    proven = part >= _KEYS and (name >= _TELLING or telling or leaf.word is not None)
    if not proven and (name < 2 * _TELLING or part < _MOST):
        return
    facts = section.table.columns[column]
    found = fit(leaf.facts, facts)
    rule: dict[str, Any] = {"from": leaf.text}
    if target.keeps_keys and found is not None and "undecided" not in found.rule:
        rule |= found.rule
    else:
        rule = {"ref": target.name, **rule}
    if none is not None:
        rule["none"] = [int(none) if none.lstrip("-").isdigit() and "number" in leaf.facts.present else none]
    notes = () if part >= _KEYS else (f"{1 - part:.0%} of the values are no keys of {target.name}",)
    if facts.not_null and (none is not None or leaf.facts.kinds["null"]):
        notes = (*notes, "unset in some rows, and the column must have a value: give a default")
    reasons = (f"name {name:.2f}", f"{part:.0%} of the values are keys of {target.name}")
    yield Line(rule, 0.4 * name + 0.6 * part, reasons, tuple(leaf.facts.samples), notes, leaf)


def _by_natural_key(target: Section, leaf: Leaf, name: float) -> Iterator[Line]:
    """By a unique field of the other rows that is no key: an e-mail address, a code."""
    if "text" not in leaf.facts.present or name < _TELLING:
        return
    for other, pick in sorted(target.picks.items()):
        if pick.leaf is target.key_leaf or pick.leaf.facts.present != {"text"}:
            continue
        part, _ = _contained(leaf.facts.values, pick.leaf.facts.values)
        if part >= _KEYS and pick.leaf.facts.values.unique and leaf.facts.values.distinct > 1:
            rule = {"ref": target.name, "by": {other: leaf.text}}
            reasons = (f"name {name:.2f}", f"{part:.0%} of the values are {other} of {target.name}")
            yield Line(rule, 0.4 * name + 0.5 * part, reasons, tuple(leaf.facts.samples), (), leaf)


def _contained(values: Sketch, keys: Sketch) -> tuple[float, str | None]:
    """Which part of the values are keys; and the one value that stands for none, where that explains it."""
    part = values.inside(keys)
    if part < 1:
        for sentinel in _SENTINELS:
            without = values.inside(keys, but=sentinel)
            if without > part and without >= _KEYS:
                return without, sentinel
    return part, None


def _reference_name(leaf: Leaf, column: str, target: Section) -> float:
    if leaf.word is not None:
        return 0.5 if leaf.word.startswith("@") and leaf.word[1:].isdigit() else 0.0
    last = leaf.path[-1]
    bare = column.removesuffix("_id")
    named = max(alike(last, column), alike(last, bare), 0.9 * alike(last, f"{target.table.name}_id"))
    if len(leaf.path) > 1:
        named = max(named, alike("_".join(leaf.path), column))
    return named


def _legacy_key(section: Section, column: TargetColumn) -> Leaf | None:
    """The unique place that names a row: the field of the primary key, `id` and the like, or the dict key."""
    pick = section.picks.get(column.name)
    taken = {id(other.leaf) for name, other in section.picks.items() if name != column.name}
    named = [] if pick is None else [(2.0, pick.leaf)]
    for leaf in section.rows.leaves:
        if id(leaf) in taken or not leaf.nameable or leaf.facts.present & {"object", "array", "bool"}:
            continue
        if leaf.word == "@key":
            named.append((0.85, leaf))
        elif len(leaf.path) == 1:
            named.append((_like_a_key(leaf.path[0], section), leaf))
    for score, leaf in sorted(named, key=lambda each: (-each[0], each[1].text)):
        complete = leaf.word is not None or leaf.facts.seen >= section.rows.facts.kinds["object"]
        if score >= 0.8 and leaf.facts.values.unique and complete and not leaf.facts.kinds["null"]:
            return leaf
    return None


def _like_a_key(name: str, section: Section) -> float:
    own = max(alike(name, f"{section.table.name}_id"), alike(name, f"{section.rows.label}_id"))
    return max(own, 1.0 if words(name) in (("id",), ("uuid",), ("guid",), ("key",), ("pk",)) else 0.0)
