"""Seeds and mappings that are broken, through the real command line: refused whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.acceptance import Stage

Spoil = Callable[[Path], object]


def written(text: str) -> Spoil:
    """Replace the data."""
    return lambda seeds: (seeds / "writers.json").write_text(text, encoding="utf-8")


def mapped(old: str, new: str) -> Spoil:
    """Change the mapping."""

    def change(seeds: Path) -> None:
        path = seeds / "mapping.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def emptied(seeds: Path) -> None:
    for path in seeds.iterdir():
        path.unlink()


def a_folder_instead(seeds: Path) -> None:
    (seeds / "writers.json").unlink()
    (seeds / "writers.json").mkdir()


CASES: dict[str, tuple[Spoil, int, str, str, str]] = {
    "an empty folder": (emptied, 2, "E174", "nothing to import in seeds", "mapping.toml"),
    "cut in the middle": (
        written('[{"id": 7, "fullName": "Cleo"},\n {"id": 8, "full'),
        1,
        "E471",
        "line 2, byte 48: the file ends here",
        "get the whole file",
    ),
    "no JSON at all": (written("id,name"), 1, "E470", "line 1, byte 0", "Mend the file"),
    "another encoding": (
        lambda seeds: (seeds / "writers.json").write_bytes('[{"name": "Zo\u00eb"}]'.encode("latin-1")),
        1,
        "E470",
        "is not UTF-8",
        "say encoding",
    ),
    "a folder where a file should be": (a_folder_instead, 2, "E175", "it is a folder", "A source is a file"),
    "no file": (lambda seeds: (seeds / "writers.json").unlink(), 2, "E174", "writers.json not", "holds"),
    "a field nobody mapped": (
        written('[{"id": 7, "fullName": "C", "age": 3}]'),
        2,
        "E173",
        "Field 'age' for authors is not mapped",
        "'ignore'",
    ),
    "no mapping": (
        lambda seeds: (seeds / "mapping.toml").unlink(), 2, "E174", "mapping.toml not found", "--mapping",
    ),
    "a table misspelt": (mapped("table.authors", "table.autors"), 2, "E172", "autors", "upgraded"),
    "a key misspelt": (mapped("rows =", "row ="), 2, "E171", "rows: this key is missing", "docs"),
    "a column misspelt": (mapped("name =", "nam ="), 2, "E172", "has no column 'nam'", "upgraded"),
    "a path misspelt": (mapped("fullName", "fulName"), 2, "E173", "Field 'fullName'", "Map it"),
    "no TOML": (mapped("version = 1", "version = "), 2, "E170", "it is not TOML", "docs/mapping.md"),
    "another version": (mapped("version = 1", "version = 9"), 2, "E171", "version 1 only", "docs"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_imported(stage: Stage, case: str) -> None:
    spoil, exit_code, error, says, hint = CASES[case]
    spoil(stage.root / "seeds")
    stage.refuses("import", "seeds", "--yes", exit_code=exit_code, error=error, says=says, hint=hint)


def test_a_source_that_is_not_there(stage: Stage) -> None:
    stage.refuses(
        "import",
        "sedes",
        "--yes",
        exit_code=2,
        error="E175",
        says="no such file",
        hint="A source is",
    )
    stage.refuses("import", "--yes", exit_code=2, error="E178", says="no mapping", hint="--mapping")


def test_rows_that_do_not_fit_are_told_and_nothing_is_written(stage: Stage) -> None:
    before = stage.fingerprint()[:2]
    written('[{"id": 7, "fullName": "Cleo"}, {"id": 1, "fullName": "Ann"}, {"id": "x", "fullName": "Dan"}]')(
        stage.root / "seeds"
    )
    ran = stage.run("import", "seeds", "--yes")
    assert ran.code == 5
    assert "error[E570]: 2 of 3 rows do not fit" in ran.err
    assert "hint: " in ran.err
    assert "exists: writers.json:1 /1/id" in ran.out, "the rows are the result, so they are data"
    assert "wrong_type: writers.json:1 /2/id" in ran.out
    assert stage.fingerprint()[:2] == before


def test_a_source_without_rows_says_so(stage: Stage) -> None:
    written("[]")(stage.root / "seeds")
    ran = stage.run("import", "seeds", "--yes")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Nothing to do: the source holds no rows.")
