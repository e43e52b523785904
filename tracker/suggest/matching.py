"""Claims whose quote is not known yet, and the sentence of the article that each seems to come from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.suggest.linear import load_model
from tracker.suggest.reading import LONGEST, ReadSentence, read_sentences
from tracker.suggest.similarity import measure_similarity, weigh_words

_PARTS: Final = re.compile(r"\s?(?:…|\.\.\.)\s?")
_HERE, _NEAR, _FAR, _HEDGE, _PREDICTS = 0.5, 0.15, -0.15, 0.35, 0.25
_SHARED: Final = 0.2  # less for a sentence that another claim has taken
LEAST: Final = 0.3  # what a match must reach to be proposed


@dataclass(frozen=True)
class ClaimHint:
    """What is known of a claim. `statements`: in any language; those in the article's say most."""

    key: int | str
    statements: tuple[str, ...]
    paragraph: int | None = None
    hedge: str | None = None


@dataclass(frozen=True)
class Match:
    """The sentence proposed for a claim, at its place in the text."""

    key: int | str
    start: int
    end: int
    text: str
    paragraph: int
    score: float


def match_claims(text: str, language: str, published_on: date | None, claims: Sequence[ClaimHint]) -> list[Match]:
    """A sentence for each claim, in the order of the claims; none for a claim that no sentence resembles.

    The surest pair is made first, so that two claims of one paragraph get a sentence each where there are two.
    """
    sentences = [each for each in read_sentences(text[:LONGEST], language, published_on) if not each.sentence.is_heading]
    weights = weigh_words(each.words for each in sentences)
    model = load_model(language)
    predicts = [model.claim.score(each.features) if each.can_be_marked else 0.0 for each in sentences]
    scores = {
        claim.key: [_score(claim, each, score, weights) for each, score in zip(sentences, predicts, strict=True)]
        for claim in claims
    }
    taken: dict[int, int] = {}
    found: dict[int | str, Match] = {}
    while len(found) < len(claims):
        open_scores = (
            (value - _SHARED * taken.get(index, 0), -index, key)
            for key, values in scores.items()
            if key not in found
            for index, value in enumerate(values)
        )
        best = max(open_scores, key=lambda each: each[:2], default=None)
        if best is None or best[0] < LEAST:
            break
        value, index, key = best[0], -best[1], best[2]
        sentence = sentences[index].sentence
        found[key] = Match(key, sentence.start, sentence.end, sentence.text, sentence.paragraph, round(min(1.0, value), 3))
        taken[index] = taken.get(index, 0) + 1
    return [found[claim.key] for claim in claims if claim.key in found]


def _score(claim: ClaimHint, read: ReadSentence, predicts: float, weights: dict[str, float]) -> float:
    alike = max((measure_similarity(each, read.words, weights) for each in claim.statements), default=0.0)
    value = alike + _PREDICTS * predicts
    if claim.paragraph is not None:
        distance = abs(claim.paragraph - read.sentence.paragraph)
        value += _HERE if distance == 0 else _NEAR if distance == 1 else _FAR
    if claim.hedge:
        parts = [part.casefold() for part in _PARTS.split(claim.hedge.replace("’", "'")) if part.strip()]
        words = read.words.casefold().replace("’", "'")
        value += _HEDGE * sum(_has_words(words, part) for part in parts) / max(1, len(parts))
    return value


def _has_words(words: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", words) is not None
