"""What all input has in common, and the texts it is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from toolkit.demo.models.tag import TAG_LENGTH
from toolkit.demo.models.task import DESCRIPTION_LENGTH, TITLE_LENGTH
from toolkit.demo.models.user import EMAIL_LENGTH, NAME_LENGTH


def _without_nul(value: object) -> object:
    # PostgreSQL has no NUL in texts; said here it names the field, said by the driver it is a crash.
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("a text cannot hold the character NUL")
    return value


_Plain = BeforeValidator(_without_nul)

Title = Annotated[str, _Plain, StringConstraints(min_length=1, max_length=TITLE_LENGTH)]
Description = Annotated[str, _Plain, StringConstraints(max_length=DESCRIPTION_LENGTH)]
PersonName = Annotated[str, _Plain, StringConstraints(min_length=1, max_length=NAME_LENGTH)]
TagName = Annotated[str, _Plain, StringConstraints(min_length=1, max_length=TAG_LENGTH, to_lower=True)]
Email = Annotated[
    str,
    _Plain,
    StringConstraints(max_length=EMAIL_LENGTH, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
]


class Input(BaseModel):
    """A body that a client sent. Blanks around texts are taken off."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)
