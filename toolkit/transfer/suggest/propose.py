"""Propose a whole mapping: survey, match, refer, and say what is left to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.cancel import CancelToken
from toolkit.events import Emit, unheard
from toolkit.transfer.suggest.errors import NothingToSuggestError
from toolkit.transfer.suggest.keys import find_key, find_references
from toolkit.transfer.suggest.lists import add_lists
from toolkit.transfer.suggest.match import match_tables
from toolkit.transfer.suggest.rowsets import Found, Leaf, row_sets
from toolkit.transfer.suggest.section import Line, Section
from toolkit.transfer.suggest.survey import Surveyed, survey
from toolkit.transfer.suggest.write import Left, mapping_text
from toolkit.transfer.target.table import TargetTable


@dataclass(frozen=True, slots=True)
class ProposedTable:
    """One section of the proposal."""

    section: str
    table: str
    source: str
    rows: str
    score: float
    columns: int
    undecided: tuple[str, ...]
    """What somebody has to decide before the section can be imported."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping file to be reviewed."""

    text: str
    """The TOML text."""
    tables: tuple[ProposedTable, ...]
    undecided: tuple[str, ...]
    """Everything that was not placed, for all sections and sources."""

    @property
    def complete(self) -> bool:
        """Whether nothing has to be decided."""
        return not self.undecided


def suggest(
    given: Sequence[str | Path] | object,
    tables: Mapping[str, TargetTable],
    *,
    home: Path | None = None,
    modules: Path | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Proposal:
    """The mapping of `given` (files, `module:attribute`, or one object) into `tables`, by `schema.table`.

    `home` is the folder in which the mapping file will stand; `modules` where modules are looked for. Raises
    `NothingToSuggestError`, and what reading the sources raises.
    """
    return propose(survey(given, modules or Path.cwd(), emit, cancel or CancelToken()), tables, home=home)


def propose(
    surveyed: Sequence[Surveyed], tables: Mapping[str, TargetTable], *, home: Path | None = None
) -> Proposal:
    """The mapping of sources that were surveyed. Raises `NothingToSuggestError`."""
    names = sorted(table.name for table in tables.values())
    found = {each.name: row_sets(each, names) for each in surveyed}
    sets = [rows for each in found.values() for rows in each.sets]
    sections = match_tables(sets, tables)
    if not sections:
        raise NothingToSuggestError(tuple(each.location or each.name for each in surveyed), len(tables))
    for section in sections:
        find_key(section)
    add_lists(sets, tables, sections)
    for section in sections:
        find_references(section, sections)
        _plain_lines(section)
    _drop_empty(sections)
    if not sections:
        raise NothingToSuggestError(tuple(each.location or each.name for each in surveyed), len(tables))
    left = _left(surveyed, found, sections)
    text = mapping_text(surveyed, found, sections, left, home or Path.cwd())
    return Proposal(text, tuple(_told(each, left) for each in sections), tuple(_undecided(sections, left)))


def _drop_empty(sections: list[Section]) -> None:
    """Take out sections for which nothing is written, and what refers to them."""
    while empty := [each for each in sections if each.key is None and not _written(each)]:
        names = {each.name for each in empty}
        sections[:] = [each for each in sections if each.name not in names]
        for section in sections:
            section.lines = {
                name: line
                for name, line in section.lines.items()
                if not {line.rule.get("parent"), line.rule.get("ref")} & names
            }


def _written(section: Section) -> bool:
    return any(not line.undecided for line in section.lines.values())


def _plain_lines(section: Section) -> None:
    """Lines for the fields that fill columns as they are."""
    key = section.key["to"] if section.key is not None else None
    taken = {id(line.leaf) for line in section.lines.values() if line.leaf is not None}
    for name, pick in section.picks.items():
        if name in section.lines or name == key or pick.fit is None or id(pick.leaf) in taken:
            continue
        rule = {"from": pick.leaf.text, **pick.fit.rule}
        reasons = (f"name {pick.name:.2f}", f"type {pick.fit.score:.2f}")
        samples = tuple(pick.leaf.facts.samples)
        section.lines[name] = Line(rule, pick.score, reasons, samples, pick.fit.notes, pick.leaf)


def _left(surveyed: Sequence[Surveyed], found: Mapping[str, Found], sections: Sequence[Section]) -> Left:
    """The fields that nothing takes, by the row set they stand in, and the parts without rows."""
    covered: dict[int, list[Leaf]] = {}
    for section in sections:
        leaves = covered.setdefault(id(section.rows), [])
        leaves += [
            line.leaf for line in section.lines.values() if line.leaf is not None and not line.undecided
        ]
        if section.key_leaf is not None and section.key is not None:
            leaves.append(section.key_leaf)
        for line in section.lines.values():
            by = line.rule.get("by", {})
            leaves += [leaf for text in by.values() if (leaf := section.rows.leaf(str(text))) is not None]
    fields: dict[int, list[Leaf]] = {}
    for section in sections:
        inner = [child for child in section.rows.children if any(each.rows is child for each in sections)]
        into = [
            child.tokens[len(section.rows.tokens) : child.tokens.index("*", len(section.rows.tokens))]
            for child in inner
        ]
        fields[id(section.rows)] = list(_not_taken(section.rows.leaves, covered[id(section.rows)], into))
    parts = {
        each.name: [
            *(
                rows.tokens[:-1]
                for rows in found[each.name].sets
                if not _placed(rows.tokens, each.name, sections) and rows.parent is None
            ),
            *(stray.path for stray in found[each.name].strays),
        ]
        for each in surveyed
    }
    return Left(fields, parts)


def _placed(tokens: tuple[str, ...], source: str, sections: Sequence[Section]) -> bool:
    return any(section.rows.tokens == tokens and section.rows.source == source for section in sections)


def _not_taken(
    leaves: Sequence[Leaf], covered: Sequence[Leaf], inner: Sequence[tuple[str, ...]]
) -> Iterator[Leaf]:
    taken = [leaf.path for leaf in covered if leaf.word is None] + list(inner)

    def touched(path: tuple[str, ...]) -> bool:
        """Whether a taken place holds this one, or lies in it."""
        return any(path[: len(other)] == other or other[: len(path)] == path for other in taken)

    for leaf in leaves:
        around = (leaf.path[:length] for length in range(1, len(leaf.path)))
        # What lies in something that is left as a whole is told with it.
        if leaf.word is None and not touched(leaf.path) and all(map(touched, around)):
            yield leaf


def _told(section: Section, left: Left) -> ProposedTable:
    return ProposedTable(
        section=section.name,
        table=section.table.label,
        source=section.rows.source,
        rows=section.rows.pointer,
        score=round(section.score, 2),
        columns=len(section.lines) + (section.key is not None),
        undecided=tuple(_of_section(section, left)),
    )


def _of_section(section: Section, left: Left) -> Iterator[str]:
    yield from (
        f"{section.rows.source} {section.rows.pointer}: the field {leaf.text}"
        for leaf in left.fields.get(id(section.rows), ())
    )
    for name, line in section.lines.items():
        if line.undecided:
            yield f"{section.name}.{name}: {line.undecided}"
    yield from (f"{section.name}.{name}: must have a value" for name in missing_columns(section))


def missing_columns(section: Section) -> list[str]:
    """The columns that must have a value and get none."""
    made = section.key["to"] if section.key is not None else None
    return [
        column.name
        for column in section.table.columns.values()
        if column.not_null
        and not column.has_default
        and not column.generated
        and column.name != made
        and column.name not in section.lines
    ]


def _undecided(sections: Sequence[Section], left: Left) -> Iterator[str]:
    yield from dict.fromkeys(each for section in sections for each in _of_section(section, left))
    for source, parts in left.parts.items():
        yield from (f"source {source}: the part {'/'.join(path) or 'as a whole'}" for path in parts)
