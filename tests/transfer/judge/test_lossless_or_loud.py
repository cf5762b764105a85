"""Lossless or loud: what is stored is what the source says, or the row is rejected, or the change is counted.

Each row has one value, in a column of some type under some rule. What the value means is told here by means
that have nothing to do with the judge's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from fixtures.judging import Judge
from fixtures.transfer import Importer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.transfer.judge import probe


def number(source: Any, stored: str) -> bool:
    return Decimal(str(source)) == Decimal(stored)


def plain(source: Any, stored: str) -> bool:
    return isinstance(source, str) and source == stored


def truth(source: Any, stored: str) -> bool:
    return {True: "true", False: "false"}.get(source) == stored


def moment(source: Any, stored: str) -> bool:
    return Decimal(str(source)) == Decimal(stored) * 1000


def tree(source: Any, stored: str) -> bool:
    return bool(source == json.loads(stored, parse_float=Decimal, parse_int=Decimal))


def numbers(source: Any, stored: str) -> bool:
    texts = stored.strip("{}").split(",") if stored != "{}" else []
    return [None if one == "NULL" else Decimal(one) for one in texts] == [
        None if one is None else Decimal(str(one)) for one in source
    ]


Meaning = Callable[[Any, str], bool]
COLUMNS: Final[dict[str, tuple[str, dict[str, Any], Meaning]]] = {
    "whole": ("int4", {}, number),
    "worded": ("int8", {"as": "int"}, number),
    "exact": ("numeric", {}, number),
    "money": ("numeric(6,2)", {}, number),
    "rounded": ("numeric(6,2)", {"scale": "half-even"}, number),
    "nearest": ("float8", {"as": "float"}, number),
    "double": ("float8", {}, number),
    "words": ("text", {}, plain),
    "trimmed": ("text", {"trim": True, "case": "lower", "nul": "strip", "empty": "null"}, plain),
    "cut": ("varchar(3)", {"truncate": True, "surrogates": {"replace": "?"}}, plain),
    "flag": ("bool", {}, truth),
    "at": ("timestamptz", {"as": "epoch-ms", "truncate": True}, moment),
    "doc": ("jsonb", {}, tree),
    "list": ("int4[]", {"wrap": True}, numbers),
}
SHOWN: Final = {"at": "extract(epoch FROM at)::text"}
DIGITS = st.sampled_from(
    ["0", "-0", "1", "1.0", "1e2", "1.5", "1.239", "-1.245", "99999.99", "0.1", "1e-7", "1e400", "1e-400",
     "12345678901", "1714521600000", "1714521600000.5", "123456789012345678901234567890.12",
     "9007199254740993", "0.30000000000000004"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", " ", "a", "A b ", "äöüß", "12", "007", "1.5", "a\\u0000b", "x\\ud83d", "true", "\\u200b", "null"]
)
SCALARS = st.one_of(
    DIGITS, DIGITS, TEXTS.map(lambda text: f'"{text}"'), st.sampled_from(["true", "false", "null", "NaN"])
)
VALUES = st.one_of(
    SCALARS,
    SCALARS,
    st.lists(SCALARS, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
    st.dictionaries(st.sampled_from("abc"), SCALARS, max_size=2).map(
        lambda members: "{" + ", ".join(f'"{name}": {value}' for name, value in members.items()) + "}"
    ),
)
LENGTHS = count()
CELLS = st.lists(st.tuples(st.sampled_from(sorted(COLUMNS)), VALUES), min_size=20, max_size=60)
TABLE: Final = {
    "rows": "/*",
    "columns": {"id": "id", **{name: {"from": name, **rule} for name, (_, rule, _) in COLUMNS.items()}},
}


def write(folder: Path, cells: list[tuple[str, str]]) -> Path:
    path = folder / "cells.json"
    rows = (f'{{"id": {place}, "{name}": {value}}}' for place, (name, value) in enumerate(cells))
    path.write_text(f"[{', '.join(rows)}]" + " " * next(LENGTHS))  # another file each time
    return path


def differs(name: str, value: str, stored: str | None) -> bool:
    """Whether the stored text means something else than the source's."""
    source = json.loads(value, parse_float=Decimal, parse_int=Decimal)
    if source is None or stored is None:
        return (source is None) != (stored is None)
    try:
        return not COLUMNS[name][2](source, stored)
    except (ArithmeticError, TypeError, ValueError):  # the source has another kind of value
        return True


@given(cells=CELLS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_value_is_stored_or_rejected_or_counted(
    importer: Importer, tmp_path: Path, cells: list[tuple[str, str]]
) -> None:
    importer.make(
        "DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, "
        + ", ".join(f"{name} {kind}" for name, (kind, _, _) in COLUMNS.items())
        + ")"
    )
    policy = {"policy": {"on_error": "reject", "max_errors": 1000, "show_errors": 1000}}
    report = importer.load(write(tmp_path, cells), {"t": TABLE}, rest=policy)
    rejected = {reject.ordinal - 1 for reject in report.rejects}
    texts = ", ".join(SHOWN.get(name, f"{name}::text") for name in COLUMNS)
    stored = {
        row[0]: dict(zip(COLUMNS, row[1:], strict=True))
        for row in importer.stored(f"SELECT id, {texts} FROM t")
    }
    assert set(stored) == set(range(len(cells))) - rejected
    changed = Counter(
        name
        for place, (name, value) in enumerate(cells)
        if place not in rejected and differs(name, value, stored[place][name])
    )
    counted = Counter[str]()
    for line in report.altered:
        counted[line.column] += line.count
    assert {name: count for name, count in changed.items() if count > counted[name]} == {}


def test_older_servers_are_asked_in_another_way_and_say_the_same(
    importer: Importer, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.make(
        "CREATE DOMAIN low AS int CHECK (VALUE < 5); CREATE TABLE t (id int PRIMARY KEY, n low, a inet)"
    )
    rows = [{"id": n, "n": n, "a": f"10.0.0.{n * 40}"} for n in range(9)]
    table = {"t": {"rows": "/*", "columns": {name: name for name in ("id", "n", "a")}}}
    now = {
        (told.ordinal, told.column, told.code, told.sqlstate, told.reason)
        for told in judge(rows, table).rejects
    }
    monkeypatch.setattr(probe, "_HAS_INPUT_ERROR_INFO", 10**9)
    before = judge(rows, table).rejects
    assert {(told.ordinal, told.column, told.code, told.sqlstate, told.reason) for told in before} == now
    assert len(now) == 6
