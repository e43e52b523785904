"""Each revision on a database with old data: one file a revision, named after it."""
