"""`neonkit config`: what is configured, and where each value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from toolkit.cli.call import Call

if TYPE_CHECKING:
    from toolkit.settings import Settings


_TABLES = ("isolation", "advice")
"""Settings of which each key has an origin of its own."""


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(name="config", help="What is configured, and by what.", no_args_is_help=True)
    group.command("show")(show)
    app.add_typer(group)


def show(ctx: typer.Context) -> None:
    """Show every setting, its value and where it came from. Secrets are masked."""
    call = Call.of(ctx)
    settings = call.settings()
    shown = _shown(settings)
    call.show(
        {"project_dir": settings.project_dir, "settings": shown, "notices": settings.notices},
        lambda: _text(settings, shown),
    )


def _shown(settings: Settings) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, value in settings.values().items():
        origin = settings.origin(name)
        shown = _masked(value)
        row = {"name": name, "value": shown, "origin": origin.kind, "from": origin.words}
        if isinstance(shown, dict) and name in _TABLES:
            row["origins"] = {key: settings.origin(f"{name}.{key}").words for key in shown}
        rows.append(row)
    return rows


def _masked(value: Any) -> Any:
    """The value without secrets: a URL keeps what tells databases apart, a key nothing."""
    from toolkit.database import DatabaseUrl
    from toolkit.errors import NeonkitError
    from toolkit.reports import plain
    from toolkit.secret import MASK, Secret, without_passwords

    if isinstance(value, Secret):
        if "://" not in value.reveal():
            return MASK
        try:
            return DatabaseUrl.parse(value).masked
        except NeonkitError:
            # Not a URL we can read, so nobody knows which part of it is the password.
            return MASK
    if isinstance(value, dict) or hasattr(value, "items"):
        return {name: _masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return without_passwords(value) if isinstance(value, str) else plain(value)


def _text(settings: Settings, shown: list[dict[str, Any]]) -> str:
    from toolkit.reports import table

    rows: list[tuple[object, ...]] = []
    for row in shown:
        if isinstance(row["value"], dict):
            origins = row.get("origins", {})
            rows += [
                (f"{row['name']}.{key}", _cell(value), origins.get(key, row["from"]))
                for key, value in row["value"].items()
            ]
        else:
            rows.append((row["name"], _cell(row["value"]), row["from"]))
    lines = [f"project  {settings.project_dir}", "", table(("setting", "value", "from"), rows)]
    lines += [f"note: {sentence}" for sentence in settings.notices]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_item, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} ({each})" for key, each in value.items()) or "-"
    return "-" if value is None else str(value)


def _item(value: Any) -> str:
    """An element of a list; of a table what it says, such as rule, subject and reason."""
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items() if each not in (None, ""))
    return str(value)
