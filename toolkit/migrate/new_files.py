"""New revision files: each is written as a whole, loads, and says what it was told to say, or none is left.

Stands in for the part of Alembic's `ScriptDirectory` that puts files into the version folders. Invariants: no
file that is there is overwritten; after a failure every file and folder made on the way is gone.
"""

from __future__ import annotations

import codecs
import importlib.util
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic.script import Script
from alembic.script.revision import RevisionError
from alembic.util import CommandError, to_tuple
from mako.exceptions import RichTraceback
from mako.template import Template

from toolkit.errors import NeonkitError
from toolkit.migrate.errors import BadConfigurationError
from toolkit.migrate.places import reason_of
from toolkit.migrate.project import Opened
from toolkit.migrate.revision_body import RevisionBody
from toolkit.migrate.writing_errors import BrokenTemplateError, FileNotWrittenError, RevisionExistsError

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Characters that Python's source text does not hold, or changes."""


class NewFiles:
    """What one command wrote, and how to take it back."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._template = Path(opened.script.dir) / "script.py.mako"
        self._files: dict[Path, dict[str, Any]] = {}
        self._folders: list[Path] = []

    def write(self, template: Path, path: Path, **values: Any) -> None:
        """Render the template into the new file at `path`."""
        self._template = Path(template)
        encoding = self._encoding()
        values["message"] = as_docstring(values["message"], encoding)
        text = self._rendered(values)
        self._require_python(text, path)
        try:
            with path.open("xb") as file:
                self._files[path] = values
                file.write(text.encode(encoding, "replace"))
        except FileExistsError as error:
            raise RevisionExistsError(values["up_revision"], str(path)) from error
        except OSError as error:
            raise FileNotWrittenError(str(path), error.strerror or reason_of(error)) from error

    def make_folder(self, folder: Path) -> None:
        """Make the folder and those above it that are missing."""
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        try:
            for one in reversed(missing):
                one.mkdir()
                self._folders.append(one)
        except OSError as error:
            raise FileNotWrittenError(str(folder), error.strerror or reason_of(error)) from error

    def require_told(self, scripts: Iterable[Script], body: RevisionBody | None = None) -> None:
        """Raise BrokenTemplateError unless the loaded files carry what the template was given."""
        for script in scripts:
            if body is not None and (complaint := body.complaint(script)) is not None:
                raise self._broken(complaint)
            given = self._files.get(Path(script.path))
            if given is None:
                continue
            said = {
                "revision": (script.revision, given["up_revision"]),
                "down_revision": (
                    set(script._versioned_down_revisions),  # noqa: SLF001 - its one normal form
                    set(to_tuple(given["down_revision"], default=())),
                ),
                "branch_labels": (
                    set(to_tuple(given["branch_labels"], default=())) - script.branch_labels,
                    set(),
                ),
                "depends_on": (
                    set(to_tuple(script.dependencies, default=())),
                    set(to_tuple(given["depends_on"], default=())),
                ),
            }
            for name, (found, wanted) in said.items():
                if found != wanted:
                    raise self._broken(f"it does not write the {name} it is given")

    def remove(self) -> None:
        """Take back everything that was made."""
        for path in self._files:
            path.unlink(missing_ok=True)
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):  # somebody else put something into it meanwhile
                (folder / "__pycache__").rmdir()
            with suppress(OSError):
                folder.rmdir()

    def explained(self, error: BaseException) -> NeonkitError | None:
        """Our error for what loading a new file raised; None for an error that speaks for itself."""
        if isinstance(error, (NeonkitError, RevisionError)):
            return None
        if isinstance(error, (KeyError, ValueError, TypeError)) and not self._files:
            return BadConfigurationError.of(self._opened.config, f"file_template: {reason_of(error)}")
        if not self._files:
            return None
        gone = [path for path in self._files if not path.exists()]
        if gone:
            return FileNotWrittenError(str(gone[0]), "a program of post_write_hooks took it away")
        if isinstance(error, CommandError):
            # Alembic gives these as text only; its others are about the command, not the template.
            lacks = {
                "Could not determine revision id": "revision",
                " specified branch_labels ": "branch_labels",
            }
            found = [name for text, name in lacks.items() if text in str(error)]
            return self._broken(f"it does not write the {found[0]} it is given") if found else None
        return self._broken(f"what it writes cannot be loaded, {type(error).__name__}: {reason_of(error)}")

    def _encoding(self) -> str:
        encoding: str = self._opened.script.output_encoding
        try:
            return codecs.lookup(encoding).name
        except LookupError as error:
            raise BadConfigurationError.of(self._opened.config, f"output_encoding: {error}") from error

    def _rendered(self, values: dict[str, Any]) -> str:
        try:
            template = Template(filename=str(self._template))  # noqa: S702 - it writes Python, not a page
            text: str = template.render_unicode(**values)
        except OSError as error:
            raise self._broken(error.strerror or reason_of(error)) from error
        except Exception as error:  # a template is a program of the project's own
            line = getattr(error, "lineno", None) or RichTraceback().lineno
            raise BrokenTemplateError(
                str(self._template), line or None, f"{type(error).__name__}: {reason_of(error)}"
            ) from error
        return text

    def _require_python(self, text: str, path: Path) -> None:
        try:
            compile(text, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            where = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise self._broken(f"what it writes is not Python{where}: {reason_of(error)}") from error

    def _broken(self, reason: str) -> BrokenTemplateError:
        return BrokenTemplateError(str(self._template), None, reason)


@contextmanager
def all_or_none(opened: Opened) -> Iterator[NewFiles]:
    """Let Alembic write revision files while the block runs; if it fails, nothing is left of them."""
    new = NewFiles(opened)
    vars(opened.script).update(_generate_template=new.write, _ensure_directory=new.make_folder)
    try:
        yield new
    except BaseException as error:
        explained = new.explained(error)
        new.remove()
        if explained is None:
            raise
        raise explained from error


def as_docstring(message: str, encoding: str) -> str:
    """The message as it has to stand between triple quotes in a file of that encoding."""
    text = message.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    text = _UNWRITABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return text.encode(encoding, "replace").decode(encoding)
