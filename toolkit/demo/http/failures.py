"""Which failure is which answer.

A missing record and another user's are both 404, in the same words. What the database says never reaches a
client: its messages quote values.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError

from toolkit.database import sqlstate
from toolkit.errors import NeonkitError, UnreachableError
from toolkit.models.errors import (
    InvalidCursorError,
    NullRefusedError,
    PageSizeError,
    RecordNotFoundError,
    ReferenceNotFoundError,
    SortRefusedError,
)

STATUS: Final[dict[type[NeonkitError], int]] = {
    RecordNotFoundError: 404,
    InvalidCursorError: 422,
    NullRefusedError: 422,
    PageSizeError: 422,
    SortRefusedError: 422,
}
_UNIQUE_VIOLATION: Final = "23505"
_FOREIGN_KEY_VIOLATION: Final = "23503"
_SOON: Final = {"Retry-After": "2"}


def answer_failures(app: FastAPI) -> None:
    """Give the application an answer for each failure that a client can cause or should hear of."""
    for kind in STATUS:
        app.add_exception_handler(kind, _explained)
    app.add_exception_handler(ReferenceNotFoundError, _unregistered)
    app.add_exception_handler(IntegrityError, _conflict)
    for lost in (UnreachableError, OperationalError):
        app.add_exception_handler(lost, _unavailable)


def _explained(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, NeonkitError), "registered for these only"
    return JSONResponse({"detail": error.sentence}, STATUS[type(error)])


def _unregistered(request: Request, error: Exception) -> JSONResponse:
    # No input names a row that another one refers to: what is missing is the account of the acting user.
    del request, error
    return JSONResponse({"detail": "Register first."}, 409)


def _conflict(request: Request, error: Exception) -> JSONResponse:
    state = sqlstate(error)
    if state == _UNIQUE_VIOLATION:
        return JSONResponse({"detail": "There is one like this already."}, 409)
    if state == _FOREIGN_KEY_VIOLATION:
        return _unregistered(request, error)
    return JSONResponse({"detail": "The data contradicts itself."}, 422)


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    del request, error
    return JSONResponse({"detail": "The database cannot be reached right now."}, 503, _SOON)
