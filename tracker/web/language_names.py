"""The languages of articles, quotes and statements: names of BCP 47 tags, and tags of names, from Babel's data. Free of Flask."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from tracker import validation
from tracker.errors import N_, Invalid
from tracker.web import catalogues, i18n

# Offered first, and recognised by imports.
LANGUAGES: Final[Mapping[str, str]] = {
    "en": N_("English"),
    "fr": N_("French"),
    "de": N_("German"),
    "es": N_("Spanish"),
    "it": N_("Italian"),
    "pt": N_("Portuguese"),
    "ru": N_("Russian"),
    "uk": N_("Ukrainian"),
    "ko": N_("Korean"),
    "zh": N_("Chinese"),
    "ja": N_("Japanese"),
    "ar": N_("Arabic"),
}

_EXTRA: Final = ("en-GB", "en-US", "fr-CA", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant")


def language_name(tag: str) -> str:
    """The name of a language in the language of the page, such as "Portuguese (Brazil)"; the tag itself where it has none."""
    return _name(tag, i18n.language())


def suggestions() -> list[str]:
    """The names to offer in a list: the common ones first, then every language with a code of two letters, by name."""
    return list(_suggestions(i18n.language()))


def find_language(text: str) -> str | None:
    """The tag for a name in either interface language, or for a tag, in its usual spelling; None if there is no such language."""
    wanted = " ".join(text.split())
    found = _tags().get(wanted.casefold())
    if found is not None:
        return found
    try:
        tag = validation.language(wanted)
    except Invalid:
        return None
    return tag if tag.partition("-")[0] in _languages("en") else None


@cache
def _name(tag: str, spoken: str) -> str:
    language, *rest = tag.split("-")
    locale = Locale.parse(spoken)
    name = _languages(spoken).get(language.lower())
    if name is None:
        return tag
    more = [locale.scripts.get(part.title()) or locale.territories.get(part.upper()) or part for part in rest]
    return f"{name} ({', '.join(more)})" if more else name


@cache
def _suggestions(spoken: str) -> tuple[str, ...]:
    others = {tag for tag in _languages(spoken) if len(tag) == 2} - set(LANGUAGES) | set(_EXTRA)
    return (*(_name(tag, spoken) for tag in LANGUAGES), *sorted(_name(tag, spoken) for tag in others))


@cache
def _tags() -> Mapping[str, str]:
    """Tags by case folded names; a name that two tags share belongs to the shorter tag."""
    found: dict[str, str] = {}
    for spoken in catalogues.LANGUAGES:
        tags = [*(tag for tag in _languages(spoken) if "_" not in tag), *_EXTRA]
        for tag in sorted(tags, key=len, reverse=True):
            found[_name(tag, spoken).casefold()] = tag
    return found


def _languages(spoken: str) -> Mapping[str, str]:
    return Locale.parse(spoken).languages
