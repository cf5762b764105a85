"""PostgreSQL's own grammar: a script becomes statements with places and syntax trees.

Here: the interface to a parser and its one implementation, and splitting. What a tree means is `classify`'s.
Invariant: no other room sees the parsing library; the trees are plain mappings in libpg_query's JSON form.
"""

from toolkit.sql.parse.grammar import Grammar, Tree
from toolkit.sql.parse.script import parse_script, parse_statement
from toolkit.sql.parse.statement import Statement

__all__ = ["Grammar", "Statement", "Tree", "parse_script", "parse_statement"]
