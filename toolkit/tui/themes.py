"""The themes: dark, light, the terminal's own colours, and no colour at all.

A theme repeats what words and signs already say. `one-colour` is what NO_COLOR and TERM=dumb get: no colour
is sent, and what is marked is bold, underlined or reversed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

ONE_COLOUR: Final = "one-colour"
BANNERS: Final[Mapping[str, str]] = {
    "env-dev": "#1f7a4d",
    "env-staging": "#b07d00",
    "env-production": "#b3261e",
    "env-unknown": "#5a6270",
    "env-text": "#ffffff",
}
"""Line 1 is filled with these, and lettered with the last."""
ANSI_BANNERS: Final[Mapping[str, str]] = {
    "env-dev": "ansi_green",
    "env-staging": "ansi_yellow",
    "env-production": "ansi_red",
    "env-unknown": "ansi_white",
    "env-text": "ansi_black",
}
ANSI: Final[dict[str, str]] = {
    **BUILTIN_THEMES["ansi-dark"].variables,
    **ANSI_BANNERS,
    "border": "ansi_blue",
    "border-blurred": "ansi_bright_black",
    "block-cursor-text-style": "bold",
}

DARK: Final = Theme(
    name="dark",
    primary="#3aa6a0",
    secondary="#5b8def",
    accent="#e5b567",
    warning="#e5b567",
    error="#f0716b",
    success="#7bc47f",
    foreground="#d8dee6",
    background="#12161c",
    surface="#181e26",
    panel="#202833",
    variables={**BANNERS, "border": "#3aa6a0", "border-blurred": "#3b4654"},
)
LIGHT: Final = Theme(
    name="light",
    primary="#0b7a75",
    secondary="#2f5fc4",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#b3261e",
    success="#1e7a3c",
    foreground="#1d242d",
    background="#fbfbf8",
    surface="#f1f1ec",
    panel="#e4e5df",
    dark=False,
    variables={**BANNERS, "border": "#0b7a75", "border-blurred": "#b9beb6"},
)
TERMINAL: Final = Theme(
    name="terminal",
    primary="ansi_cyan",
    secondary="ansi_blue",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables=ANSI,
)
PLAIN: Final = Theme(
    name=ONE_COLOUR,
    primary="ansi_default",
    secondary="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    success="ansi_default",
    accent="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables={**ANSI, "block-cursor-text-style": "reverse"},
)

THEMES: Final[Mapping[str, tuple[Theme, str]]] = {
    "dark": (DARK, "dark background"),
    "light": (LIGHT, "light background"),
    "terminal": (TERMINAL, "the terminal's own 16 colours"),
    ONE_COLOUR: (PLAIN, "no colour: bold, underline and reverse only"),
}


def without_colour(environ: Mapping[str, str]) -> bool:
    """Whether the user or the terminal wants no colour."""
    return bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
