"""Showing in a text what was asked for. Pure."""

import unicodedata

from tracker.search.folding import Word, find_words

Piece = tuple[str, bool]


def marked(text: str, runs: list[list[Word]]) -> list[Piece]:
    """The text in pieces, each with whether it was asked for. A phrase is marked where its words follow each other."""
    text = unicodedata.normalize("NFC", text)
    if not runs:
        return [(text, False)] if text else []  # without folding every word of a page, for which the dictionaries would be loaded
    found = list(find_words(text))
    hits: set[int] = set()
    for run in runs:
        for first in range(len(found) - len(run) + 1):
            there = found[first : first + len(run)]
            if all(each.word.is_like(word) for each, word in zip(there, run, strict=True)):
                hits.update(range(first, first + len(run)))
    pieces: list[Piece] = []
    at = 0
    for number in sorted(hits):
        start, end, _word = found[number][:3]
        # Words of one phrase are marked with what is between them.
        if number - 1 in hits and pieces:
            start = at
        if start > at:
            pieces.append((text[at:start], False))
        if found[number].joined and number - 1 in hits:
            pieces[-1] = (pieces[-1][0] + text[start:end], True)
        else:
            pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces
