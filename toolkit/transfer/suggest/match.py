"""Which table the rows of a row set go into, and which field fills which column: the best pairs first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from toolkit.transfer.mapping.paths import EACH
from toolkit.transfer.suggest.fit import fit
from toolkit.transfer.suggest.names import alike
from toolkit.transfer.suggest.rowsets import Leaf, RowSet
from toolkit.transfer.suggest.section import Pick, Section, links_of
from toolkit.transfer.suggest.target import spelling_wanted, words_allowed
from toolkit.transfer.target.table import TargetColumn, TargetTable

_ENOUGH: Final = 0.5
"""From which score on a field fills a column."""
_TABLE_ENOUGH: Final = 0.4
_ANOTHER_SOURCE: Final = 0.6
"""From which score on a second source fills a table that one fills already."""
_INNER: Final = 0.8
"""What the last name of a nested field counts, beside its whole path."""
_OF_PARENT: Final = 0.15
_SINGLE_VALUE: Final = 0.7
_NAMES_OF_VALUES: Final = ("name", "value", "label", "title", "text", "word")


def match_tables(sets: Sequence[RowSet], tables: Mapping[str, TargetTable]) -> list[Section]:
    """A section for each row set of objects that has a table; outer row sets choose first."""
    sections: list[Section] = []
    depth = 0
    while level := [rows for rows in sets if _depth(rows) == depth]:
        _match_level([rows for rows in level if not rows.scalar], tables, sections)
        depth += 1
    return sections


def _match_level(level: Sequence[RowSet], tables: Mapping[str, TargetTable], sections: list[Section]) -> None:
    scored = []
    for rows in level:
        if rows.parent is not None and taken_whole(rows, sections):
            continue
        for label, table in tables.items():
            picks = pick_columns(rows, table)
            score = _table_score(rows, table, picks, sections)
            scored.append((-score, rows.source, rows.pointer, label, rows, table, picks))
    for negative, _, _, label, rows, table, picks in sorted(scored, key=lambda each: each[:4]):
        filled = [section for section in sections if section.table.label == label]
        enough = _TABLE_ENOUGH if not filled else _ANOTHER_SOURCE
        if -negative < enough or any(section.rows is rows for section in sections):
            continue
        if any(section.rows.source == rows.source for section in filled):
            continue
        sections.append(Section(section_name(rows, table, sections), rows, table, -negative, picks))


def pick_columns(rows: RowSet, table: TargetTable) -> dict[str, Pick]:
    """The field for each column that finds one. A field fills one column, an object whole or in parts."""
    found: dict[str, Pick] = {}
    taken: list[Leaf] = []
    for pick, column in sorted(_pairs(rows, table), key=lambda pair: _rank(pair, table)):
        if column not in found and not any(_overlap(pick.leaf, other) for other in taken):
            found[column] = pick
            taken.append(pick.leaf)
    return found


def taken_whole(rows: RowSet, sections: Sequence[Section]) -> bool:
    """Whether the list or object that holds these rows fills a column itself."""
    parent = next((each for each in sections if each.rows is rows.parent), None)
    if parent is None or rows.parent is None:
        return False
    path = tuple(each for each in rows.tokens[len(rows.parent.tokens) :] if each != EACH)
    return any(pick.leaf.path == path for pick in parent.picks.values())


def _rank(pair: tuple[Pick, str], table: TargetTable) -> tuple[float, int, str]:
    pick, column = pair
    return -pick.score, list(table.columns).index(column), pick.leaf.text


def _pairs(rows: RowSet, table: TargetTable) -> Iterator[tuple[Pick, str]]:
    links = links_of(table)
    for column in table.columns.values():
        if column.generated:
            continue
        words, spelling = words_allowed(table, column), spelling_wanted(table, column)
        for leaf in filter(lambda leaf: leaf.nameable, rows.leaves):
            name = _name_score(leaf, column, table, links)
            if name < _ENOUGH:
                continue
            found = fit(leaf.facts, column, words, spelling)
            refers = column.name in links or column.name in table.primary_key
            if found is None and (not refers or leaf.facts.present & {"object", "array", "bool"}):
                continue
            score = name * (0.5 + 0.5 * (found.score if found is not None else 0.4))
            if score >= _ENOUGH:
                yield Pick(leaf, score, name, found), column.name


def _name_score(leaf: Leaf, column: TargetColumn, table: TargetTable, links: Mapping[str, object]) -> float:
    if leaf.word == "@key":
        forms = leaf.facts.forms
        numbered = forms.has("int") or forms.has("uuid") or forms.has("objectid")
        named = not numbered and any(rule.columns == (column.name,) for rule in table.uniques)
        return _SINGLE_VALUE if named or table.primary_key == (column.name,) else 0.0
    if leaf.word == "@value":
        return max(_SINGLE_VALUE * alike(column.name, word) for word in _NAMES_OF_VALUES)
    if leaf.word is not None:
        return 0.0
    names = [column.name]
    if column.name in links and column.name.endswith("_id"):
        names.append(column.name.removesuffix("_id"))
    if table.primary_key == (column.name,):
        names.append(f"{table.name}_id")
    last = max(alike(leaf.path[-1], name) for name in names)
    if len(leaf.path) == 1:
        return last
    return max(last * _INNER, *(alike("_".join(leaf.path), name) for name in names))


def _table_score(
    rows: RowSet, table: TargetTable, picks: Mapping[str, Pick], sections: Sequence[Section]
) -> float:
    links = links_of(table)
    name = alike(rows.label, table.name)
    parent = next((each for each in sections if each.rows is rows.parent), None)
    fields = {leaf.path[0] for leaf in rows.leaves if leaf.path}
    used = {pick.leaf.path[0] for pick in picks.values() if pick.leaf.path}
    needed = [
        column.name for column in table.columns.values() if _needed(column) and column.name not in links
    ]
    of_fields = sum(pick.score for pick in picks.values()) / max(len(fields), len(used), 1)
    of_columns = sum(column in picks for column in needed) / len(needed) if needed else 0.5
    score = 0.45 * name + 0.3 * min(of_fields, 1.0) + 0.25 * of_columns
    if parent is not None:
        refers = any(parent.table.label in {label for label, _ in referred} for referred in links.values())
        score += _OF_PARENT if refers else -_OF_PARENT
    # Fields called like everything (`id`, `name`) prove nothing about the table.
    telling = any(pick.name >= _SURE and pick.leaf.path[-1:] not in _COMMON for pick in picks.values())
    return score if telling or name >= _SURE else 0.0


_SURE: Final = 0.8
_COMMON: Final = (("id",), ("name",), ())


def _needed(column: TargetColumn) -> bool:
    return column.not_null and not column.has_default and not column.generated


def _overlap(one: Leaf, other: Leaf) -> bool:
    """Whether both are the same place, or one lies in the other."""
    if one.word or other.word:
        return one is other
    shorter = min(len(one.path), len(other.path))
    return one.path[:shorter] == other.path[:shorter]


def _depth(rows: RowSet) -> int:
    return 0 if rows.parent is None else 1 + _depth(rows.parent)


def section_name(rows: RowSet, table: TargetTable, sections: Sequence[Section]) -> str:
    """The table's name, or where that is taken by another section, with its schema or source."""
    taken = {section.name for section in sections}
    called = any(section.table is not table and section.name == table.name for section in sections)
    names = (table.name, table.label if called else f"{rows.source}_{table.name}", table.label)
    return next((name for name in names if name not in taken), f"{rows.source}_{table.name}_{len(taken)}")
