"""Writing judged rows: COPY, the server's refusals told by row, counts, sequences.

All of it happens in the caller's transaction.
"""
