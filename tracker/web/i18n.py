"""Which language is spoken now, in which zone it is which day, and texts. Free of Flask: mails and commands speak too.

Within a request the page's language is spoken; elsewhere English, or what `use_language` sets.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from tracker import bidi, clock
from tracker.errors import Message
from tracker.web import formatting
from tracker.web.catalogues import LANGUAGES, SOURCE_LANGUAGE, translations

_forced: ContextVar[str | None] = ContextVar("tracker_language", default=None)
_UTC = ZoneInfo("UTC")
_page: dict[str, Callable[[], Any]] = {}


def set_request_sources(*, language: Callable[[], str | None], zone: Callable[[], ZoneInfo | None]) -> None:
    """Ask these functions for the page's language and the newsroom's zone; they answer None where there is no page."""
    _page.update(language=language, zone=zone)


def language() -> str:
    """The language spoken now: `en` or `fr`."""
    forced = _forced.get()
    if forced is not None:
        return forced
    return (_page["language"]() if _page else None) or SOURCE_LANGUAGE


def zone() -> ZoneInfo:
    """The newsroom's zone, on a page; elsewhere UTC."""
    return (_page["zone"]() if _page else None) or _UTC


def today() -> date:
    """The calendar day it is in that zone."""
    return clock.today(zone())


@contextmanager
def use_language(language: str | None) -> Iterator[None]:
    """Speak a language for a while, such as a mail's recipient's; None or one we do not have is English."""
    token = _forced.set(language if language in LANGUAGES else SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _forced.reset(token)


def gettext(text: str, **params: object) -> str:
    """The text in the language spoken now, its `%(name)s` places filled where there are any."""
    spoken: str = translations(language()).ugettext(text)
    return spoken % isolated(params) if params else spoken


def ngettext(singular: str, plural: str, n: int, **params: object) -> str:
    """The text for a number of things; the number itself is the place `%(n)s`, written as the language writes it."""
    spoken: str = translations(language()).ungettext(singular, plural, n)
    return spoken % {"n": formatting.number(n, language()), "num": n, **isolated(params)}


def isolated(params: dict[str, object]) -> dict[str, object]:
    """The parts of a sentence, none of which may change the direction of the others. Markup isolates its texts itself."""
    return {name: bidi.isolate(value) if type(value) is str else value for name, value in params.items()}


class _Lazy:
    """A text that is translated each time it is shown."""

    def __init__(self, text: str, params: dict[str, object]) -> None:
        self._text, self._params = text, params

    def __str__(self) -> str:
        return gettext(self._text, **self._params)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, params: object) -> str:
        filled: str = str(self) % params
        return filled

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | _Lazy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"lazy_gettext({self._text!r})"


def lazy_gettext(text: str, **params: object) -> str:
    """A text that is translated when it is shown, for labels that are written down once. It behaves as a `str` to show."""
    return cast(str, _Lazy(text, params))


def translate(message: Message | str) -> str:
    """A message in the language spoken now. Days among its parameters are written out, nested messages translated as well."""
    if not isinstance(message, Message):
        return gettext(str(message))
    return gettext(message.text, **{name: _translate_value(value) for name, value in message.params.items()})


def _translate_value(value: object) -> Any:
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return formatting.day(value, language())
    return value
