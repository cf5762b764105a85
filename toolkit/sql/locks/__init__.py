"""Which locks a statement takes and what work it does, as measured on real servers.

Here: lock modes, the matrix as data, verdicts looked up in it; the examples and their measuring. Invariant: a
verdict is measured or it is `UNKNOWN`; nothing is written by hand.
"""
