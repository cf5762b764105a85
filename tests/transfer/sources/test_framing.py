"""Bytes and framing: what a file may look like from outside, and what is said where it may not."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import NeonkitError
from toolkit.transfer.errors import SourceCutError, SourceShapeError, SourceUnreadableError
from toolkit.transfer.sources.errors import PickleRefusedError, SourceOptionError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import Number, SourceContent, SourceRecord
from toolkit.transfer.sources.stream import open_stream

TOP: frozenset[tuple[str, ...]] = frozenset({()})


def read(content: bytes, *, name: str = "x.json", shape: Shape = "auto", **options: Any) -> SourceContent:
    return read_source(FileSource(name, content), TOP, shape, ReadOptions(**options))


def flaws(content: SourceContent) -> list[list[str]]:
    return [[flaw.code for flaw in record.flaws] for record in content.records]


def test_a_nul_and_half_a_surrogate_are_values_that_the_judge_sees() -> None:
    """They are sound JSON, so they arrive as they are: a column says what becomes of them."""
    text = b'[{"a": "x\\u0000", "k\\u0000": {"b": ["\\ud800"]}}]'
    (record,) = read(text).records
    assert record.value == {"a": "x\0", "k\0": {"b": ["\ud800"]}}
    assert record.raw == text[1:-1].decode()


def test_a_place_with_half_a_surrogate_can_be_written() -> None:
    (record,) = read(b'{"\\ud800": 1}').records
    assert record.place.pointer == "/\\ud800"


LATIN = '[\n{"a": "x"},\n{"a": "caf\xe9"}]'.encode("latin-1")


@pytest.mark.parametrize(
    ("content", "place", "codec"),
    [(LATIN, (3, 24), "latin-1"), (LATIN.replace(b"\xe9", b"\x92"), (3, 24), "cp1252")],
)
def test_other_bytes_than_utf8_are_refused_with_a_guess(content: bytes, place: Any, codec: str) -> None:
    with pytest.raises(SourceUnreadableError) as caught:
        read(content)
    assert (caught.value.line, caught.value.offset) == place
    assert f'encoding = "{codec}"' in caught.value.hint
    said = read(content, encoding=codec)
    assert said.records[1].value == {"a": content[21:25].decode(codec)}
    assert any(codec in notice for notice in said.notices)


def test_in_lines_only_the_line_that_is_no_utf8_is_flawed() -> None:
    content = read(b'{"a": 1}\n{"a": "\xe9"}\n{"a": 3}\n')
    assert flaws(content) == [[], ["not_utf8"], []]
    assert content.records[1].raw == b'{"a": "\xe9"}'
    assert "latin-1" in content.records[1].flaws[0].hint


def test_a_byte_order_mark_is_dropped_and_told_once() -> None:
    content = read(codecs.BOM_UTF8 + b'{"a": 1}\n{"a": 2}\n')
    assert [record.place.offset for record in content.records] == [3, 12]
    assert content.notices == ("x.json begins with a byte order mark, which is no part of the data.",)


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
@pytest.mark.parametrize("text", ['[{"a": "é😀"}]', '{"a": "é😀"}\n{"a": 2}\n'])
def test_utf16_and_utf32_with_a_mark_are_read(codec: str, text: str) -> None:
    content = read(text.encode(codec))
    assert content.records[0].value == {"a": "é😀"}
    assert content.notices == (f"x.json is {codec.upper()}; byte offsets count its UTF-8 form.",)


def test_without_a_mark_they_are_read_when_it_is_said() -> None:
    text = '[{"a": "é"}]'.encode("utf-16-le")
    with pytest.raises(SourceUnreadableError, match="UTF-16-LE without") as caught:
        read(text)
    assert 'encoding = "utf-16-le"' in caught.value.hint
    assert read(text, encoding="utf-16-le").records[0].value == {"a": "é"}
    with pytest.raises(SourceCutError, match="middle of a character"):
        read(text[:-1], encoding="utf-16-le")
    with pytest.raises(SourceOptionError, match="no encoding 'utf-99'"):
        read(text, encoding="utf-99")


def test_only_a_line_feed_ends_a_line() -> None:
    content = read('{"a": "\u2028\u2029\x85"}\r\n{"a": 2}\r\n'.encode())
    assert [record.place.line for record in content.records] == [1, 2]
    (record,) = read(b'{"a": 1}\r{"a": 2}\r', name="x.ndjson").records
    assert [flaw.code for flaw in record.flaws] == ["not_json"]


def test_blank_lines_are_counted_and_line_numbers_stay_physical() -> None:
    source = FileSource("x.ndjson", b'\n{"a": 1}\n\n \t\r\n{"a": 2}\n\n')
    with open_stream(source, TOP) as stream:
        assert [(record.place.line, record.index) for record in stream] == [(2, 0), (5, 1)]
        assert stream.blank_lines == 4


CUT = [
    (b'[{"a": 1},\n {"a": 2},\n {"a', "array", 2, (3, 26), ' {"a'),
    (b'[{"a": 1},\n {"a": 2},', "array", 2, (2, 21), ""),
    (b'{"k": {"a": 1}, "l": {"a"', "keyed", 1, (1, 25), '{"a"'),
    (b'{"a": 1} {"a": 2} {"a', "concatenated", 2, (1, 21), '{"a'),
]  # fmt: skip


@pytest.mark.parametrize(("content", "shape", "whole", "place", "rest"), CUT)
def test_what_is_whole_in_a_cut_file_can_be_used(
    content: bytes, shape: Shape, whole: int, place: Any, rest: str
) -> None:
    records: list[SourceRecord] = []
    with pytest.raises(SourceCutError) as caught:
        records.extend(open_stream(FileSource("x", content), TOP, shape))
    assert (caught.value.line, caught.value.offset) == place
    *sound, last = read(content, shape=shape, on_cut="flaw").records
    assert [record.flaws for record in sound] == [()] * whole
    assert [flaw.code for flaw in last.flaws] == ["truncated"]
    assert str(last.raw).strip() == rest.strip()
    assert last.index == whole


def test_a_cut_last_line_is_a_flaw_of_that_line() -> None:
    assert flaws(read(b'{"a": 1}\n{"a": 2', name="x.ndjson")) == [[], ["truncated"]]


@pytest.mark.parametrize(
    ("content", "records", "notices"),
    [
        (b"", 0, ("x.json is empty.",)),
        (b" \r\n\t", 0, ("x.json is empty.",)),
        (b"[]", 0, ()),
        (b"{}", 0, ()),
        (b"[{}]", 1, ()),
    ],
)
def test_little_is_not_nothing(content: bytes, records: int, notices: tuple[str, ...]) -> None:
    found = read(content)
    assert (len(found.records), found.notices) == (records, notices)


DIALECTS = [
    ('[{"a": 1},]', 1, 10, "comma stands behind the last"),
    ('[{"a": 1,}]', 1, 9, "no comma after the last"),
    ('// all users\n[{"a": 1}]', 1, 0, "no comments"),
    ('[{"a": /* one */ 1}]', 1, 7, "no comments"),
    ('# users\n[{"a": 1}]', 1, 0, "no comments"),
    ("[{'a': 1}]", 1, 2, "double quotes"),
    ("[\n{a: 1}]", 2, 3, "keys in double quotes"),
    ('[{"a": None}]', 1, 7, "only true, false and null"),
    ('[{"a": True}]', 1, 7, "only true, false and null"),
    ('[{"a": undefined}]', 1, 7, "only true, false and null"),
    ('[{"a": .5}]', 1, 7, ""),
    ('[{"a": 0x10}]', 1, 8, ""),
]


@pytest.mark.parametrize(("text", "line", "offset", "said"), DIALECTS)
def test_dialects_of_json_are_refused_by_name(text: str, line: int, offset: int, said: str) -> None:
    with pytest.raises(SourceUnreadableError) as caught:
        read(text.encode())
    assert (caught.value.line, caught.value.offset) == (line, offset)
    assert said in caught.value.sentence


SEQUENCES = [
    (b'{"a": 1}{"a": 2}', [1, 1]),
    (b'{"a": 1}\n\n{"a":\n2}', [1, 3]),
    (b'\x1e{"a": 1}\n\x1e{"a": 2}\n', [1, 2]),
    (b"\x1e\x1e[1]\n\x1e7", [1, 2]),
]


@pytest.mark.parametrize(("content", "lines"), SEQUENCES)
def test_values_one_after_the_other_are_read_when_it_is_said(content: bytes, lines: list[int]) -> None:
    found = read(content, shape="concatenated")
    assert [record.place.line for record in found.records] == lines
    assert flaws(found) == [[], []]


@pytest.mark.parametrize("content", [b'{"a": 1}{"a": 2}', b'[{"a": 1}] [{"a": 2}]', b'\x1e{"a": 1}\n'])
def test_else_the_format_is_named(content: bytes) -> None:
    with pytest.raises(SourceUnreadableError) as caught:
        read(content)
    assert 'shape = "concatenated"' in f"{caught.value.sentence} {caught.value.hint}"


def test_behind_a_separator_reading_goes_on() -> None:
    content = read(b'\x1e{"a": 1}\n\x1e{"a": \n\x1e{"b": 2}\n\x1e{\'c\'}\n\x1e[3]\n', shape="concatenated")
    assert flaws(content) == [[], ["not_json"], [], ["not_json"], []]
    assert content.records[1].raw == '{"a": \n'


def test_scalars_among_records_keep_their_index() -> None:
    """The judge rejects them where a table wants fields, and takes them where it wants `@value`."""
    content = read(b'[{"a": 1}, 7, "x", null, {"a": 2}]')
    assert [record.index for record in content.records] == [0, 1, 2, 3, 4]
    with pytest.raises(SourceShapeError, match="a single value at the top level"):
        read(b'"users"')


BIG = b'{"a": "' + b"x" * 3000 + b'"}'


@pytest.mark.parametrize("chunk", [1, 100, 1 << 20])
@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b'[{"a": 1}, ' + BIG + b', {"a": 3}]', "array"),
        (b'{"k": {"a": 1}, "l": ' + BIG + b', "m": {"a": 3}}', "keyed"),
        (b'{"a": 1}\n' + BIG + b'\n{"a": 3}\n', "ndjson"),
        (b'{"a": 1} ' + BIG + b' {"a": 3}', "concatenated"),
        (b'["a", "' + b'\\"' * 1000 + b'", 3]', "array"),
        (b"[1, " + b"7" * 2000 + b", 3]", "array"),
        (b'a\n1\n"' + b"x\n" * 900 + b'"\n3\n', "csv"),
        (b"a\n1\n" + b"x" * 1900 + b"\n3\n", "csv"),
    ],
)
def test_a_record_beyond_the_limit_is_a_flaw_and_reading_goes_on(
    content: bytes, shape: Shape, chunk: int
) -> None:
    found = read(content, shape=shape, max_record=1000, chunk=chunk)
    assert flaws(found) == [[], ["too_large"], []]
    assert "1000 is the limit" in found.records[1].flaws[0].reason
    assert len(found.records[1].raw or "") <= 4096


@pytest.mark.parametrize("levels", [201, 900, 100_000])
@pytest.mark.parametrize("shape", ["array", "ndjson", "keyed", "concatenated"])
def test_a_record_that_nests_too_deep_is_a_flaw(shape: Shape, levels: int) -> None:
    deep = b"[" * levels + b"]" * levels
    forms = {
        "array": b"[1,%b,3]",
        "ndjson": b"1\n%b\n3",
        "keyed": b'{"a":1,"b":%b,"c":3}',
        "concatenated": b"1 %b 3",
    }
    found = read(forms[shape] % deep, shape=shape)
    assert flaws(found) == [[], ["too_deep"], []]
    assert f"{levels} levels" in found.records[1].flaws[0].reason
    assert flaws(read(forms[shape] % (b"[" * 200 + b"]" * 200), shape=shape)) == [[], [], []]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("x.pkl", b"(dp0\nS'a'\np1\nI1\ns.", PickleRefusedError),
        ("x.json", b"\x80\x04\x95\x0c\x00\x00\x00", PickleRefusedError),
        ("x.json", b"PK\x03\x04\x14\x00", SourceUnreadableError),
        ("x.json", b"BZh91AY&SY", SourceUnreadableError),
    ],
)
def test_what_is_no_text_is_refused_by_name(name: str, content: bytes, error: type[NeonkitError]) -> None:
    with pytest.raises(error) as caught:
        read(content, name=name)
    assert type(caught.value) is error
    if isinstance(caught.value, PickleRefusedError):
        assert "runs code" in caught.value.sentence


DECLARED: list[tuple[Shape, bytes]] = [
    ("array", b'{"a": 1}'), ("keyed", b"[1]"), ("document", b"[1]"), ("grouped", b"[1]"), ("tinydb", b"[1]")
]  # fmt: skip


@pytest.mark.parametrize(("shape", "content"), DECLARED)
def test_a_shape_that_is_said_must_be_there(shape: Shape, content: bytes) -> None:
    with pytest.raises(SourceShapeError):
        read(content, shape=shape)


def test_lists_by_owner_stream_their_elements() -> None:
    source = FileSource("x", b'{"ada": [{"n": 1}, {"n": 2}], "bob": [], "eve": [{"n": 3}]}')
    with open_stream(source, frozenset({("*",)}), "grouped") as stream:
        places = [(record.place.pointer, record.index) for record in stream]
        assert places == [("/ada/0", 0), ("/ada/1", 1), ("/eve/0", 0)]
        assert stream.found == {("*",)}


def test_tinydb_and_json_server_files_are_documents() -> None:
    text = b'{"_default": {"1": {"a": 1}, "7": {"a": 2}}, "tasks": {"1": {"b": 1}}}'
    containers = frozenset({("_default",), ("tasks",)})
    found = read_source(FileSource("db.json", text), containers, "tinydb")
    assert [(record.container, record.key) for record in found.records] == [
        (("_default",), "1"),
        (("_default",), "7"),
        (("tasks",), "1"),
    ]
    server = read_source(
        FileSource("db.json", b'{"posts": [{"id": 1}], "profile": {}}'),
        frozenset({("posts",)}),
        "json-server",
    )
    assert [place.pointer for place in server.stray] == ["/profile"]


def test_a_file_on_disk_is_read_like_its_bytes(tmp_path: Path) -> None:
    from toolkit.transfer.sources.located import PathSource

    (tmp_path / "x.json").write_bytes(b'[{"a": 1}]')
    found = read_source(PathSource("x.json", tmp_path / "x.json"), TOP)
    assert found == read(b'[{"a": 1}]')


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b'[{"a": 1}, {"b": [{"a": "x", "a": "y", "c": 0}]}]', "array"),
        (b'{"a": 1}\n{"b": [{"a": "x", "a": "y", "c": 0}]}\n', "ndjson"),
        (b'{"a": 1} {"b": [{"a": "x", "a": "y", "c": 0}]}', "concatenated"),
    ],
)
def test_a_key_that_stands_twice_is_rejected_or_counted(content: bytes, shape: Shape) -> None:
    _, bad = read(content, shape=shape).records
    assert [(flaw.code, flaw.field, flaw.shown) for flaw in bad.flaws] == [
        ("duplicate_key", "a", '"x" and "y"')
    ]
    for which, wanted in (("first", "x"), ("last", "y")):
        found = read(content, shape=shape, duplicate_keys=which)
        assert flaws(found) == [[], []]
        assert found.records[1].value == {"b": [{"a": wanted, "c": Number("0")}]}
        assert found.records[1].doubled == ("a",)
        (notice,) = found.notices
        assert "in 1 records a key stands twice" in notice
        assert f"the {which} value was taken" in notice


def test_many_keys_of_which_one_stands_twice_take_no_time() -> None:
    members = ",".join(f'"k{number}": 1' for number in range(60_000))
    (record,) = read(f'[{{{members}, "k59999": 2}}]'.encode()).records
    assert record.flaws[0].field == "k59999"
