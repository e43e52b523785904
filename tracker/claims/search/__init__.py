"""Finding claims by words, in French and English, with the same hits on both databases."""
