"""Bringing claims in from files: read, map, check, store.

`reading` turns a file into rows of cells, `plan` says what each column is, `rows` makes a claim of a row, `known` finds what
the newsroom has already, `storing` writes many claims at once, and `running` goes through a file with all of these. An import
never signs: it makes drafts and open claims, and verdicts arrive as private notes.
"""
