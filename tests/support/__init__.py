"""What tests lean on: a folder and a PostgreSQL server for the run, databases, the real browser."""
