"""Scripts into statements.

Invariant, kept by a test: `script[statement.start:statement.end] == statement.text`, whatever stands around
the statements and however many bytes the characters take.
"""

from __future__ import annotations

import re
from typing import Final

from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse.grammar import Grammar, GrammarError
from toolkit.sql.parse.postgast_grammar import PostgastGrammar
from toolkit.sql.parse.statement import Statement

_GRAMMAR: Final[Grammar] = PostgastGrammar()
_COMMENT_MARK: Final = re.compile(r"/\*|\*/")
_BLANK_OR_LINE_COMMENT: Final = re.compile(r"\s+|--[^\n]*")


def parse_script(script: str, grammar: Grammar = _GRAMMAR) -> tuple[Statement, ...]:
    """The statements of a script, in order; empty ones are left out.

    Raises:
        SqlSyntaxError: a statement does not parse; its place is that in the script.
    """
    try:
        pieces = grammar.parse(script)
    except GrammarError as error:
        line, column = _line_and_column(script, error.position)
        raise SqlSyntaxError(error.message, error.position, line, column) from None
    content = script.encode()
    statements = []
    for piece in pieces:
        end = piece.start + piece.length if piece.length else len(content)
        text = content[piece.start : end].decode()
        leading = _length_of_comments(text)
        start = len(content[: piece.start].decode()) + leading
        line, column = _line_and_column(script, start)
        statements.append(Statement(text[leading:].rstrip(), start, line, column, piece.tree))
    return tuple(statements)


def parse_statement(text: str, grammar: Grammar = _GRAMMAR) -> Statement:
    """The one statement of a text.

    Raises:
        SqlSyntaxError: it does not parse, or is not exactly one statement.
    """
    statements = parse_script(text, grammar)
    if len(statements) != 1:
        place = statements[1].start if statements else 0
        line, column = _line_and_column(text, place)
        raise SqlSyntaxError(f"expected one statement, found {len(statements)}", place, line, column)
    return statements[0]


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _length_of_comments(text: str) -> int:
    """How many characters of white space and comments the text begins with."""
    at = 0
    while True:
        if blank := _BLANK_OR_LINE_COMMENT.match(text, at):
            at = blank.end()
        elif text.startswith("/*", at):
            at = _end_of_block_comment(text, at)
        else:
            return at


def _end_of_block_comment(text: str, start: int) -> int:
    # PostgreSQL's block comments nest.
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)
