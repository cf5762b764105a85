"""The judge: rows with exact cells, or reasons why not. All reasons are kept; nothing is written here.

`plan` binds the mapping to the target, `rows` finds the rows in the records, `cells` fills their columns,
`duplicates` and `links` compare rows with each other, `probe` asks the server about what only it can know.
"""
