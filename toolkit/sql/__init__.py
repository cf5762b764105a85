"""What a SQL statement is and does, without a database.

Here: quoting. Imports nothing of ours but the ground floor, and never opens a connection.
"""
