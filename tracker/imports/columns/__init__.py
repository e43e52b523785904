"""From the columns of a file to the fields of a claim.

`fields` are what a column can be, `known_formats` the exports of other programs. `profile` looks at every cell of a file,
`mapping` has the field of each column, and `rows` parses each row by it, with `cells` (days, likelihoods) and `keywords` (fixed
words). `incoming` is a row after that.
"""
