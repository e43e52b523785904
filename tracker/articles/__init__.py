"""Articles and their immutable texts."""
