"""Fixed words in cells: by their key or by what the desk calls them, in any of our languages."""

from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from tracker.claims.labels import LANGUAGES, label
from tracker.claims.words import Attribution, Certainty, DeadlineSource, QuoteKind, SpeakerKind, Status
from tracker.errors import N_, Invalid
from tracker.imports.fields import plain
from tracker.web import catalogues, speech
from tracker.web.words import DESK

Word = TypeVar("Word", bound=StrEnum)

# Further words that leave no doubt.
_ALSO: Final[dict[type[StrEnum], dict[str, StrEnum]]] = {
    Status: {
        "pending": Status.OPEN,
        "tracked": Status.OPEN,
        "a verifier": Status.OPEN,
        "ouverte": Status.OPEN,
        "ouvert": Status.OPEN,
        "overdue": Status.DUE,
        "closed": Status.RESOLVED,
        "done": Status.RESOLVED,
        "cloture": Status.RESOLVED,
        "close": Status.RESOLVED,
        "cloturee": Status.RESOLVED,
    },
    Certainty: {"certain": Certainty.FLAT, "probable": Certainty.HEDGED, "possible": Certainty.POSSIBLE_ONLY},
    QuoteKind: {"exact": QuoteKind.VERBATIM, "exacte": QuoteKind.VERBATIM, "translated": QuoteKind.TRANSLATION},
    SpeakerKind: {"organization": SpeakerKind.ORGANISATION, "org": SpeakerKind.ORGANISATION},
    Attribution: {"none": Attribution.ARTICLE},
    DeadlineSource: {"ours": DeadlineSource.EDITOR, "notre": DeadlineSource.EDITOR},
}
_TRUE: Final = frozenset({"true", "yes", "y", "1", "oui", "vrai", "x"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "non", "faux"})


def member(kind: type[Word], text: str) -> Word:
    """The member of an enum that a cell names. Raises Invalid, with the words there are."""
    found = _members(kind).get(plain(text))
    if found is None:
        raise Invalid(N_("This word is not known here. Possible are: %(words)s."), words=", ".join(kind))
    return kind(found)


def switch(text: str) -> bool:
    """Yes or no. Raises Invalid."""
    word = plain(text)
    if word not in _TRUE | _FALSE:
        raise Invalid(N_("Write yes or no."))
    return word in _TRUE


def language(text: str) -> str:
    """The code of a language, from the code or its name in one of ours. Raises Invalid."""
    word = text.strip()
    code = word.replace("_", "-")
    head, dash, rest = code.partition("-")
    if len(head) in (2, 3) and head.isascii() and head.isalpha() and (not dash or (rest.isalnum() and 2 <= len(rest) <= 4)):
        return f"{head.lower()}{dash}{rest}"
    found = _languages().get(plain(word)) or _languages().get(word.casefold())
    if found is None:
        raise Invalid(N_("Give a language by its code, such as en or fr."))
    return found


@lru_cache
def _members(kind: type[StrEnum]) -> dict[str, str]:
    found = {plain(each): each.value for each in kind}
    for each in kind:
        for spoken in catalogues.LANGUAGES:
            with speech.speaking(spoken):
                words = [label(each), *([speech.gettext(DESK[each])] if kind is Status else [])]
            for word in words:
                # "Stated: the article says who", "Flat (“will”)": the part before it is what people write.
                found.setdefault(plain(word), each.value)
                found.setdefault(plain(word.partition(":")[0].partition("(")[0]), each.value)
    for word, each in _ALSO.get(kind, {}).items():
        found.setdefault(word, each.value)
    return found


@lru_cache
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in catalogues.LANGUAGES:
        with speech.speaking(spoken):
            found |= {plain(speech.gettext(name)): code for code, name in LANGUAGES.items()}
    for name, code in (("deutsch", "de"), ("espanol", "es"), ("italiano", "it"), ("portugues", "pt"), ("русский", "ru")):
        found.setdefault(name, code)
    return found
