"""How the newsroom is doing at a glance: what comes due, what was signed, and how long it took."""
