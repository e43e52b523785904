"""The names of the languages of articles, quotes and statements. Free of Flask."""

from collections.abc import Mapping
from typing import Final

from tracker.errors import N_
from tracker.web.i18n import gettext

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


def language_name(code: str) -> str:
    """English, French, …; the code itself where we have no name."""
    return gettext(LANGUAGES[code]) if code in LANGUAGES else code
