"""The mapping file: its model, its paths and its reader. Nothing here touches a source or a database."""
