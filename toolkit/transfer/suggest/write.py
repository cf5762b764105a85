"""The proposal as a mapping file: what is sure as TOML, why and what else as comments."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.models.shapes import table_name
from toolkit.secret import MASK
from toolkit.transfer.export.tomltext import toml_comment, toml_key, toml_value
from toolkit.transfer.judge.rejects import is_secret
from toolkit.transfer.sources.locate import is_module_attribute
from toolkit.transfer.suggest.facts import Facts
from toolkit.transfer.suggest.names import identifier
from toolkit.transfer.suggest.rowsets import Found, Leaf
from toolkit.transfer.suggest.section import Line, Section
from toolkit.transfer.suggest.survey import Surveyed

_HEAD: Final = (
    "# Proposed by `neonkit import suggest`; read it before it is used. The format: docs/mapping.md.",
    "# A comment names the score (0 to 1), why, and samples. What is marked with ?? was not decided, and the",
    "# import fails until it is: map it, or put it into ignore.",
)


@dataclass(frozen=True, slots=True)
class Left:
    """What nothing takes."""

    fields: Mapping[int, Sequence[Leaf]]
    """By the identity of the row set."""
    parts: Mapping[str, Sequence[tuple[str, ...]]]
    """By source: the ways to parts of a document."""


def mapping_text(
    surveyed: Sequence[Surveyed],
    found: Mapping[str, Found],
    sections: Sequence[Section],
    left: Left,
    home: Path,
) -> str:
    """The whole file."""
    lines = [*_HEAD, "", "version = 1", ""]
    for source in surveyed:
        lines += [*_source(source, found[source.name], left, home), ""]
    told: set[int] = set()
    for section in sections:
        lines += [*_section(section, left, len(surveyed) > 1, told), ""]
        told.add(id(section.rows))
    return "\n".join(lines).rstrip() + "\n"


def _source(source: Surveyed, found: Found, left: Left, home: Path) -> Iterator[str]:
    yield f"[source.{toml_key(source.name)}]"
    if source.location is not None and source.location != "-":
        place = source.location
        if not is_module_attribute(place):
            place = os.path.relpath(place, home)
        yield f"from = {toml_value(place)}"
    if found.shape != "auto":
        yield f"shape = {toml_value(found.shape)}"
    if source.flawed:
        yield toml_comment(f"{source.flawed} records cannot be read and were not looked at")
    for path in left.parts.get(source.name, ()):
        name = ".".join(path)
        yield toml_comment(
            f"?? no rows of a table: {name or 'the whole source'}; to leave it: ignore = [{toml_value(name)}]"
        )


def _section(section: Section, left: Left, several: bool, told: set[int]) -> Iterator[str]:
    key = toml_key(section.name)
    count = section.rows.facts.seen
    yield toml_comment(f"score {section.score:.2f}: {count} rows of {section.rows.source}")
    yield f"[table.{key}]"
    yield f"into = {toml_value(table_name(section.table.schema, section.table.name))}"
    if several:
        yield f"source = {toml_value(section.rows.source)}"
    yield f"rows = {toml_value(section.rows.pointer)}"
    if section.distinct:
        yield f"distinct = {toml_value(list(section.distinct))}"
    if section.duplicates is not None:
        yield f"duplicates = {toml_value(section.duplicates)}"
    if section.key is not None:
        samples = [] if section.key_leaf is None else [_samples(section.key_leaf.facts, section.key_leaf, "")]
        yield f"key = {toml_value(section.key)}" + (
            f"  {toml_comment(samples[0])}" if samples and samples[0] else ""
        )
    fields = () if id(section.rows) in told else left.fields.get(id(section.rows), ())
    yield from (_field_left(leaf, section) for leaf in fields)
    if fields and (column := _empty_document(section)) is not None:
        yield toml_comment(f"or keep all of these in one column: {toml_key(column)} = {{ rest = true }}")
    yield f"[table.{key}.columns]"
    yield from _columns(section)


def _columns(section: Section) -> Iterator[str]:
    made = section.key["to"] if section.key is not None else None
    for column in section.table.columns.values():
        line = section.lines.get(column.name)
        if line is not None:
            yield _line(column.name, line)
        elif column.name != made and column.not_null and not column.has_default and not column.generated:
            yield toml_comment(
                f"?? {toml_key(column.name)} ({column.type.sql}) must have a value, and no field is like it"
            )


def _line(name: str, line: Line) -> str:
    why = [f"{line.score:.2f}", *line.reasons]
    leaf = line.leaf
    shown = _samples(leaf.facts, leaf, name) if leaf is not None else ""
    comment = ", ".join(why) + (f"; {shown}" if shown else "") + "".join(f"; ! {note}" for note in line.notes)
    if line.undecided:
        written = f"{toml_key(name)} = {toml_value(line.rule['from'])}"
        return toml_comment(f"?? {written}: {line.undecided}; {shown}")
    rule: Any = dict(line.rule)
    if leaf is not None and leaf.path and is_secret(identifier("_".join(leaf.path))) and not is_secret(name):
        rule["mask"] = True
    if list(rule) == ["from"]:
        rule = rule["from"]
    return f"{toml_key(name)} = {toml_value(rule)}  {toml_comment(comment)}"


def _empty_document(section: Section) -> str | None:
    """A column for JSON objects that nothing fills yet."""
    return next(
        (
            column.name
            for column in section.table.columns.values()
            if column.type.name in ("json", "jsonb") and column.name not in section.lines
        ),
        None,
    )


def _field_left(leaf: Leaf, section: Section) -> str:
    facts = leaf.facts
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(facts.kinds.items()) if count)
    shown = _samples(facts, leaf, "")
    rest = f"; {shown}" if shown else ""
    advice = (
        f"; to leave it: ignore = [{toml_value(leaf.text)}]" if leaf.nameable else "; no path can name it"
    )
    return toml_comment(f"?? no column for {leaf.text} ({kinds} of {section.rows.facts.seen}){rest}{advice}")


def _samples(facts: Facts, leaf: Leaf, column: str) -> str:
    if not facts.samples:
        return ""
    secret = is_secret(identifier("_".join(leaf.path))) or is_secret(column)
    return "as in " + (MASK if secret else ", ".join(map(toml_value, facts.samples)))
