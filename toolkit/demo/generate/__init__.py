"""Writes `seeds/`: the export of a program that kept its data in memory, of realistic size and mess.

    python -m toolkit.demo.generate seeds

Invariant: the same bytes on every machine and every Python, so nothing here reads a clock, an environment or
the order of a set. The mapping beside the files says how each oddity is to be read.
"""

from toolkit.demo.generate.files import write_seeds

__all__ = ["write_seeds"]
