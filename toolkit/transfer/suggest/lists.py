"""Lists inside records that become rows of their own: words into a table of words, and link tables.

`tags: ["a", "b"]` in a task is rows of three tables: the task, each word once, and which task has which word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.transfer.suggest.fit import fit
from toolkit.transfer.suggest.match import section_name, taken_whole
from toolkit.transfer.suggest.names import alike
from toolkit.transfer.suggest.rowsets import Leaf, RowSet
from toolkit.transfer.suggest.section import Line, Pick, Section, links_of
from toolkit.transfer.suggest.target import spelling_wanted
from toolkit.transfer.target.table import TargetTable

_ENOUGH: Final = 0.6
_KEYS: Final = 0.99
_PLACES: Final = ("position", "index", "order", "rank", "sort_order")


@dataclass(frozen=True, slots=True)
class _Way:
    """A table that takes the elements of a list, and how."""

    score: float
    table: TargetTable
    to_parent: str
    """Its column that refers to the enclosing row."""
    column: str
    """Its column for the element, or for the row that the element stands for."""
    words: TargetTable | None = None
    """The table that holds each element once."""
    word: str | None = None
    """The column of that table for the element."""
    keys_of: Section | None = None
    """The rows whose keys the elements are."""


def add_lists(sets: Sequence[RowSet], tables: Mapping[str, TargetTable], sections: list[Section]) -> None:
    """Add sections for the lists of single values, and for link tables between rows and rows inside them."""
    for rows in sets:
        parent = next((each for each in sections if each.rows is rows.parent), None)
        if parent is None:
            continue
        if rows.scalar and not taken_whole(rows, sections):
            free = _free(tables, sections, rows.source)
            ways = sorted(
                _ways(rows, parent, free, tables, sections), key=lambda way: (-way.score, way.table.label)
            )
            if ways and ways[0].score >= _ENOUGH:
                _add(ways[0], rows, parent, sections)
        elif not rows.scalar:
            _add_link(rows, parent, tables, sections)


def _ways(
    rows: RowSet,
    parent: Section,
    free: Mapping[str, TargetTable],
    tables: Mapping[str, TargetTable],
    sections: Sequence[Section],
) -> Iterator[_Way]:
    for table in free.values():
        links = links_of(table)
        own = [name for name, referred in links.items() if _leads_to_key(referred, parent.table)]
        if not own:
            continue
        named = max(alike(rows.label, table.name), alike(f"{parent.table.name}_{rows.label}", table.name))
        for name, referred in links.items():
            label, column = referred[0]
            other = tables.get(label)
            if name in own or other is None or other is parent.table or other.primary_key != (column,):
                continue
            for section in sections:
                if section.table is other and section.key_leaf is not None:
                    part = rows.facts.values.inside(section.key_leaf.facts.values)
                    if part >= _KEYS:
                        name_score = max(named, alike(rows.label, other.name))
                        yield _Way(0.5 * part + 0.5 * name_score, table, own[0], name, keys_of=section)
            if label in free:
                for word in _word_columns(other, rows):
                    yield _Way(max(alike(rows.label, other.name), named), table, own[0], name, other, word)
        for word in _word_columns(table, rows):
            if set(links) <= {*own, *_carried(table, parent)}:
                yield _Way(max(named, 0.9 * alike(rows.label, word)), table, own[0], word)


def _word_columns(table: TargetTable, rows: RowSet) -> Iterator[str]:
    """The one column that could hold an element, where nothing else of the table needs a value."""
    links = links_of(table)
    plain = [
        column
        for column in table.columns.values()
        if column.name not in links
        and (column.name,) != table.primary_key
        and fit(rows.facts, column) is not None
    ]
    needed = [column for column in plain if column.not_null and not column.has_default]
    if len(needed or plain) == 1:
        yield (needed or plain)[0].name


def _add(way: _Way, rows: RowSet, parent: Section, sections: list[Section]) -> None:
    value = rows.leaves[0] if rows.leaves else Leaf((), rows.facts, "@value")
    words = None
    if way.words is not None:
        words = _words_section(way, rows, value, parent, sections)
        sections.append(words)
    section = Section(section_name(rows, way.table, sections), rows, way.table, way.score, {})
    section.lines[way.to_parent] = _from_parent(parent.name)
    samples = tuple(rows.facts.samples)
    if words is not None:
        section.lines[way.column] = _from_parent(words.name)
        section.duplicates = "first"
    elif way.keys_of is not None:
        kept = way.keys_of.keeps_keys
        rule: dict[str, Any] = {} if kept else {"ref": way.keys_of.name}
        reason = f"all values are keys of {way.keys_of.name}"
        section.lines[way.column] = Line({**rule, "from": "@value"}, way.score, (reason,), samples, (), value)
        section.duplicates = "first"
    else:
        found = fit(rows.facts, way.table.columns[way.column])
        section.picks[way.column] = Pick(value, way.score, way.score, found)
        section.lines[way.column] = Line(
            {"from": "@value", **(found.rule if found else {})},
            way.score,
            ("an element of the list",),
            samples,
            (),
            value,
        )
    _carry(section, parent)
    sections.append(section)


def _words_section(
    way: _Way, rows: RowSet, value: Leaf, parent: Section, sections: Sequence[Section]
) -> Section:
    assert way.words is not None
    assert way.word is not None
    table, word, score = way.words, way.word, way.score
    spelling = spelling_wanted(table, table.columns[word])
    found = fit(rows.facts, table.columns[word], (), spelling)
    section = Section(
        section_name(rows, table, sections), rows, table, score, {word: Pick(value, score, score, found)}
    )
    section.lines[word] = Line(
        {"from": "@value", **(found.rule if found else {})},
        score,
        ("each word once",),
        tuple(rows.facts.samples),
        (),
        value,
    )
    _carry(section, parent)
    _each_once(section, word)
    return section


def _each_once(section: Section, word: str) -> None:
    """Rows that agree in what must be unique are one row, with one new key."""
    table = section.table
    known = {*section.lines, *section.picks}
    unique = next(
        (rule.columns for rule in table.uniques if word in rule.columns and set(rule.columns) <= known),
        (word,),
    )
    section.distinct = unique
    if len(table.primary_key) == 1 and table.primary_key[0] not in known:
        column = table.columns[table.primary_key[0]]
        section.key = {"to": column.name, "assign": "serial" if column.sequence is not None else "uuid5"}


def _add_link(
    rows: RowSet, parent: Section, tables: Mapping[str, TargetTable], sections: list[Section]
) -> None:
    """Between the rows of a section and the enclosing ones, where a link table and no column joins them."""
    section = next((each for each in sections if each.rows is rows and not each.distinct), None)
    if section is None or any(
        _leads_to_key(referred, parent.table) for referred in links_of(section.table).values()
    ):
        return
    for table in sorted(_free(tables, sections, rows.source).values(), key=lambda table: table.label):
        links = links_of(table)
        up = [name for name, referred in links.items() if _leads_to_key(referred, parent.table)]
        down = [name for name, referred in links.items() if _leads_to_key(referred, section.table)]
        if not up or not down or up[0] == down[0]:
            continue
        link = Section(
            section_name(rows, table, sections), rows, table, section.score, {}, duplicates="first"
        )
        link.lines[up[0]], link.lines[down[0]] = _from_parent(parent.name), _from_parent(section.name)
        _carry(link, parent)
        _carry(section, parent)
        if section.key_leaf is None:
            words = [name for name in section.picks if name not in links_of(section.table)]
            _each_once(section, words[0]) if words else None
        sections.append(link)
        return


def _carry(section: Section, parent: Section) -> None:
    """Columns that the table shares with the enclosing row, such as its owner; and the place in the list."""
    for shared, (label, column) in _carried(section.table, parent).items():
        if shared in section.lines or shared in section.picks:
            continue
        whole = label == parent.table.label and parent.table.primary_key == (column,)
        rule = {"parent": parent.name} if whole else {"parent": parent.name, "column": column}
        section.lines[shared] = Line(rule, 1.0, (f"as in the row of {parent.name} around it",))
    for each in section.table.columns.values():
        if each.name in _PLACES and each.name not in section.lines:
            section.lines[each.name] = Line({"from": "@index"}, 0.9, ("the place in the list",))


def _carried(table: TargetTable, parent: Section) -> dict[str, tuple[str, str]]:
    """The columns of `table` whose value the enclosing row has, and the column of it that has it."""
    theirs = {referred[0]: name for name, referred in links_of(parent.table).items()}
    found: dict[str, tuple[str, str]] = {}
    for name, referred in links_of(table).items():
        for label, column in referred:
            if label == parent.table.label:
                found.setdefault(name, (label, column))
            elif (label, column) in theirs:
                found.setdefault(name, (parent.table.label, theirs[label, column]))
    return found


def _leads_to_key(referred: Sequence[tuple[str, str]], table: TargetTable) -> bool:
    return any(label == table.label and (column,) == table.primary_key for label, column in referred)


def _free(
    tables: Mapping[str, TargetTable], sections: Sequence[Section], source: str
) -> dict[str, TargetTable]:
    """The tables that this source does not fill yet."""
    filled = {section.table.label for section in sections if section.rows.source == source}
    return {label: table for label, table in tables.items() if label not in filled}


def _from_parent(name: str) -> Line:
    return Line({"parent": name}, 1.0, (f"the row lies inside one of {name}",))
