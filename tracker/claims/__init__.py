"""Claims: their words, speakers, evidence, checks, verdicts and life cycle."""
