"""The fast road of an import: flat memory, native code in front, the exact judge behind it.

A source is read twice in blocks of whole records. The first reading (`survey`) learns what only the whole
input tells: how many records there are, which keys stand in it more than once, which fields nobody maps. The
second one judges a block in native code, lets the server take it by COPY and goes on; a thread of its own
reads and judges the next block meanwhile.

Invariant: the native judge (`native`, `vectors`, `proof`) accepts a row only if the exact judge
(`transfer.judge`) accepts it unchanged, with the same texts for the server. What it is not sure of, it does
not reject but hands over: one row, or, where the server refuses a block, all rows of it. Every verdict and
every number is therefore the one that a run in memory gives. Which plans may take this road: `eligible`.

What grows with the input: eight bytes for each record and unique key, while it is surveyed; the rows whose
keys stand more than once; the rejects.
"""
