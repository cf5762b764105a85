"""The fast road of an import: flat memory, native code in front, the exact judge behind it.

A source is read twice in blocks of whole records. The first reading (`survey`) learns what only the whole
input tells: how many records there are, which keys stand in it more than once, which fields nobody maps. The
second one judges a block in native code, lets the server take it by COPY and goes on; a thread of its own
reads and judges the next block meanwhile.

Invariant: a native judge accepts a row only if the exact judge (`transfer.judge`) accepts it with the same
texts for the server and the same alterations. What it is not sure of, it does not reject but hands over: one
row, or, where the server refuses a block, all rows of it. Every verdict and every number is therefore the one
that a run in memory gives. Which plans may take this road: `eligible`.

A native judge goes by columns. Lines of JSON are decoded by a strict decoder (`native`, `proof`), rows of CSV
by their exact reader (`records`). A vector (`vectors`) makes the cells of a whole column of plain values; the
values that it does not know, and columns that have no vector, go one by one through the exact coercion
(`exactly`), so that the row around them stays on this road.

What grows with the input: the rows whose keys stand more than once, and the rejects. Eight bytes for each
record and unique key go to a temporary file while the source is surveyed.
"""
