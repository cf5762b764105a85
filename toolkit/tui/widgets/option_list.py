"""Textual's list of options, whose pages can be turned at any time."""

from __future__ import annotations

from contextlib import suppress

from textual import widgets


class OptionList(widgets.OptionList):
    """Where new options are not drawn yet a page goes nowhere; in Textual's own list it ends the app."""

    def action_page_up(self) -> None:
        """A page up, if there are pages."""
        with suppress(KeyError):  # Textual looks the option up among the lines that are drawn
            super().action_page_up()  # type: ignore[no-untyped-call]  # Textual's own has no types

    def action_page_down(self) -> None:
        """A page down, if there are pages."""
        with suppress(KeyError):
            super().action_page_down()  # type: ignore[no-untyped-call]  # as above
