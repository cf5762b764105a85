"""CSV: which text is which cell, which cell is NULL, and what is refused or rejected and where."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import NeonkitError
from toolkit.transfer.errors import SourceCutError, SourceShapeError, SourceUnreadableError
from toolkit.transfer.sources.errors import HeaderRefusedError, QuoteNotClosedError, SourceOptionError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import CsvRules, ReadOptions
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import SourceContent

TOP: frozenset[tuple[str, ...]] = frozenset({()})


def read(text: str | bytes, *, rules: CsvRules | None = None, **options: Any) -> SourceContent:
    content = text if isinstance(text, bytes) else text.encode()
    said = ReadOptions(csv=rules or CsvRules(), **options)
    return read_source(FileSource("x.csv", content), TOP, "auto", said)


def cells(content: SourceContent) -> list[list[str | None]]:
    found = []
    for record in content.records:
        assert isinstance(record.value, dict), record.flaws
        found.append([None if cell is None else str(cell) for cell in record.value.values()])
    return found


CELLS: list[tuple[str, list[list[str | None]]]] = [
    ("a,b\n1,2\n", [["1", "2"]]),
    ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
    ('a,b\n"1","2"\n', [["1", "2"]]),
    ('a,b\r\n"1",2\r\n1,"2"\r\n', [["1", "2"], ["1", "2"]]),
    ('"a","b"\n1,2\n', [["1", "2"]]),
    ('a,b\n"x,y","say ""hi"""\n', [["x,y", 'say "hi"']]),
    ('a,b\n"two\nlines","and\r\nmore"\n', [["two\nlines", "and\r\nmore"]]),
    ('a,b\n,""\n', [[None, ""]]),
    ("a,b\n,\n", [[None, None]]),
    ('a,b\n"",\n', [["", None]]),
    ("a,b\n\\.,x\n\\.,y\n", [["\\.", "x"], ["\\.", "y"]]),
    ("a\n\\.\n1\n", [["\\."], ["1"]]),
    ("a,b\n=1+1,+1415\n007,1E5\nNA,NULL\nnull,true\n1.0,-0\n", [
        ["=1+1", "+1415"], ["007", "1E5"], ["NA", "NULL"], ["null", "true"], ["1.0", "-0"]]),
    ("a,b\n x , y \n", [[" x ", " y "]]),
    ("a,b\n\u2028,\u00a0\n", [["\u2028", "\u00a0"]]),
    ("a,b\n\n1,2\n\n", [["1", "2"]]),
    ("a;b\n1,5;2\n", [["1,5", "2"]]),
    ("a\tb\n1\t\n\t\n", [["1", None], [None, None]]),
    ("a|b\n1|2\n", [["1", "2"]]),
    ('"a,x";b\n1;2\n', [["1", "2"]]),
    ("a,b\n", []),
    ("a,b", []),
    ('a\n"x""y"\n""""\n', [['x"y'], ['"']]),
]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize(("text", "wanted"), CELLS)
def test_cells_are_texts_or_null(text: str, wanted: list[list[str | None]], chunk: int) -> None:
    assert cells(read(text, chunk=chunk)) == wanted


def test_which_cells_are_null_can_be_said() -> None:
    text = 'a,b\nNULL,"NULL"\n,""\n'
    assert cells(read(text, rules=CsvRules(null="NULL"))) == [[None, "NULL"], ["", ""]]
    assert cells(read(text, rules=CsvRules(null=None))) == [["NULL", "NULL"], ["", ""]]


def test_a_delimiter_that_was_found_is_told() -> None:
    assert "separated by ';'" in read("a;b\n1;2\n").notices[0]
    assert read("a,b\n1,2\n").notices == ()
    assert read("a;b\n1;2\n", rules=CsvRules(delimiter=";")).notices == ()
    with pytest.raises(SourceOptionError, match="',' and ';'"):
        read("a;b,c\n1;2,3\n")
    assert cells(read("a;b,c\n1;2,3\n", rules=CsvRules(delimiter=";"))) == [["1", "2,3"]]


def test_a_tsv_is_separated_by_tabs() -> None:
    for name in ("x.tsv", "x.tsv.gz"):
        content = read_source(FileSource(name, b"a\tb,c\n1\t2;3\n"), TOP)
        assert (cells(content), content.notices) == ([["1", "2;3"]], ())


def test_header_quote_and_delimiter_can_be_given() -> None:
    rules = CsvRules(delimiter="#", quote="'", header=("n", "m"))
    content = read("1#'x#''y'\n", rules=rules)
    assert content.records[0].value == {"n": "1", "m": "x#'y"}
    assert content.records[0].place.line == 1


@pytest.mark.parametrize(
    "rules",
    [
        CsvRules(delimiter="::"),
        CsvRules(delimiter="\n"),
        CsvRules(quote=""),
        CsvRules(delimiter='"'),
        CsvRules(header=("a", "a")),
        CsvRules(header=("a", "")),
    ],
)
def test_what_cannot_be_said_is_refused(rules: CsvRules) -> None:
    with pytest.raises(SourceOptionError):
        read("a,b\n1,2\n", rules=rules)


FLAWED = [
    ("a,b\n1,2\n3\n4,5\n", "ragged", 3, 8, "3"),
    ("a,b\n1,2\n3,4,5\n6,7\n", "ragged", 3, 8, "3,4,5"),
    ('a,b\n"1\n2",3\n4\n5,6\n', "ragged", 4, 12, "4"),
    ('a,b\n1,2\n3,x"y"\n6,7\n', "stray_quote", 3, 8, '3,x"y"'),
    ('a,b\n1,2\n"3"x,4\n6,7\n', "stray_quote", 3, 8, '"3"x,4'),
    ("a,b\n1,2\n3\r4,5\n6,7\n", "lone_return", 3, 8, "3\r4,5"),
]


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize(("text", "code", "line", "offset", "raw"), FLAWED)
def test_a_bad_row_is_rejected_alone(
    text: str, code: str, line: int, offset: int, raw: str, chunk: int
) -> None:
    records = read(text, chunk=chunk).records
    assert [[flaw.code for flaw in record.flaws] for record in records] == [[], [code], []]
    bad = records[1]
    assert (bad.place.line, bad.place.offset, bad.raw, bad.value) == (line, offset, raw, None)


def test_a_ragged_row_says_what_was_expected() -> None:
    (record,) = read("a,b,c\n1,2\n").records
    assert record.flaws[0].reason == "2 cells where the header has 3"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("a,b,a", "'a' stands twice"),
        ("a,,b", "column 2 has no name"),
        ("a, ,b", "column 2 has no name"),
        ('a,"b', "never closed"),
        ("a\rb", "carriage return"),
    ],
)
def test_a_header_that_cannot_name_cells_is_refused(header: str, reason: str) -> None:
    with pytest.raises(NeonkitError, match=reason) as caught:
        read(f"{header}\n1,2,3\n")
    assert isinstance(caught.value, HeaderRefusedError | QuoteNotClosedError)


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize("longest", [1 << 20, 12])
def test_an_open_quote_is_named_where_it_opens(chunk: int, longest: int) -> None:
    text = 'a,b\n1,2\n3,"x\ny\nz and more\n'
    with pytest.raises(QuoteNotClosedError) as caught:
        read(text, chunk=chunk, max_record=longest)
    assert (caught.value.line, caught.value.offset) == (3, 10)


def test_csv_is_flat_and_utf8() -> None:
    with pytest.raises(SourceShapeError):
        read_source(FileSource("x.csv", b"a\n1\n"), frozenset({("users",)}))
    with pytest.raises(SourceUnreadableError) as caught:
        read(b"a,b\n1,caf\xe9\n")
    assert (caught.value.line, caught.value.offset) == (2, 9)
    assert cells(read(b"a,b\n1,caf\xe9\n", encoding="latin-1")) == [["1", "café"]]
    with pytest.raises(SourceCutError):
        read("a,b\n1,é".encode()[:-1])


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.lists(texts, min_size=2, max_size=2), max_size=6),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    chunk=st.integers(1, 9),
)
def test_what_the_standard_writer_writes_is_read_back(
    rows: list[list[str]], quoting: Any, end: str, chunk: int
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=end).writerows([["a", "b"], *rows])
    content = read(written.getvalue(), chunk=chunk, rules=CsvRules(delimiter=",", null=None))
    assert cells(content) == rows
    assert content == read(written.getvalue(), rules=CsvRules(delimiter=",", null=None))


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from(',;"\n\r ab'), max_size=25), st.integers(1, 7))
def test_chunks_do_not_matter_for_any_text(text: str, chunk: int) -> None:
    def outcome(size: int) -> object:
        try:
            return read(f"a,b\n{text}", chunk=size)
        except NeonkitError as error:
            return type(error), str(error)

    assert outcome(chunk) == outcome(1 << 16)
