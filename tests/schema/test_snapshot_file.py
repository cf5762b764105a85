"""Snapshots as files: nothing is lost, nothing wobbles, and what is no snapshot is refused with a reason."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from toolkit.schema import Snapshot, from_json, read_snapshot, to_json
from toolkit.schema.errors import SnapshotFileError


def test_nothing_is_lost(base: Snapshot) -> None:
    again = from_json(to_json(base, sizes=True))
    assert dict(again.objects) == dict(base.objects)
    facts = [[getattr(thing, f.name) for f in dataclasses.fields(thing)] for thing in again.in_order]
    assert facts == [[getattr(thing, f.name) for f in dataclasses.fields(thing)] for thing in base.in_order]
    assert again.hash == base.hash
    assert (again.server, again.census, again.sizes) == (base.server, base.census, base.sizes)
    assert to_json(again, sizes=True) == to_json(base, sizes=True)


def test_one_dropped_column_is_one_difference_of_lines(base: Snapshot, every_kind: Connection) -> None:
    every_kind.exec_driver_sql("alter table app.base drop column a")
    lines = difflib.unified_diff(
        to_json(base).splitlines(), to_json(read_snapshot(every_kind)).splitlines(), n=0, lineterm=""
    )
    gone = [line for line in lines if line.startswith("-") and '"name"' in line]
    # From the table and from the one that inherits.
    assert gone == ['-    "name": "a",'] * 2


def test_sizes_are_left_out_unless_asked_for(base: Snapshot) -> None:
    assert "sizes" not in json.loads(to_json(base))
    assert json.loads(to_json(base, sizes=True))["sizes"]


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[Snapshot], str]:
    """The file of a snapshot after `change` has had its way with it."""

    def text(base: Snapshot) -> str:
        document = json.loads(to_json(base))
        change(document)
        return json.dumps(document)

    return text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (lambda base: to_json(base)[:500], "not JSON"),
        (lambda base: "[]", "does not say"),
        (lambda base: "", "not JSON"),
        (changed(lambda d: d.update(format="other")), "does not say"),
        (changed(lambda d: d.update(version=99)), "version is 99"),
        (changed(lambda d: d.pop("server")), "missing or wrong"),
        (changed(lambda d: d["objects"].update({"gizmo": [{}]})), "gizmo"),
        (changed(lambda d: d["objects"]["table"][0].update(colour="red")), "unknown attribute 'colour'"),
        (
            changed(lambda d: d["objects"]["table"][0].update(row_security="perhaps")),
            "row_security of a table",
        ),
        (changed(lambda d: d["objects"]["column"][0].pop("type")), "type of a column"),
        (changed(lambda d: d["objects"].update(table=[7])), "wrong"),
    ],
)
def test_what_is_no_snapshot_is_refused(base: Snapshot, text: Callable[[Snapshot], str], reason: str) -> None:
    with pytest.raises(SnapshotFileError) as caught:
        from_json(text(base), "base.json")
    assert caught.value.sentence.startswith("base.json is not a schema snapshot")
    assert reason in caught.value.reason
