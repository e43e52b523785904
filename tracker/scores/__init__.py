"""Scorecards: how often predictions came true, with the uncertainty that the number of claims leaves."""
