"""Code in colours, by Pygments alone, as a text. Colour only repeats what the words say."""

from __future__ import annotations

from rich.syntax import Syntax
from rich.text import Text

from toolkit.reports.table import printable


def highlighted(code: str, language: str = "sql") -> Text:
    """The code with its syntax coloured in the terminal's own colours.

    Its letters are unchanged, but for tabs, which are spaces, and control characters, which are escaped.
    """
    code = "\n".join(printable(line) for line in code.expandtabs(4).split("\n"))
    coloured = Syntax("", language, theme="ansi_dark").highlight(code)
    more = len(coloured.plain) - len(code)
    if more > 0:  # the highlighter adds the line's end that its lexer wants
        coloured.right_crop(more)
    return coloured if coloured.plain == code else Text(code)
