"""The way back: a mapping with which `neonkit import` reads what was exported, value by value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolkit.models.shapes import table_name
from toolkit.transfer.export.expression import needs_server
from toolkit.transfer.export.report import Form
from toolkit.transfer.export.rows import Selection
from toolkit.transfer.export.tomltext import toml_comment, toml_key, toml_value
from toolkit.transfer.mapping.paths import EACH, pointer_text

_PLAIN_PATH: Final = re.compile(r"[^./~@\s][^.]*")


def mapping_toml(form: Form, selections: Mapping[str, Selection], files: Mapping[str, str]) -> str:
    """The text of the mapping. `files` are the files by section, relative to the mapping; none for a stream.

    A document is one file for all sections.
    """
    lines = ["# Brings an export of neonkit back: `neonkit import`. The format: docs/mapping.md.", ""]
    lines += ["version = 1", ""]
    lines += _sources(form, files)
    for section, selection in selections.items():
        source = section if form == "ndjson" and len(files) > 1 else None
        lines += [*_table(form, section, selection, source), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sources(form: Form, files: Mapping[str, str]) -> Iterator[str]:
    if form == "document":
        yield from ("[source.export]", *_from(next(iter(files.values()), None)), 'shape = "document"', "")
        return
    for section in files or ("export",):
        yield from (f"[source.{toml_key(section)}]", *_from(files.get(section)), 'shape = "ndjson"', "")


def _from(file: str | None) -> Sequence[str]:
    return () if file is None else (f"from = {toml_value(file)}",)


def _table(form: Form, section: str, selection: Selection, source: str | None) -> Iterator[str]:
    table = selection.table
    rows = [section, EACH] if form == "document" else [EACH]
    key = toml_key(section)
    yield f"[table.{key}]"
    yield f"into = {toml_value(table_name(table.schema, table.name))}"
    if source is not None:
        yield f"source = {toml_value(source)}"
    yield f"rows = {toml_value(pointer_text(rows))}"
    if selection.masked:
        yield toml_comment("masked in the export, and so left to the server's defaults:")
        yield f"ignore = {toml_value([field(name) for name in sorted(selection.masked)])}"
    yield f"[table.{key}.columns]"
    for column in selection.columns:
        if column.name not in selection.masked:
            rule: Any = field(column.name)
            if needs_server(column):
                rule = {"from": rule, "as": "server"}
            yield f"{toml_key(column.name)} = {toml_value(rule)}"


def field(name: str) -> str:
    """The field path of a name: itself, or a pointer where its characters mean something in a path."""
    return name if _PLAIN_PATH.fullmatch(name) else pointer_text([name])
