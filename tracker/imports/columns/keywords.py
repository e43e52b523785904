"""Keywords in cells: members of an enum by key or label in any interface language, yes or no, languages."""

from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from babel import Locale, localedata

from tracker.claims.enums import Attribution, Certainty, DeadlineSource, Outcome, QuoteKind, SpeakerKind, Status
from tracker.claims.labels import label, reader_label
from tracker.errors import N_, Invalid
from tracker.imports.columns.fields import normalise_label
from tracker.web import catalogues, i18n
from tracker.web.labels import DESK

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
# What lists of promises and of forecasts call what came of them.
_OUTCOMES: Final = (
    "kept", "promise kept", "broken", "promise broken", "achieved", "fulfilled", "partially kept", "partly kept",
    "partially achieved", "partially fulfilled", "compromise", "stalled", "in the works", "in progress", "not started",
    "not yet started", "not yet rated", "to be rated", "abandoned", "failed", "delayed", "launched", "true", "mostly true",
    "half true", "mostly false", "barely true", "false", "pants on fire", "correct", "incorrect", "right", "wrong", "yes", "no",
    "annulled", "ambiguous", "cancelled", "canceled", "mkt", "occurred", "did not occur", "came true", "happened",
    "did not happen", "unknown", "tenue", "promesse tenue", "rompue", "promesse rompue", "tenue en partie",
    "partiellement tenue", "realisee", "realise", "partiellement realisee", "partiellement realise", "en voie de realisation",
    "en cours", "pas encore commence", "non commencee", "abandonnee", "vrai", "faux", "plutot vrai", "plutot faux", "oui", "non",
)  # fmt: skip
_OWN_VOICE: Final = frozenset({
    "article", "the article", "l article", "article itself", "the article itself", "the article s own voice", "own voice",
    "la voix de l article", "voix de l article", "redaction", "la redaction", "newsroom", "the newsroom", "editorial",
    "the author", "auteur de l article", "l auteur de l article",
})  # fmt: skip
_TRUE: Final = frozenset({"true", "yes", "y", "1", "oui", "vrai", "x"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "non", "faux"})


def parse_keyword(kind: type[Word], text: str) -> Word:
    """The member of an enum that a cell names. Raises Invalid, with the words there are."""
    found = _members(kind).get(normalise_label(text))
    if found is None:
        raise Invalid(N_("This word is not recognised. Use one of these: %(words)s."), words=", ".join(kind))
    return kind(found)


def is_keyword(kind: type[StrEnum], text: str) -> bool:
    """Whether a cell names a member of an enum."""
    return normalise_label(text) in _members(kind)


def is_outcome(text: str) -> bool:
    """Whether a cell is an outcome of a promise or forecast, as lists of them name it."""
    return normalise_label(text) in _outcomes()


def is_own_voice(text: str) -> bool:
    """Whether a cell of a speaker column names the article itself."""
    return normalise_label(text) in _OWN_VOICE


def parse_boolean(text: str) -> bool:
    """Yes or no. Raises Invalid."""
    word = normalise_label(text)
    if word not in _TRUE | _FALSE:
        raise Invalid(N_("Write yes or no."))
    return word in _TRUE


def parse_language(text: str) -> str:
    """The code of a language, from the code or its name in one of ours. Raises Invalid."""
    word = text.strip()
    code = word.replace("_", "-")
    head, dash, rest = code.partition("-")
    if len(head) in (2, 3) and head.isascii() and head.isalpha() and (not dash or (rest.isalnum() and 2 <= len(rest) <= 4)):
        return f"{head.lower()}{dash}{rest}"
    found = _languages().get(normalise_label(word)) or _own_names_of_languages().get(word.casefold())
    if found is None:
        raise Invalid(N_("Give a language by its code, such as en or fr."))
    return found


@lru_cache
def _outcomes() -> frozenset[str]:
    labels: set[str] = set()
    for spoken in catalogues.LANGUAGES:
        with i18n.use_language(spoken):
            labels |= {normalise_label(text) for each in Outcome for text in (each, label(each), reader_label(each))}
    return frozenset(labels | {normalise_label(text) for text in _OUTCOMES})


@lru_cache
def _members(kind: type[StrEnum]) -> dict[str, str]:
    found = {normalise_label(each): each.value for each in kind}
    for each in kind:
        for spoken in catalogues.LANGUAGES:
            with i18n.use_language(spoken):
                words = [label(each), *([i18n.gettext(DESK[each])] if kind is Status else [])]
            for word in words:
                # Of "Flat (“will”)" or "Stated: …", people write the part before the bracket or colon.
                found.setdefault(normalise_label(word), each.value)
                found.setdefault(normalise_label(word.partition(":")[0].partition("(")[0]), each.value)
    for word, each in _ALSO.get(kind, {}).items():
        found.setdefault(word, each.value)
    return found


@lru_cache
def _languages() -> dict[str, str]:
    """The codes of languages by their names in our languages, as the Unicode CLDR has them."""
    found: dict[str, str] = {}
    for spoken in catalogues.LANGUAGES:
        for code, name in Locale(spoken).languages.items():
            if len(code) in (2, 3):
                found.setdefault(normalise_label(name), code)
    found.pop("", None)
    return found


@lru_cache
def _own_names_of_languages() -> dict[str, str]:
    """The codes of languages by what their speakers call them. Takes most of a second, for a name that is not one of ours."""
    codes = (code for code in localedata.locale_identifiers() if len(code) in (2, 3))
    return {name.casefold(): code for code in codes if (name := Locale(code).language_name)}
