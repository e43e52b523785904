"""Words as they are indexed and asked for, folded in Python so that no database needs to know a language. Pure.

A word loses its case, its accents and its ligatures (été → ete, cœur → coeur, Αθήνα → αθηνα), and every character that cannot be
seen, such as a soft hyphen. An elision is cut off (l'été → l, ete). Each word also has a stem: the dictionary form in French,
else in English (accords → accord, deals → deal). Text is indexed by both, and a search finds it by either.

Scripts that put no space between words (Chinese, Japanese, Thai, Khmer …; Korean, too, whose particles follow without a space)
are indexed by overlapping pairs of characters in place of words, and by single characters in place of stems: 五月 finds 在五月中.

Every folded word is ASCII letters and digits and has a letter first, because the two databases cut anything else into words
differently.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from tracker.word_caches import word_cache

LANGUAGES: Final = ("fr", "en")
WORD_MAX: Final = 64  # characters; longer runs of letters are no words
BETWEEN: Final = " 0 "  # parts texts; no folded word has a digit first, so no phrase reaches over it

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ"})
# In the view of a text (see _View), a word is a letter or digit and all letters, digits, marks and invisible characters after it.
_WORD: Final = re.compile(r"[^\W_]\w*")
# Thai to Lao, Myanmar, Hangul, Khmer, Tai, Kana and Han, with their extensions.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u3005-\u3007\u3040-\u30ff\u3100-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
# A quoted phrase, in any kind of quotation marks; a phrase that is not closed is none.
_PHRASE: Final = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»')
_TATWEEL: Final = "\u0640"  # stretches an Arabic word without changing it


class Word(NamedTuple):
    """A folded word and its stem. In a script without spaces: a pair of characters and the first of them.

    The last character that a search asks for has no `surface`: the pair before it holds that character already.
    """

    surface: str
    stem: str

    def is_like(self, other: "Word") -> bool:
        """Whether the words are the same, or forms of the same."""
        return self.surface == other.surface or self.stem == other.stem


class Found(NamedTuple):
    """A word at its place in a text, in half-open offsets. `joined`: the word before it is of the same stretch without spaces."""

    start: int
    end: int
    word: Word
    joined: bool = False


class _View(dict[int, str]):
    """Translates a text to one of equal length in which marks and invisible characters are underscores, and underscores spaces.

    Each character is looked up in the Unicode tables once.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        if kind[0] == "M" or kind == "Cf" or char == _TATWEEL:
            shown = "_"
        elif kind[0] in "LN":
            shown = char
        else:
            shown = " "
        self[code] = shown
        return shown


_VIEW: Final = _View()


def find_words(text: str) -> Iterator[Found]:
    """The words of a text, in order."""
    spaced = text.isascii() or not _UNSPACED.search(text)
    for match in _WORD.finditer(text.translate(_VIEW)):
        start, end = match.span()
        word = text[start:end]
        if spaced or not _UNSPACED.search(word):
            yield Found(start, end, _fold_word(word[:WORD_MAX]))
            continue
        for piece in _pieces(word):
            if _UNSPACED.match(word, piece.start):
                yield from _find_pairs(word[piece.start : piece.stop], start + piece.start)
            else:
                folded = _fold_word(word[piece.start : min(piece.stop, piece.start + WORD_MAX)])
                yield Found(start + piece.start, start + piece.stop, folded)


def fold_words(text: str) -> list[Word]:
    """The folded words of a text, in order."""
    return [found.word for found in find_words(unicodedata.normalize("NFC", text))]


def fold(*texts: str) -> str:
    """Texts as they are indexed together: their surfaces, then their stems, each parted from the next."""
    folded = [fold_words(text) for text in texts]
    surfaces = [" ".join(word.surface for word in each) for each in folded]
    stems = [" ".join(word.stem for word in each) for each in folded]
    return BETWEEN.join(part for part in (*surfaces, *stems) if part)


def parse_query(query: str) -> list[list[Word]]:
    """The runs of words that a search asks for: the words of a run must follow each other, and all runs must occur.

    Outside quotation marks each word is a run, and each stretch of a script without spaces. Operators, brackets and stars only
    part words.
    """
    query = unicodedata.normalize("NFC", query)
    runs: list[list[Word]] = []
    rest = query
    for match in _PHRASE.finditer(query):
        phrase = list(find_words(next(group for group in match.groups() if group is not None)))
        if phrase:
            runs.append(_asked_for(phrase))
        rest = rest.replace(match.group(), " ", 1)
    return [*runs, *(_asked_for(stretch) for stretch in _stretches(rest))]


def parse_prefixes(query: str) -> list[Word]:
    """The words of a search by first letters, in order; in a script without spaces the pairs alone, or a single character."""
    found = []
    for stretch in _stretches(unicodedata.normalize("NFC", query)):
        pairs = [each.word for each in stretch[: len(stretch) - 1 or 1]]
        found += [Word(word.surface, word.surface) for word in pairs] if len(stretch) > 1 else pairs
    return found


def _stretches(text: str) -> list[list[Found]]:
    """The words of a text, those of one stretch without spaces together."""
    stretches: list[list[Found]] = []
    for found in find_words(text):
        if found.joined:
            stretches[-1].append(found)
        else:
            stretches.append([found])
    return stretches


def _asked_for(run: Sequence[Found]) -> list[Word]:
    found = [each.word for each in run]
    return [*found[:-1], Word("", found[-1].stem)] if run[-1].joined else found


def _pieces(word: str) -> Iterator[slice]:
    """A word cut where a script without spaces meets another; marks stay with the character before them."""
    start, was_unspaced = 0, _UNSPACED.match(word) is not None
    for index, char in enumerate(word):
        if _VIEW[ord(char)] == "_":
            continue
        is_unspaced = _UNSPACED.match(char) is not None
        if is_unspaced != was_unspaced:
            yield slice(start, index)
            start, was_unspaced = index, is_unspaced
    yield slice(start, len(word))


def _find_pairs(run: str, at: int) -> Iterator[Found]:
    """The characters of a run, each with its marks: a pair with the next one as surface, itself as stem."""
    starts = [index for index, char in enumerate(run) if index == 0 or _VIEW[ord(char)] != "_"]
    ends = [*starts[1:], len(run)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        pair_end = ends[min(number + 1, len(ends) - 1)]
        word = Word(_fold_letters(run[start:pair_end]), _fold_letters(run[start:end]))
        yield Found(at + start, at + end, word, joined=number > 0)


@word_cache(65_536)
def _fold_word(word: str) -> Word:
    if not word.isascii():
        visible = "".join(c for c in word if unicodedata.category(c) != "Cf" and c != _TATWEEL)
        word = unicodedata.normalize("NFC", visible)
    word = word.lower()
    return Word(_fold_letters(word), _fold_letters(_stem(word)))


@word_cache(65_536)
def _fold_letters(word: str) -> str:
    """Letters and digits without accents, in ASCII: other scripts as the hexadecimal digits of their UTF-8."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
        seen = "".join(c for c in decomposed if not _is_left_out(c))
        word = "".join(
            str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFC", seen.casefold().translate(_LIGATURES))
        )
    if word.isascii() and word.isalnum():
        return word if word[0].isalpha() else f"n{word}"
    return f"u{word.encode('utf-8', 'surrogatepass').hex()}"


def _is_left_out(char: str) -> bool:
    return unicodedata.combining(char) > 0 or char == _TATWEEL or unicodedata.category(char) in ("Cf", "Zs")


def _stem(word: str) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    import simplemma  # its dictionaries take a tenth of a second to load, and only searching and storing need them

    # The dictionaries stay packed: 8 MB instead of 46, and a word costs as much.
    if any(simplemma.is_known(word, lang=language, low_memory=True) for language in LANGUAGES):
        return str(_make_lemmatizer().lemmatize(word, lang=LANGUAGES)).lower()
    # No dictionary has it: a name, or a French word typed without its accents. Only its plural can be recognised.
    return word[:-1] if word[-1] in "sx" else word


@cache
def _make_lemmatizer() -> Any:
    import simplemma
    from simplemma.strategies import DefaultStrategy

    # Without the cache of words that it would keep for good, in addition to ours.
    return simplemma.Lemmatizer(cache_max_size=0, lemmatization_strategy=DefaultStrategy(low_memory=True))
