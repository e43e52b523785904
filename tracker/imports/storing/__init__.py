"""From parsed rows to stored claims.

`lookups` find what is stored already, `claim_builder` builds a claim, `stored_claims` compares with those there are and inserts
many at once, `batch_writer` does all of it for a batch of rows.
"""
