"""The texts of mode 4, without an app: how far an import is, the shape of data, rejects, proof, commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.secret import MASK
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.importing import (
    LATEST,
    ImportOutcome,
    ImportSource,
    PathLine,
    RejectLine,
    Scan,
    Shape,
    Terms,
    import_command,
    looks_like_data,
    next_rejects,
    suggest_command,
)
from toolkit.tui.screens.importing.picker import completed
from toolkit.tui.screens.importing.rejects import detail_text, rejects_title, value_text
from toolkit.tui.screens.importing.texts import (
    mapping_title,
    percent,
    proof_text,
    shape_text,
    source_text,
    steps,
)

SEEDS = ImportSource("seeds", (("users.json", 2048),), "version = 1", "seeds/mapping.toml", seeds=True)
FILE = ImportSource(
    "old/it's [red].json",
    (("it's [red].json", 10),),
    "version = 1",
    "old/it.mapping.toml",
    saved=False,
    undecided=("no column for x",),
    folder=False,
    rejects=".neonkit/rejects/it.rejects.ndjson",
)
SHAPE = Shape(
    "it's [red].json", "JSON array", "utf-8", 1200, 2, 9000, "a" * 64, ("it begins with [b]",),
    (
        PathLine("$.id", "number", 1.0, 0, 1200, "1, 2, 3"),
        PathLine("$.a_rather_long_name.of_a_field", "text 7, number 3", 0.004, 3, 5, "x\x1b[31m, y"),
        PathLine("$.tags", "array", 0.5, 0, None, ""),
    ),
    cut=True,
)  # fmt: skip
REJECT = RejectLine(
    1,
    "it.json:4 /2",
    ("a", "0", "b"),
    "users",
    "email",
    '"x[1]"',
    "no mail",
    "mend it",
    '"x[1]"',
    False,
    None,
)
DONE = ImportOutcome(
    ("table",),
    (("users",),),
    "Loaded: everything arrived",
    stage="loaded",
    proof=(("users", "2 read = 2 inserted"),),
)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (None, "- - -"),
        (replace(DONE, stage="validated"), "ok - -"),
        (replace(DONE, stage="validated", rejected=True), "FAIL - -"),
        (DONE, "ok ok ok"),
        (replace(DONE, rejected=True), "ok PART ok"),
        (replace(DONE, reconciles=False), "ok ok FAIL"),
        (replace(DONE, stopped=True, run="r1"), "ok STOPPED -"),
    ],
)
def test_each_step_says_where_it_stands(outcome: ImportOutcome | None, told: str) -> None:
    found = {name: word for word, name in steps(SEEDS, None, outcome)}
    assert (found["scan"], found["map"]) == ("-", "ok")
    assert " ".join(found[name] for name in ("validate", "load", "reconcile")) == told
    assert steps(FILE, Scan(()), None)[:2] == (("ok", "scan"), ("??", "map"))


@pytest.mark.parametrize("columns", [28, 38, 80, 120])
def test_no_pane_has_a_line_wider_than_itself(columns: int) -> None:
    source = source_text(
        FILE, Terms("skip", "reject", "batched"), Scan((SHAPE,)), DONE, edited=True, columns=columns
    )
    proof = proof_text(replace(DONE, rejects=("why [not]" * 9,)), columns)
    failed = proof_text(Failure("E173", "Field 'x' is not mapped " * 4, "Map it\n  users: 'y'"), columns)
    for text in (source, proof, failed):
        assert max(map(len, text.plain.splitlines())) <= columns, text.plain
    assert "1,200 records, 2 UNREADABLE" in " ".join(source.plain.split())
    shape = shape_text(Scan((SHAPE,), refused="there are no tables"), columns).plain
    assert "\x1b" not in shape
    for said in (
        "$.id",
        "1,200",
        "text 7, number 3",
        "note: it begins with [b]",
        "and more paths",
        "no tables",
    ):
        assert said in " ".join(shape.split()), said


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (1.0, "100%"), (0.0001, "1%"), (0.9999, "99%"), (0.5, "50%")]
)
def test_a_share_is_whole_only_if_it_is(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("source", "edited", "title"),
    [
        (SEEDS, False, "Mapping mapping.toml  saved"),
        (SEEDS, True, "Mapping mapping.toml  EDITED"),
        (FILE, False, "Mapping it.mapping.toml  PROPOSED  1 ??"),
        (replace(FILE, mapping="", undecided=()), False, "Mapping it.mapping.toml  none"),
    ],
)
def test_how_a_mapping_stands(source: ImportSource, edited: bool, title: str) -> None:
    assert mapping_title(source, edited=edited) == title


def test_the_command_lines_that_do_the_same() -> None:
    assert import_command(SEEDS, Terms("skip"), dry_run=True) == "neonkit import seeds --mode skip --dry-run"
    quoted = "'old/it'\"'\"'s [red].json'"
    rest = "--mapping old/it.mapping.toml"
    rejects = "--rejects .neonkit/rejects/it.rejects"
    terms = Terms(None, "reject", "batched")
    assert import_command(FILE, terms) == (
        f"neonkit import {quoted} {rest} --on-error reject --batched {rejects}.ndjson"
    )
    assert (
        import_command(FILE, Terms(), run="r1") == f"neonkit import {quoted} {rest} {rejects}.ndjson --run r1"
    )
    assert Terms("skip", again=True).flags == ["--mode skip", "--again"]
    assert import_command(SEEDS, Terms(again=True), run=LATEST) == "neonkit import seeds --resume"
    again = "--refeed r/it.rejects.ndjson --rejects r/it.rejects.2.ndjson"
    retried = import_command(FILE, terms, refeed="r/it.rejects.ndjson")
    assert retried == f"neonkit import {quoted} {rest} --on-error reject {again}"
    assert suggest_command(FILE) == f"neonkit import suggest {quoted} --out old/it.mapping.toml"


def test_each_retry_has_a_file_of_its_own() -> None:
    second = next_rejects("r/a.b.rejects.ndjson")
    assert second == "r/a.b.rejects.2.ndjson"
    assert next_rejects(second) == "r/a.b.rejects.3.ndjson"


def test_terms_go_round() -> None:
    terms, seen = Terms(), set()
    for _ in range(6):
        terms = terms.next_mode()
        seen.add(terms.mode)
    assert terms == Terms()
    assert len(seen) == 6
    assert Terms().next_bad_rows().next_bad_rows().next_bad_rows() == Terms()
    assert Terms().next_transaction().next_transaction().next_transaction() == Terms()


def test_a_reject_is_told_whole_and_a_masked_value_never() -> None:
    assert REJECT.path == "$.a[0].b"
    told = detail_text(REJECT, {}).plain
    assert told == 'it.json:4 /2  $.a[0].b  users.email: no mail\nvalue "x[1]"\nhint  mend it'
    mended = {REJECT.place: "S3CR3T" * 9}
    assert value_text(REJECT, mended) == "S3CR3TS3CR3TS3CR3TS3CR3TS3.. (mended)"
    masked = replace(REJECT, masked=True, current=None, value=MASK, fixed=None)
    for text in (value_text(masked, mended), detail_text(masked, mended).plain):
        assert "S3CR3T" not in text
        assert MASK in text
    assert "cannot be mended here: cut" in detail_text(replace(REJECT, fixed="cut"), {}).plain
    outcome = replace(DONE, lines=(REJECT,), reasons=300)
    assert rejects_title(outcome, 0) == "Rejects: 300 reasons, the first 1 shown, enter mends a value"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", True),
        ("A.JSON.GZ", True),
        ("a.csv.zst", True),
        ("a.py", False),
        ("a.gz", False),
        ("a.toml", False),
    ],
)
def test_which_files_look_like_data(name: str, data: bool) -> None:
    assert looks_like_data(name) is data


def test_a_path_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old").mkdir()
    for name in ("old/users.json", "old/notes.txt", "tasks.ndjson", ".hidden.json"):
        (tmp_path / name).write_text("[]")
    monkeypatch.chdir(tmp_path)
    assert completed("o") == "old/"
    assert completed("old/") == "old/users.json"
    assert completed("old/n") is None
    assert completed(f"{tmp_path}/ta") == f"{tmp_path}/tasks.ndjson"
    assert completed("") is None
    assert completed("gone/x") is None
