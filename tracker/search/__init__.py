"""Finding things by words, the same on both databases: how words are folded, and the index of names and titles. Free of Flask."""
