"""Import claims from files.

`readers` turn a file into rows of cells, `profile` and `mapping` find the field of each column, `rows` parses a row,
`claim_builder` builds its claim, `lookups` find what is stored already, `batch_writer` stores many claims at once, and `runner`
runs a file through all of these. An import never signs: it makes drafts and open claims; verdicts are kept as private notes.
"""
