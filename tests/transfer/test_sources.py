"""Sources: what is read from which text, where each record stands, and what is refused and why."""

from __future__ import annotations

import enum
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.transfer import parse_mapping
from toolkit.transfer.errors import (
    NothingToImportError,
    SourceCutError,
    SourceNotFoundError,
    SourcesDoNotMatchError,
    SourceShapeError,
    SourceUnreadableError,
)
from toolkit.transfer.sources.locate import FileSource, Given, MemorySource, locate
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import Number, SourceContent

TOP: tuple[tuple[str, ...], ...] = ((),)
USERS = (("users",),)


def read(content: bytes | str, containers: Any = TOP, *, name: str = "x.json") -> SourceContent:
    data = content if isinstance(content, bytes) else content.encode()
    return read_source(FileSource(name, data), frozenset(containers))


def plain(value: Any) -> Any:
    """A value with its numbers as their texts."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return [plain(member) for member in value] if isinstance(value, list) else value


SHAPES: list[tuple[str, Any, str, list[tuple[str, int | None, int | None, Any]]]] = [
    ('[{"a": 1},\n {"a": 2.50}]', TOP, "x.json", [("/0", 1, 1, {"a": "1"}), ("/1", 2, 12, {"a": "2.50"})]),
    ('{"a": 1}\n\n{"a": 2}\n', TOP, "x.json", [("/0", 1, 0, {"a": "1"}), ("/1", 3, 10, {"a": "2"})]),
    ('{"a": 1}', TOP, "x.ndjson", [("/0", 1, 0, {"a": "1"})]),
    ('{}\r\n{"a": "\u2028"}\r\n', TOP, "x.jsonl", [("/0", 1, 0, {}), ("/1", 2, 4, {"a": "\u2028"})]),
    ('{"k1": {"a": 1}, "k/2": {}}', TOP, "x.json", [("/k1", 1, 7, {"a": "1"}), ("/k~12", 1, 24, {})]),
    ('{"users": [["ä"], 7]}', USERS, "x.json", [("/users/0", 1, 11, ["ä"]), ("/users/1", 1, 19, "7")]),
    ('{"users": {"u1": {}}}', USERS, "x.json", [("/users/u1", 1, 17, {})]),
    ('{"users": null}', USERS, "x.json", []),
    ("[]", TOP, "x.json", []),
    ("{}", TOP, "x.json", []),
    ("[{}]", TOP, "x.json", [("/0", 1, 1, {})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "containers", "name", "wanted"), SHAPES)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_records_and_their_places(text: str, containers: Any, name: str, wanted: Any, mark: bytes) -> None:
    found = read(mark + text.encode(), containers, name=name).records
    places = [(r.place.pointer, r.place.line, r.place.offset, plain(r.value)) for r in found]
    assert places == [(pointer, line, offset + len(mark), value) for pointer, line, offset, value in wanted]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_has_no_records_and_a_notice(text: str) -> None:
    content = read(text)
    assert (content.records, content.notices) == ((), ("x.json is empty.",))


def test_a_container_that_is_not_there_is_noticed() -> None:
    assert read("{}", USERS).notices == ("x.json has no /users.",)


def test_parts_that_nobody_asked_for_are_stray() -> None:
    content = read('{"meta": {"v": 1}, "users": []}', USERS)
    assert [place.pointer for place in content.stray] == ["/meta"]


WHOLE = '{"meta": "a\\u00e9\\n", "users": [{"n": -1.5e3, "t": true, "x": null, "l": [1, "é"]},\n {}]}'


@pytest.mark.parametrize("length", range(1, len(WHOLE.encode())))
def test_a_document_cut_anywhere_is_told_so(length: int) -> None:
    cut = WHOLE.encode()[:length]
    try:
        cut.decode()
    except UnicodeDecodeError:
        with pytest.raises(SourceUnreadableError):
            read(cut, USERS)
        return
    with pytest.raises(SourceCutError) as caught:
        read(cut, USERS)
    assert (caught.value.line, caught.value.offset) == (cut.count(b"\n") + 1, length)


def test_a_cut_array_names_the_record_that_is_not_whole() -> None:
    with pytest.raises(
        SourceCutError, match=r"^x\.json cannot be read at line 3, byte 25: .* begins at line 3\."
    ):
        read('[\n{"a": "first one"},\n{"a": "sec'[:25] + "")


MUST_REJECT = [
    ("[1,]", 1, 3),
    ("[1 2]", 1, 3),
    ("[1]x", 1, 3),
    ("[1][2]", 1, 3),
    ("['a']", 1, 1),
    ('["\t"]', 1, 2),
    ('["\\x"]', 1, 2),
    ("[01]", 1, 2),
    ("[+1]", 1, 1),
    ("[.5]", 1, 1),
    ("[1.]", 1, 2),
    ("[0x1]", 1, 2),
    ("[tru]", 1, 1),
    ("[True]", 1, 1),
    ("// c\n[]", 1, 0),
    ("{a: 1}", 1, 1),
    ('{"a" 1}', 1, 5),
    ('{"a": 1,}', 1, 8),
    ("[\u00a01]", 1, 1),
]


@pytest.mark.parametrize(("text", "line", "offset"), MUST_REJECT, ids=lambda value: str(value)[:12])
def test_what_is_no_json_is_refused_with_its_place(text: str, line: int, offset: int) -> None:
    with pytest.raises(SourceUnreadableError) as caught:
        read(text)
    assert type(caught.value) is SourceUnreadableError
    assert (caught.value.line, caught.value.offset) == (line, offset)


@pytest.mark.parametrize(
    ("content", "offset", "word"),
    [
        (b'[\n"caf\xe9"]', 6, "0xe9 is not UTF-8"),
        ("[]".encode("utf-16-le"), 0, "UTF-16-LE without a byte order mark"),
        ("[]".encode("utf-32-be"), 0, "UTF-32-BE without a byte order mark"),
        (b"PK\x03\x04rest of the archive", 0, "ZIP"),
        (b"SQLite format 3\0", 0, "SQLite"),
    ],
)  # fmt: skip
def test_other_encodings_are_refused_by_name(content: bytes, offset: int, word: str) -> None:
    with pytest.raises(SourceUnreadableError, match=word) as caught:
        read(content)
    assert caught.value.offset == offset


FLAWED = [
    ('{"a": 1, "a": 2}', "duplicate_key", "a"),
    ('{"x": {"b": 1, "b": 1}}', "duplicate_key", "b"),
    ('{"a": NaN}', "not_finite", ""),
    ('{"a": -Infinity}', "not_finite", ""),
]


@pytest.mark.parametrize(("record", "code", "field"), FLAWED)
@pytest.mark.parametrize("form", ["[{}]", "{}\n{{}}\n"], ids=["array", "ndjson"])
def test_flaws_stay_with_their_record(record: str, code: str, field: str, form: str) -> None:
    first, *others = read(form.format(record), name="x.ndjson" if "\n" in form else "x.json").records
    assert [(flaw.code, flaw.field) for flaw in first.flaws] == [(code, field)]
    assert not any(other.flaws for other in others)


LINES = [
    (b'{"a": 1', "truncated"),
    (b'{"a": "caf\xe9"}', "not_utf8"),
    (b'{"a": 1} {"a": 2}', "not_json"),
    (b"{'a': 1}", "not_json"),
    (b"[" * 100_000, "too_deep"),
]


@pytest.mark.parametrize(("line", "code"), LINES, ids=lambda value: str(value)[:12])
def test_a_bad_line_leaves_the_others_alone(line: bytes, code: str) -> None:
    records = read(b'{"a": 0}\n\n' + line + b'\n{"a": 9}\n').records
    assert [(r.place.line, [flaw.code for flaw in r.flaws]) for r in records] == [
        (1, []),
        (3, [code]),
        (4, []),
    ]


def test_a_key_that_stands_twice_in_a_store_is_a_flaw_of_the_second() -> None:
    assert [bool(r.flaws) for r in read('{"k": {}, "l": {}, "k": {}}').records] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "containers"),
    [("[]", USERS), ("{}\n{}", USERS), ('{"users": 7}', USERS), ("7", TOP)],
)
def test_another_shape_than_the_mapping_expects(text: str, containers: Any) -> None:
    with pytest.raises(SourceShapeError):
        read(text, containers)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(json_values), st.booleans(), st.sampled_from([None, 1]))
def test_what_json_writes_is_read_as_python_reads_it(
    values: list[Any], escaped: bool, indent: int | None
) -> None:
    text = json.dumps(values, ensure_ascii=escaped, indent=indent).encode("utf-8", "surrogatepass")
    wanted = json.loads(text, parse_int=Number, parse_float=Number)
    assert [record.value for record in read(text).records] == wanted


class Colour(enum.Enum):
    RED = "red"


def test_objects_in_memory_become_plain_values() -> None:
    key = UUID(int=7)
    store = {
        key: {
            "n": 1.5,
            "d": Decimal("1.50"),
            "c": Colour.RED,
            "at": datetime(2024, 5, 1, tzinfo=UTC),
            "s": {2, 1},
        }
    }
    (record,) = read_source(MemorySource("app:db", store), frozenset(TOP)).records
    assert (record.key, record.place.pointer, record.place.line) == (str(key), f"/{key}", None)
    assert plain(record.value) == {
        "n": "1.5",
        "d": "1.50",
        "c": "red",
        "at": "2024-05-01T00:00:00+00:00",
        "s": ["1", "2"],
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "not_finite"),
        (object(), "unknown_kind"),
        ({1: 2, "1": 3}, "duplicate_key"),
    ],
)
def test_objects_without_a_plain_value_are_flaws(value: object, code: str) -> None:
    (record,) = read_source(MemorySource("m", [{"a": value}]), frozenset(TOP)).records
    assert [flaw.code for flaw in record.flaws] == [code]


def test_nothing_in_place_of_objects_is_refused() -> None:
    with pytest.raises(SourceShapeError, match=r"memory has nothing \(None\) at the top level"):
        read_source(MemorySource("memory", None), frozenset(TOP))


def test_an_object_that_holds_itself_is_a_flaw() -> None:
    circle: list[object] = []
    circle.append(circle)
    (record,) = read_source(MemorySource("m", [{"a": circle}]), frozenset(TOP)).records
    assert [flaw.code for flaw in record.flaws] == ["cycle"]


TABLE = {"t": {"rows": "/*", "columns": {"a": "a"}}}


def located(sources: dict[str, Any], given: Given, folder: Path) -> dict[str, str]:
    tables = {f"t{i}": TABLE["t"] | {"source": name} for i, name in enumerate(sources)} or TABLE
    mapping = parse_mapping({"version": 1, "source": sources, "table": tables})
    return {name: source.label for name, source in locate(mapping, folder, given).items()}


def test_sources_are_paired_with_files(tmp_path: Path) -> None:
    for name in ("people.json", "work.ndjson"):
        (tmp_path / name).write_text("[]")
    two = {"users": {"from": "people.json"}, "work": {}}
    files = [str(tmp_path / "work.ndjson"), str(tmp_path / "people.json")]
    assert located(two, files, tmp_path) == {"users": "people.json", "work": "work.ndjson"}
    assert located({"a": {"from": "work.ndjson"}}, None, tmp_path) == {"a": "work.ndjson"}
    assert located({}, tmp_path / "people.json", tmp_path) == {"input": "people.json"}
    assert located({}, [{"a": 1}], tmp_path) == {"input": "memory"}


def test_sources_that_do_not_pair(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(SourcesDoNotMatchError):
        located({"users": {}, "work": {}}, [str(tmp_path / "a.json")], tmp_path)
    with pytest.raises(SourcesDoNotMatchError):
        located({}, None, tmp_path)
    with pytest.raises(SourcesDoNotMatchError):
        located({"a": {}}, [str(tmp_path / "a.json"), str(tmp_path / "a.json")], tmp_path)
    with pytest.raises(NothingToImportError, match=r"gone\.json"):
        located({"a": {"from": "gone.json"}}, None, tmp_path)
    with pytest.raises(SourceNotFoundError, match="No such file"):
        located({}, [str(tmp_path / "gone.json")], tmp_path)


def test_an_attribute_of_a_module(tmp_path: Path) -> None:
    (tmp_path / "legacy_store_of_a_test.py").write_text("class Store:\n    rows = [{'a': 1}]\n")
    assert located({"a": {"from": "legacy_store_of_a_test:Store.rows"}}, None, tmp_path) == {
        "a": "legacy_store_of_a_test:Store.rows"
    }
    with pytest.raises(SourceNotFoundError, match="has no attribute"):
        located({}, "legacy_store_of_a_test:gone", tmp_path)
    with pytest.raises(SourceNotFoundError, match="No module named"):
        located({}, "no_such_module_anywhere:x", tmp_path)


def test_what_a_module_says_when_it_fails_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "store_that_leaks.py").write_text("raise RuntimeError('postgresql://u:hunter2@h/d')\n")
    with pytest.raises(SourceNotFoundError, match="RuntimeError") as caught:
        located({}, "store_that_leaks:x", tmp_path)
    assert "hunter2" not in caught.value.sentence
