"""Widgets that several screens use. They show values and post messages; they know no database."""
