"""How alike two short texts are, by their words: the share of weight that they have in common, from 0 to 1."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from tracker.suggest.words import split_words
from tracker.word_caches import word_cache

_WORD: Final = re.compile(r"[^\W_]{2,40}")
_SMALL: Final = frozenset(
    split_words(
        "the an of to in is are be was were that for it its on with as at by from this these those have has had not but "
        "and or will would could may might should he she they his her their who which than more most into about over "
        "after before said says there been le la les des du de un une est sont que qui dans pour par au aux ce cet "
        "cette ces sur ne pas il elle ils elles en se son sa ses et ou a ont avait sera seront serait pourrait devrait "
        "mais plus moins avec sans sous entre leur leurs dont où été être avoir fait ainsi aussi comme selon si on nous "
        "vous je lui meme tout tous toute toutes"
    )
)
_ENDINGS: Final = tuple(
    sorted(
        split_words(
            "s es x aux ed ing ly er ers ation ations ment ments ement e ent era eront erait eraient ait aient ant ee ees "
            "ion ions ra ront rait raient al ale ales elle elles el els if ive ifs ives ique iques"
        ),
        key=len,
        reverse=True,
    )
)


def stem_words(text: str) -> list[str]:
    """The words of a text without small ones, case, marks and endings; numbers as they are."""
    found = []
    for match in _WORD.finditer(text):
        stem = _stem(match.group().casefold())
        if stem:
            found.append(stem)
    return found


@word_cache(16_384)
def _stem(word: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))
    if plain in _SMALL or word in _SMALL:
        return ""
    if plain.isdigit():
        return plain
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            return plain[: -len(ending)][:8]
    return plain[:8]


def weigh_words(texts: Iterable[str]) -> dict[str, float]:
    """How reporting each stem is among some texts: rare ones weigh more."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(stem_words(text)))
    return {stem: math.log((1 + total) / count) for stem, count in counts.items()}


def measure_similarity(first: str, second: str, weights: dict[str, float] | None = None) -> float:
    """The cosine of two texts' stems; 1 for the same words in any order."""
    a, b = Counter(stem_words(first)), Counter(stem_words(second))
    if not a or not b:
        return 0.0
    rare = max(weights.values(), default=1.0) if weights else 1.0

    def weigh(stem: str) -> float:
        return weights.get(stem, rare) if weights else 1.0

    shared = sum(weigh(stem) ** 2 * a[stem] * b[stem] for stem in a.keys() & b.keys())
    sizes = [math.sqrt(sum((weigh(stem) * count) ** 2 for stem, count in each.items())) for each in (a, b)]
    return shared / (sizes[0] * sizes[1]) if all(sizes) else 0.0


def measure_stems(first: Counter[str], second: Counter[str]) -> float:
    """`measure_similarity` of two texts whose stems are counted already."""
    shared = sum(count * second[stem] for stem, count in first.items() if stem in second)
    if not shared:
        return 0.0
    return shared / math.sqrt(sum(n * n for n in first.values()) * sum(n * n for n in second.values()))


def find_similar(text: str, others: Sequence[str], least: float = 0.6) -> list[tuple[int, float]]:
    """The indexes of texts at least this much alike, the most alike first."""
    found = [(index, measure_similarity(text, other)) for index, other in enumerate(others)]
    return sorted((each for each in found if each[1] >= least), key=lambda each: -each[1])
