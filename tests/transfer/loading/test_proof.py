"""The proof: balance, checksums, sums and owners, before and after; and the report as text and Markdown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.cli.transfer_text import report_text
from toolkit.transfer import LoadOptions
from toolkit.transfer.reconcile.markdown import markdown_of

DDL = """
CREATE TABLE bills (id int PRIMARY KEY, owner text, amount numeric(8,2), note text);
INSERT INTO bills VALUES (100, 'ada', 1.00, 'old'), (101, 'eve', 2.00, 'old');
"""
TABLE: dict[str, Any] = {
    "rows": "/*",
    "columns": {name: name for name in ("id", "owner", "amount", "note")},
    "reconcile": {"sums": ["amount"], "group_by": "owner"},
}
ROWS = [
    {"id": 1, "owner": "ada", "amount": 10.25, "note": "|a|"},
    {"id": 2, "owner": "bob", "amount": 20.5, "note": None},
    {"id": 3, "owner": "bob", "amount": None, "note": "c"},
    {"id": 4, "owner": None, "amount": 0.25, "note": "<d>"},
]


@pytest.fixture
def target(importer: Importer) -> Importer:
    importer.make(DDL)
    return importer


@pytest.mark.parametrize("batched", [False, True], ids=["atomic", "batched"])
def test_what_should_be_there_is_there(target: Importer, batched: bool) -> None:
    options = LoadOptions(transaction="batched" if batched else "atomic", batch_rows=3)
    (line,) = target.load(ROWS, {"bills": TABLE}, options=options).tables
    assert line.checksum is not None
    assert (line.checksum.rows, line.checksum.found, line.checksum.holds) == (4, 4, True)
    assert line.figures is not None
    (total,) = line.figures.sums
    assert (total.source, total.stored, total.differs) == ("31.00", "31.00", False)
    groups = [(one.value, one.source, one.stored, one.before, one.after) for one in line.figures.groups]
    assert groups == [("ada", 1, 1, 1, 2), ("bob", 2, 2, 0, 2), (None, 1, 1, 0, 1)]
    assert line.reconciles


def test_the_order_of_rows_and_batches_does_not_change_a_checksum(target: Importer) -> None:
    found = set()
    for rows, size in ((ROWS, 4), (ROWS[::-1], 1), (ROWS[2:] + ROWS[:2], 3)):
        options = LoadOptions(transaction="batched", batch_rows=size, again=True)
        (line,) = target.load(rows, {"bills": TABLE}, options=options).tables
        target.make("DELETE FROM bills WHERE id < 100")
        assert line.checksum is not None
        found.add(line.checksum.stored)
    assert len(found) == 1


def test_a_trigger_that_changes_values_shows_in_checksum_sum_and_owner(target: Importer) -> None:
    target.make(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.id = 2 THEN new.amount := 0; new.owner := 'eve'; END IF; RETURN new; END $$;"
        "CREATE TRIGGER g BEFORE INSERT ON bills FOR EACH ROW EXECUTE FUNCTION f()"
    )
    report = target.load(ROWS, {"bills": TABLE})
    (line,) = report.tables
    assert line.checksum is not None
    assert line.figures is not None
    assert (line.altered, line.checksum.holds, line.reconciles, report.reconciles) == (1, False, False, False)
    assert line.figures.sums[0].difference == "-20.50"
    first = [(one.value, one.difference, one.sums[0].difference) for one in line.figures.groups[:2]]
    assert first == [("bob", -1, "-20.50"), ("eve", 1, "0")]
    assert [one.differs for one in line.figures.groups] == [True, True, False, False]
    text = report_text(report)
    assert "sum of public.bills.amount: 31.00, DIFFERS by -20.50" in text
    assert "owner bob: source 2, stored 1, before 0, after 1, DIFFERS" in text


def test_the_report_is_markdown_too(target: Importer, tmp_path: Path) -> None:
    source = tmp_path / "bills.json"
    source.write_text(json.dumps([*ROWS, {"id": 5, "owner": "x", "amount": 1, "note": {"a|": "<b>"}}]))
    report = target.load(source, {"bills": TABLE}, options=LoadOptions(on_error="reject"))
    page = markdown_of(report)
    assert page.startswith("# Import\n\nImported, but for the rejected rows.\nThe database holds what")
    assert "| bills | public.bills | 5 | 4 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 2 | 6 |" in page
    assert "| amount | 31.00 | 31.00 | 0.00 | equal |" in page
    assert "| ada | 1 | 1 | 0 | 1 | 2 | 0.00 | equal |" in page
    assert f"Run `{report.run}`" in page
    assert "|a|" not in page
    assert "<b>" not in page


def test_values_of_masked_columns_are_in_no_figure(target: Importer) -> None:
    columns = {name: {"from": name, "mask": name in ("owner", "amount")} for name in TABLE["columns"]}
    report = target.load(ROWS, {"bills": {**TABLE, "columns": columns}})
    told = report_text(report) + markdown_of(report) + repr(report)
    assert report.reconciles
    assert not any(value in told for value in ("ada", "bob", "31.00", "20.5", "10.25"))
    assert "owner ***: source 2, stored 2, before 0, after 2, equal" in told


def test_rows_that_cannot_be_found_again_have_no_checksum(importer: Importer) -> None:
    importer.make("CREATE TABLE t (n int)")
    table = {"t": {"rows": "/*", "columns": {"n": "@value"}}}
    (line,) = importer.load([1, 2], table).tables
    assert (line.inserted, line.checksum, line.altered, line.reconciles) == (2, None, None, True)
