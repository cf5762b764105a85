"""The command palette: every action, mode, theme, object and revision, found by typing."""
