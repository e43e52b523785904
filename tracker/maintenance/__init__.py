"""Looking after the database: checking it and copying it while it is in use."""
