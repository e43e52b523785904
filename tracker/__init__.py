"""A fact-claim tracker for newsrooms: predictions in, signed verdicts out."""

__version__ = "0.1.0"
