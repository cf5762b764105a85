"""Where sources come from: files, patterns, pipes, standard input, modules; and files that change."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.transfer.arrange import arrange
from toolkit.transfer.errors import (
    NothingToImportError,
    SourceNotFoundError,
    SourcesDoNotMatchError,
)
from toolkit.transfer.mapping.read import parse_mapping
from toolkit.transfer.sources.errors import SourceChangedError
from toolkit.transfer.sources.locate import Given, locate
from toolkit.transfer.sources.located import FilesSource, Located, MemorySource, PathSource, StdinSource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.stream import open_stream

TOP: frozenset[tuple[str, ...]] = frozenset({()})


def found(folder: Path, given: Given, **sources: dict[str, Any]) -> dict[str, Located]:
    tables = {
        f"t{i}": {"rows": "/*", "columns": {"a": "a"}, "source": name} for i, name in enumerate(sources)
    }
    return locate(parse_mapping({"version": 1, "source": sources, "table": tables}), folder, given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    for name, text in {
        "b.ndjson": '{"n": 3}\n',
        "a.ndjson": '\n{"n": 1}\n{"n": 2}\n',
        "old/a.ndjson": '{"n": 0}\n',
        "c.json": '[{"n": 4}]',
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_pattern_is_one_source_and_places_name_the_file(folder: Path) -> None:
    source = found(folder, None, s={"from": "*.ndjson"})["s"]
    assert isinstance(source, FilesSource)
    content = read_source(source, TOP)
    assert [(r.place.source, r.place.line, r.place.pointer) for r in content.records] == [
        ("a.ndjson", 2, "/0"),
        ("a.ndjson", 3, "/1"),
        ("b.ndjson", 1, "/0"),
    ]


def test_several_files_for_one_source_are_read_as_one(folder: Path) -> None:
    given = [str(folder / "c.json"), str(folder / "old/a.ndjson"), str(folder / "a.ndjson")]
    source = found(folder, given, s={})["s"]
    with open_stream(source, TOP) as stream:
        assert [(record.place.source, record.index) for record in stream] == [
            ("c.json", 0),
            (given[1], 0),  # two files have this name
            (given[2], 0),
            (given[2], 1),
        ]
        sizes = [(folder / name).stat().st_size for name in ("c.json", "old/a.ndjson", "a.ndjson")]
        assert stream.bytes_read == stream.total_bytes == sum(sizes)
        assert stream.digest is not None


def test_files_are_paired_with_the_patterns_of_several_sources(folder: Path) -> None:
    given = [str(folder / name) for name in ("b.ndjson", "c.json", "a.ndjson")]
    sources = found(folder, given, lines={"from": "*.ndjson"}, whole={"from": "c.json"})
    lines = sources["lines"]
    assert isinstance(lines, FilesSource)
    assert [part.label for part in lines.parts] == ["b.ndjson", "a.ndjson"]
    assert isinstance(sources["whole"], PathSource)
    with pytest.raises(SourcesDoNotMatchError):
        found(folder, given, lines={"from": "b.ndjson"}, whole={"from": "c.json"})


def test_a_pattern_that_matches_nothing_is_nothing_to_import(folder: Path) -> None:
    with pytest.raises(NothingToImportError, match=r"\*\.csv"):
        found(folder, None, s={"from": "*.csv"})
    with pytest.raises(SourceNotFoundError):
        found(folder, str(folder / "*.csv"), s={})


def test_standard_input_can_be_read_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b'[{"a": 1}, {"a": 2}]')))
    source = found(folder, "-", s={})["s"]
    assert source == StdinSource()
    first = read_source(source, TOP)
    assert [record.place.source for record in first.records] == ["standard input"] * 2
    assert read_source(source, TOP) == first


def test_a_pipe_can_be_read_twice(folder: Path) -> None:
    pipe = folder / "pipe.ndjson"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b'{"a": 1}\n',))
    writer.start()
    source = PathSource("pipe.ndjson", pipe)
    assert len(read_source(source, TOP).records) == 1
    writer.join()
    assert len(read_source(source, TOP).records) == 1


def test_what_is_named_anew_is_read_anew(folder: Path) -> None:
    """Two imports in one process from the same named pipe."""
    pipe = folder / "pipe.ndjson"
    os.mkfifo(pipe)
    for content in (b'{"a": 1}\n', b'{"a": 2}\n{"a": 3}\n'):
        writer = threading.Thread(target=pipe.write_bytes, args=(content,))
        writer.start()
        source = found(folder, str(pipe), s={})["s"]
        for _ in range(2):
            assert len(read_source(source, TOP).records) == content.count(b"\n")
        writer.join()


def test_a_digest_is_that_of_the_raw_bytes(folder: Path) -> None:
    path = folder / "a.ndjson"
    shapes: tuple[Shape, ...] = ("auto", "ndjson", "concatenated")
    for shape in shapes:
        with open_stream(PathSource("x", path), TOP, shape) as stream:
            assert stream.digest is None
            list(stream)
            assert stream.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"n": 9}\n')


def rewritten(path: Path) -> None:
    content = path.read_bytes()
    os.utime(path, ns=(1, 1))
    path.write_bytes(content)


def shortened(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("change", [grown, rewritten, shortened])
def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path, change: Any) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(b'{"n": 1}\n' * 1000)
    with open_stream(PathSource("x.ndjson", path), TOP, "auto", ReadOptions(chunk=90)) as stream:
        records = iter(stream)
        next(records)
        change(path)
        with pytest.raises(SourceChangedError, match=r"^x\.ndjson changed while it was read"):
            list(records)
        assert stream.digest is None


MODULES = {
    "literal": ("db: dict = {'a': {'n': 1}}\nprint('ran')\n", False),
    "computed": ("db = {'a': {'n': 0 + 1}}\nprint('ran')\n", True),
    "touched": ("db = {'a': {'n': 1}}\ndb['b'] = {}\nprint('ran')\n", True),
    "twice": ("db = 1\ndb = {'a': {'n': 1}}\nprint('ran')\n", True),
    "in_function": ("db = {'a': {'n': 1}}\ndef f():\n    global db\n    db = 2\nprint('ran')\n", True),
    "by_globals": ("db = {'a': {'n': 1}}\nglobals()['db']['b'] = {}\nprint('ran')\n", True),
}


@pytest.mark.parametrize("case", MODULES)
def test_a_literal_is_read_without_running_its_module(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, runs = MODULES[case]
    name = f"legacy_{case}_of_a_test"
    (tmp_path / f"{name}.py").write_text(text)
    source = found(tmp_path, f"{name}:db", s={})["s"]
    assert isinstance(source, MemorySource)
    assert isinstance(source.value, dict)
    assert source.value["a"] == {"n": 1}
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "ran\n" if runs else "")
    assert (name in sys.modules) == runs
    sys.modules.pop(name, None)


def test_a_module_that_ends_the_program_does_not(tmp_path: Path) -> None:
    (tmp_path / "legacy_exit_of_a_test.py").write_text("import sys\nsys.exit(3)\ndb = 1 + 1\n")
    with pytest.raises(SourceNotFoundError, match="ends the program"):
        found(tmp_path, "legacy_exit_of_a_test:db", s={})


@pytest.mark.parametrize("given", ["-", "export/*.ndjson", "app.store:users"])
def test_a_person_may_name_more_than_paths(given: str, tmp_path: Path) -> None:
    order = arrange([given], mapping=tmp_path / "mapping.toml")
    assert order.source == (given,)
    with pytest.raises(SourceNotFoundError):
        arrange([str(tmp_path / "gone.json")], mapping=tmp_path / "mapping.toml")


def test_an_attribute_may_be_private_and_deep(tmp_path: Path) -> None:
    text = "class Repo:\n    def __init__(self):\n        self._store = {'rows': 1}\nrepo = Repo()\n"
    (tmp_path / "legacy_private_of_a_test.py").write_text(text)
    source = found(tmp_path, "legacy_private_of_a_test:repo._store", s={})["s"]
    assert source == MemorySource("legacy_private_of_a_test:repo._store", {"rows": 1})


def test_a_name_that_is_no_utf8_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.ndjson")
    path.write_bytes(b'{"a": 1}\n')
    (record,) = read_source(found(tmp_path, str(path), s={})["s"], TOP).records
    assert record.place.source == "caf\\xe9.ndjson"
