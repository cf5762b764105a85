"""Propose a mapping: from names, from types over all rows, and from which values are keys of which rows.

`survey` reads every record once into `facts` (counts, kinds, forms, sketches of values: bounded memory),
`rowsets` finds the rows in them, `match` finds table and columns for each, `keys` what refers to what, and
`write` makes a mapping file of it, with scores and samples as comments. Invariants: the same input gives the
same text; what was not decided is not in the mapping but in a comment, so that an import fails until it is.
"""

from toolkit.transfer.suggest.outline import Outline, PathOutline, outline
from toolkit.transfer.suggest.propose import Proposal, propose, suggest
from toolkit.transfer.suggest.target import tables_of_database, tables_of_models

__all__ = [
    "Outline",
    "PathOutline",
    "Proposal",
    "outline",
    "propose",
    "suggest",
    "tables_of_database",
    "tables_of_models",
]
