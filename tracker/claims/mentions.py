"""Mentions in a note: `@` and a full name, or a first name that only one editor has. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable


def called(body: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of those called by a text, in the order in which it calls them first. Case and accents do not matter."""
    everybody = list(people)
    firsts = Counter(_first(name) for _, name in everybody)
    ways = {_folded(name): number for number, name in everybody}
    ways |= {_first(name): number for number, name in everybody if firsts[_first(name)] == 1 and _first(name) not in ways}
    found: dict[int, None] = {}
    text = _folded(body)
    for match in re.finditer(r"(?<![\w@.])@", text):
        # The longest name that goes on from here: @Anna Bell is not @Anna.
        rest = text[match.end() :]
        name = max((way for way in ways if way and re.match(rf"{re.escape(way)}(?!\w)", rest)), key=len, default=None)
        if name is not None:
            found[ways[name]] = None
    return list(found)


def _first(name: str) -> str:
    return _folded(name).partition(" ")[0]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
