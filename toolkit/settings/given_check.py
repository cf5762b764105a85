"""What [tool.neonkit.check] may hold, with types; the defaults are those of `CheckSettings`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from toolkit.settings.check import PARTS, CheckSettings, Level

_DEFAULT: Final = CheckSettings()


def _parts(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        _require_part(name)
    return tuple(name for name in PARTS if name in names)


def _levels(levels: dict[str, Level]) -> dict[str, Level]:
    for name in levels:
        _require_part(name)
    return levels


def _require_part(name: str) -> None:
    if name not in PARTS:
        raise ValueError(f"{name!r} is none of {', '.join(PARTS)}")


class CheckTable(BaseModel):
    """[tool.neonkit.check]."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, defer_build=True)

    parts: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_parts)] = _DEFAULT.parts
    since: str | None = None
    base: str | None = None
    database: Literal["embedded", "configured"] = _DEFAULT.database
    roles: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    rows: Annotated[int, Field(ge=0)] = _DEFAULT.rows
    fail_on: Level = _DEFAULT.fail_on
    levels: Annotated[dict[str, Level], AfterValidator(_levels)] = {}
    probe: bool = _DEFAULT.probe
    fail_on_unknown: bool = _DEFAULT.fail_on_unknown

    def values(self) -> dict[str, Any]:
        """The fields by name."""
        return {name: getattr(self, name) for name in type(self).model_fields}
