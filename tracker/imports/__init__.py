"""Import claims from files.

`readers` turn a file into rows of cells, `columns` find the field of each column and parse a row, `storing` builds and stores
claims, and `runner` runs a file through all of these; `job_store` keeps it between the steps that `jobs` and `routes` take.
An import never signs: it makes drafts and open claims; verdicts are kept as private notes.
"""
