"""The forms of a claim's pages."""
