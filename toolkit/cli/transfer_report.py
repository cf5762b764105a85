"""`neonkit import --report FILE`: the report as a file, in the format of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from toolkit.transfer import LoadReport

_FORMATS: Final = (".md", ".json")


def report_writer(path: Path | None) -> Callable[[LoadReport], None]:
    """What writes the report; asked for before the import, so that a wrong name costs nothing.

    Raises `ImportOptionError`.
    """
    if path is None:
        return _unwritten
    from toolkit.transfer.loading.errors import ImportOptionError

    remedy = "Name a file that ends in .md or .json, in a folder that is there."
    if path.suffix not in _FORMATS:
        raise ImportOptionError(
            f"--report {path}", f"its name ends in neither {' nor '.join(_FORMATS)}", remedy
        )
    if not path.parent.is_dir():
        raise ImportOptionError(f"--report {path}", "there is no such folder", remedy)

    def write(report: LoadReport) -> None:
        from toolkit.reports import as_json
        from toolkit.transfer.reconcile.markdown import markdown_of

        text = markdown_of(report) if path.suffix == ".md" else as_json(report)
        try:
            path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "the file cannot be opened"
            raise ImportOptionError(f"--report {path}", reason, remedy) from None

    return write


def _unwritten(report: LoadReport) -> None:
    """No file was asked for."""
