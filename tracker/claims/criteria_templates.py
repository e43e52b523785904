"""Templates of criteria for kinds of predictions that recur. Their placeholders are in brackets and have to be replaced."""

import re
from functools import cache
from typing import Final

from tracker.errors import N_
from tracker.web.catalogues import LANGUAGES, translations

# What it is called, what counts as confirmed, what as refuted.
TEMPLATES: Final[dict[str, tuple[str, str, str]]] = {
    "meeting": (
        N_("A meeting"),
        N_("[Who] and [whom] meet in person between [day] and [day], as at least one of them or two independent media report."),
        N_("No such meeting is reported by [day], or one of them calls it off for good."),
    ),
    "agreement": (
        N_("An agreement"),
        N_("[Parties] sign an agreement on [matter] by [day]; its text, or a statement by one of them, is public."),
        N_("No such agreement is signed by [day], although [sources] would have reported it."),
    ),
    "delivery": (
        N_("A delivery"),
        N_("At least [quantity] of [goods] reach [place] by [day], as [register, customs data or two independent media] show."),
        N_("By [day], less than [quantity] has arrived, or the order is cancelled."),
    ),
    "disclosure": (
        N_("A disclosure"),
        N_("[Document or fact] is made public by [whom] by [day], where anyone can read it."),
        N_("It is not public by [day], or [whom] refuses for good to publish it."),
    ),
    "threshold": (
        N_("A threshold"),
        N_("[Measure], as [source] publishes it for [period], is [above or below] [number]."),
        N_("[Measure] of the same source and period is not [above or below] [number]."),
    ),
    "intention": (
        N_("An intention"),
        N_("[Who] begins to carry out [plan] by [day]: [first visible step] has been taken."),
        N_("By [day], [first visible step] has not been taken, or [who] gives the plan up."),
    ),
}

_BRACKETS: Final = re.compile(r"\[[^\[\]]+\]")


@cache
def _placeholders() -> frozenset[str]:
    """Every placeholder of every template in every language, case folded."""
    return frozenset(
        found.casefold()
        for language in LANGUAGES
        for _name, *texts in TEMPLATES.values()
        for text in texts
        for found in _BRACKETS.findall(translations(language).gettext(text))
    )


def find_placeholders(text: str) -> list[str]:
    """The placeholders of templates that a text still holds, each once, in order. Other brackets are an editor's own."""
    return list(dict.fromkeys(found for found in _BRACKETS.findall(text) if found.casefold() in _placeholders()))
