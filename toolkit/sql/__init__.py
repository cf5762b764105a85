"""What a SQL statement is and does, without a database.

Here: quoting, PostgreSQL's grammar behind an interface of ours, the kinds of statements, and the lock matrix.
Imports nothing of ours but the ground floor. Only `locks.measure` runs statements.
"""
