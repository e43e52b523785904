"""Parts of a row that lists of claims repeat from row to row: each is drawn once for a language and kept as markup.

They depend on days, counts and keys alone. What people wrote and their names are never kept here: an erased name must be gone.
"""

from datetime import date
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from tracker.accounts.models import initials
from tracker.claims.enums import Stance
from tracker.web import formatting, i18n, labels
from tracker.web.i18n import gettext as _

# The glyph of a likelihood is 58 units wide, 54 of them from 0 to 100 %.
_GLYPH_LEFT: Final = 1
_GLYPH_PER_CENT: Final = 0.54
_STANCES: Final = tuple(stance.value for stance in Stance)
_ICON: Final = Markup('<svg class="i" aria-hidden="true" focusable="false" viewBox="0 0 16 16"><use href="#i-{}"/></svg>')
_NOTHING: Final = Markup('<span class="muted"><span aria-hidden="true">–</span><span class="vh">{}</span></span>')
_GLYPH: Final = Markup(
    '<svg viewBox="0 0 58 12" aria-hidden="true" focusable="false"><path class="track" d="M2 6H56" stroke-width="2"/>'
    '<path class="ends" d="M2 3V9M56 3V9" stroke-width="1.5"/><rect class="band" x="{}" y="2" width="{}" height="8" rx="1"/>'
    '</svg><span class="nowrap">{}</span>'
)


@lru_cache(maxsize=256)
def draw_state(key: str, language: str) -> Markup:
    """The shape and the word of a state: a status, a group of the queue or a verdict."""
    with i18n.use_language(language):
        return Markup('<span class="st st-{}">{}<span>{}</span></span>').format(key, _ICON.format(key), labels.word(key))


@lru_cache(maxsize=8192)
def draw_day(day: date, language: str) -> Markup:
    """A day as <time>."""
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), formatting.day(day, language))


@lru_cache(maxsize=8192)
def draw_review(day: date, today: date, language: str, *, is_late: bool) -> tuple[Markup, Markup]:
    """A review date as <time>, and how far off it is."""
    late = Markup('<span class="late">{}</span>') if is_late else Markup("<span>{}</span>")
    return draw_day(day, language), late.format(formatting.rel(day, today, language))


@lru_cache(maxsize=4096)
def draw_likelihood(low: int | None, high: int | None, language: str) -> Markup:
    """A band of likelihood and its figures; "" where there is none."""
    if low is None or high is None:
        return Markup("")
    x = round(_GLYPH_LEFT + low * _GLYPH_PER_CENT, 2)
    return _GLYPH.format(x, round(2 + (high - low) * _GLYPH_PER_CENT, 2), formatting.band(low, high, language))


def draw_evidence(counts: dict[str, int], language: str, *, in_words: bool = False) -> Markup:
    """How much evidence there is of each stance. Where there is none, a dash, or `in_words` that there is none."""
    return _draw_evidence(tuple((key, counts[key]) for key in _STANCES if key in counts), language, in_words)


@lru_cache(maxsize=4096)
def _draw_evidence(counts: tuple[tuple[str, int], ...], language: str, in_words: bool) -> Markup:
    with i18n.use_language(language):
        if not counts:
            missing = _("no evidence yet")
            return Markup('<span class="muted">{}</span>').format(missing) if in_words else _NOTHING.format(missing)
        return Markup("").join(
            Markup('<span class="stance-{}">{}{}<span class="vh"> {}</span></span>').format(
                key, _ICON.format(key), formatting.number(count, language), labels.word(key).lower()
            )
            for key, count in counts
        )


def isolate(text: str) -> Markup:
    """What people wrote, which is not to reorder what is around it."""
    return Markup(f"<bdi>{escape(text)}</bdi>")  # noqa: S704  (escaped)


def draw_owner(name: str, language: str) -> Markup:
    """The initials of an owner; a dash for no owner (a name of "")."""
    if name:
        return Markup(f'<abbr title="{escape(name)}">{escape(initials(name))}</abbr>')  # noqa: S704  (its parts are escaped)
    with i18n.use_language(language):
        return _NOTHING.format(_("no owner"))
