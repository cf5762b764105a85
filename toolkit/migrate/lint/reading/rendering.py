"""A history written as SQL, statement by statement, each with the line of the revision that sent it.

Alembic's offline branch is run for all revisions; what its output receives is heard with the stack at hand.
The
way back is heard in the same place, right after the way up. A revision that cannot be written has a reason.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from alembic import command

from toolkit.errors import NeonkitError
from toolkit.migrate.graph import Revision
from toolkit.migrate.lint.act import Written
from toolkit.migrate.lint.reading.sql_file import Boundaries
from toolkit.migrate.lint.revision import Rendered
from toolkit.migrate.offline import OfflineWriter, write_offline
from toolkit.migrate.places import FOREIGN, line_in, reason_of
from toolkit.migrate.project import AlembicProject


class _Ear(OfflineWriter):
    """Hears each text that Alembic would write."""

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        """The revision's file; None between revisions, whose statements are Alembic's own."""
        self.texts: list[Written] = []
        self.boundaries = Boundaries(inside=True)

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Configure for text, and listen at the door through which the text goes."""
        super().configure(original, options)
        implementation = self.context.get_context().impl
        vars(implementation).update(
            static_output=self._heard,
            emit_begin=lambda: self._boundary("TRANS_STMT_BEGIN"),
            emit_commit=lambda: self._boundary("TRANS_STMT_COMMIT"),
        )

    def begin(self, path: Path) -> None:
        """A function of the revision in the file begins."""
        transactional = bool(self.context.get_context().impl.transactional_ddl)
        self.path, self.texts, self.boundaries = path, [], Boundaries(inside=transactional)

    def end(self) -> tuple[Written, ...]:
        """It ended; what it wrote."""
        self.path = None
        return tuple(self.texts)

    def _heard(self, text: str) -> None:
        if self.path is not None and not text.lstrip().startswith("--"):
            self.texts.append(self.boundaries.written(text, line_running(self.path)))

    def _boundary(self, kind: str) -> None:
        if self.path is not None:
            self.boundaries.hear(kind)


def line_running(path: Path) -> int | None:
    """The innermost line of the file that is running now."""
    wanted = str(path)
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to one's own stack
    while frame is not None:
        if frame.f_code.co_filename == wanted:
            return frame.f_lineno
        frame = frame.f_back
    return None


def render_history(project: AlembicProject, wanted: Iterable[str]) -> tuple[dict[str, Rendered], str | None]:
    """The statements of each revision, and why there are none at all if `env.py` writes none.

    Those in `wanted` are heard both ways, the others only upwards.
    """
    ear, found, both = _Ear(), dict[str, Rendered](), frozenset(wanted)
    with project.opened(cmd=(command.upgrade, ["revision"], ["sql", "tag"]), sql=True, tag=None) as opened:

        def work(heads: Any, context: Any) -> Iterable[Any]:
            del heads, context
            for step in opened.script._upgrade_revs("heads", ()):  # type: ignore[arg-type]  # noqa: SLF001
                script = step.revision
                _listen(step, script, ear, found, way_back=script.revision in both)
                yield step

        options = {"as_sql": True, "starting_rev": None, "destination_rev": "heads", "tag": None}
        try:
            write_offline(project, opened, ear, work, **options)
        except NeonkitError as error:
            return found, error.sentence
    return found, None


def _listen(step: Any, script: Any, ear: _Ear, found: dict[str, Rendered], *, way_back: bool) -> None:
    """Have the step heard; what it raises becomes the reason why its statements are not known."""
    original, path = step.migration_fn, Path(script.path)

    def migrate(**arguments: Any) -> None:
        before = found.get(script.revision)
        ear.begin(path)
        try:
            original(**arguments)
        except FOREIGN as error:
            ear.end()
            reason, line = reason_of(error), line_in(error, path)
            found.setdefault(script.revision, Rendered(None, reason=reason, line=line))
            return
        up = ear.end()
        down = _down(script, ear, path, arguments) if way_back else None
        if before is not None and before.up is not None:  # several databases or tenants in one run
            up = before.up if up == before.up else (*before.up, *up)
            down = (*before.down, *down) if before.down and down and down != before.down else down
        found[script.revision] = Rendered(up, down)

    step.migration_fn = migrate


def _down(script: Any, ear: _Ear, path: Path, arguments: dict[str, Any]) -> tuple[Written, ...] | None:
    function = getattr(script.module, "downgrade", None)
    if function is None:
        return None
    ear.begin(path)
    try:
        function(**arguments)
    except FOREIGN:
        ear.end()
        return None
    return ear.end()


def unwritten(revision: Revision, found: dict[str, Rendered], why_none: str | None) -> Rendered:
    """What is known of a revision: its statements, or the reason why there are none."""
    if (known := found.get(revision.id)) is not None:
        return known
    return Rendered(None, reason=why_none or "env.py writes no SQL for it")
