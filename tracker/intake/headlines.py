"""The headline of a pasted text. Pure."""

from typing import Final

HEADLINE_MAX: Final = 200  # characters of a line that is taken for a headline


def find_headline(body: str) -> str:
    """The first line of a text where it reads like a headline: short, no sentence, and with more text after it; else ""."""
    first, _end, rest = body.strip().partition("\n")
    line = " ".join(first.split())
    is_headline = 0 < len(line) <= HEADLINE_MAX and line[-1] not in ".:;," and rest.strip()
    return line if is_headline else ""
