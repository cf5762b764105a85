"""`examine`: every part of the surroundings, one after the other."""

from __future__ import annotations

from toolkit.cancel import CancelToken
from toolkit.doctor.embedded import embedded
from toolkit.doctor.packages import packages
from toolkit.doctor.project import project
from toolkit.doctor.server import server
from toolkit.doctor.values import Examination, Symptom
from toolkit.events import Emit, unheard
from toolkit.workspace import Workspace


def examine(
    workspace: Workspace,
    *,
    before: tuple[Symptom, ...] = (),
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Examination:
    """Look at everything; what does not work is in the result. `before` is what a door saw itself.

    Raises CancelledError.
    """
    cancel = cancel or CancelToken()
    symptoms = [*before, *packages(), *project(workspace)]
    cancel.raise_if_cancelled()
    symptoms += server(workspace, emit, cancel)
    cancel.raise_if_cancelled()
    return Examination((*symptoms, *embedded(workspace.settings)))
