"""What can be imported from here, and the mapping that belongs to a choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolkit.transfer import ImportOrder, arrange
from toolkit.transfer.arrange import MAPPING_FILE
from toolkit.transfer.sources.locate import is_module_attribute
from toolkit.tui.facts.importing import ImportSource, Offer, looks_like_data
from toolkit.tui.widgets.words import size

_MOST: Final = 50
_LEFT_OUT: Final = frozenset({"node_modules", "__pycache__", "venv"})


def offers(project: Path, seeds: Path) -> tuple[Offer, ...]:
    """The seeds first, then files of the project that look like data, those on top before those below."""
    found = []
    if (seeds / MAPPING_FILE).is_file():
        found.append(Offer(shown(seeds), "the project's seeds, with their mapping"))
    for path in sorted(_data_files(project), key=lambda path: (len(path.parts), path)):
        if len(found) > _MOST:
            break
        if path.parent != seeds:
            mapped = ", with a mapping" if mapping_beside(path).is_file() else ""
            found.append(Offer(shown(path), f"{size(path.stat().st_size)}{mapped}"))
    return tuple(found)


def chosen(path: str | None, seeds: Path, rejects: Path) -> ImportSource:
    """What a person chose; None takes the seeds. Raises what `arrange` raises, and OSError."""
    if path is None or Path(path).is_dir():
        order = arrange(() if path is None else (path,), seeds=seeds)
        return _folder(order, seeds, rejects)
    order = arrange((path,), mapping=mapping_beside(Path(path)))
    there = order.mapping.is_file()
    text = order.mapping.read_text(encoding="utf-8") if there else ""
    file = Path(path)
    return ImportSource(
        path,
        ((file.name, file.stat().st_size),) if file.is_file() else (),
        text,
        shown(order.mapping),
        there,
        undecided_in(text),
        folder=False,
        rejects=shown(rejects / f"{_stem(file)}.rejects.ndjson"),
    )


def undecided_in(text: str) -> tuple[str, ...]:
    """The comments of a proposal that somebody still has to decide."""
    return tuple(line.lstrip("# ?") for line in text.splitlines() if line.lstrip().startswith("# ??"))


def mapping_beside(path: Path) -> Path:
    """The mapping of one file: beside it, with its name."""
    return (Path() if is_module_attribute(str(path)) else path.parent) / f"{_stem(path)}.mapping.toml"


def shown(path: Path) -> str:
    """A path as a person writes it here."""
    here = Path.cwd()
    whole = path if path.is_absolute() else here / path
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(path)


def _folder(order: ImportOrder, seeds: Path, rejects: Path) -> ImportSource:
    folder = order.mapping.parent
    text = order.mapping.read_text(encoding="utf-8")
    files = tuple(
        (path.name, path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.is_file() and path != order.mapping
    )
    return ImportSource(
        shown(folder),
        files,
        text,
        shown(order.mapping),
        undecided=undecided_in(text),
        seeds=folder.resolve() == seeds.resolve(),
        rejects=shown(rejects / f"{folder.resolve().name}.rejects.ndjson"),
    )


def _stem(path: Path) -> str:
    return path.name.rpartition(":")[2].split(".")[0] or "source"


def _data_files(project: Path) -> Iterator[Path]:
    for folder in (project, *_folders(project)):
        yield from (path for path in folder.iterdir() if path.is_file() and looks_like_data(path.name))


def _folders(project: Path) -> Iterator[Path]:
    for path in sorted(project.iterdir()):
        if path.is_dir() and not path.name.startswith(".") and path.name not in _LEFT_OUT:
            yield path
