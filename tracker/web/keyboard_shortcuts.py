"""The keyboard map in words: one letter means one thing everywhere. `static/desk.js` implements it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tracker.web.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Key:
    """One line: the keys, what they do, and where; `works`: only for those who edit."""

    names: tuple[str, ...]
    does: object
    where: Any
    works: bool = False


_EVERYWHERE: Final = _l("everywhere")
_LISTS: Final = _l("review queue, claims, a claim")
_CLAIMS: Final = _l("review queue, a claim")

_SORTING: Final = _l("sorting predictions")
_TEXTS: Final = _l("the text of an article")

KEYS: Final = (
    Key(("J", "K"), _l("next, previous"), _LISTS),
    Key(("↵",), _l("open"), _l("review queue, claims")),
    Key(("1", "2", "3", "4", "5"), _l("choose a verdict: confirmed, partly, refuted, unresolvable, void"), _CLAIMS, works=True),
    Key(("W",), _l("write the reason"), _CLAIMS, works=True),
    Key(("Ctrl ↵", "⌘ ↵"), _l("send the form you are in"), _EVERYWHERE),
    Key(("Ctrl ⇧ ↵", "⌘ ⇧ ↵"), _l("send the form and open the next claim"), _l("forms about a claim"), works=True),
    Key(("E",), _l("add evidence"), _CLAIMS, works=True),
    Key(("D",), _l("move the review date"), _CLAIMS, works=True),
    Key(("O",), _l("change owner"), _CLAIMS, works=True),
    Key(("I",), _l("edit"), _CLAIMS, works=True),
    Key(("X",), _l("select; with Shift, all up to here"), _l("review queue"), works=True),
    Key(("A",), _l("keep"), _SORTING, works=True),
    Key(("R",), _l("reject"), _SORTING, works=True),
    Key(("L",), _l("later"), _SORTING, works=True),
    Key(("M",), _l("mark selected words"), _TEXTS, works=True),
    Key(("U",), _l("undo"), _EVERYWHERE, works=True),
    Key(("N",), _l("add an article"), _EVERYWHERE, works=True),
    Key(("G Q",), _l("go to the review queue"), _EVERYWHERE),
    Key(("G C",), _l("go to what awaits your sign-off"), _EVERYWHERE, works=True),
    Key(("G A",), _l("go to the articles"), _EVERYWHERE),
    Key(("G S",), _l("go to scorecards, or speakers"), _EVERYWHERE),
    Key(("G P",), _l("go to the public page"), _EVERYWHERE),
    Key(("/",), _l("search"), _EVERYWHERE),
    Key(("?",), _l("all keys"), _EVERYWHERE),
    Key(("Esc",), _l("leave the field or the window"), _EVERYWHERE),
)


def listed(*, works: bool, public: bool) -> Iterator[Key]:
    """The keys that do something for this reader; `public`: whether there is a public page to go to."""
    for key in KEYS:
        if (works or not key.works) and (public or key.names != ("G P",)):
            yield key
