"""The way to the database: opening, losing and finding it again, and going to another one."""
