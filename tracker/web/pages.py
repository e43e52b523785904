"""Small things that routes of every area do alike: turning pages of a list, and saying what just happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import flash, request

from tracker.pagination import Page
from tracker.web import formatting, i18n
from tracker.web.i18n import gettext


@dataclass(frozen=True)
class Pager:
    """What `shared/_pager.html` draws: where the pages before and after are, and how many rows there are in words."""

    previous: str = ""
    next: str = ""
    count: str = ""


def page_url(**changes: object) -> str:
    """The address of this page with some of its query changed; a value of None takes a key away."""
    # Not by url_for: a query argument must not become one of its own arguments.
    args: dict[str, object] = {**request.args.to_dict(flat=False), **changes}
    query = urlencode({key: value for key, value in args.items() if value is not None}, doseq=True)
    path = request.script_root + request.path
    return f"{path}?{query}" if query else path


def pager_of(found: Page[Any], count: str = "") -> Pager:
    """Return the links to the pages before and after a page of a list."""
    return Pager(
        page_url(before=str(found.before), after=None) if found.before else "",
        page_url(after=str(found.after), before=None) if found.after else "",
        count,
    )


def capped(count: int, cap: int) -> str:
    """A count that was cut off when it was made: "1,000+" means that there are more."""
    written = formatting.number(min(count, cap), i18n.language())
    return f"{written}+" if count > cap else written


def toast(text: str, *, undo: str = "") -> None:
    """Say on the next page what happened; `undo` is the address to which "Undo" posts."""
    flash({"text": text, "undo": undo} if undo else text, "done")  # type: ignore[arg-type]


def warn(text: str) -> None:
    """Say on the next page what did not happen."""
    flash(text, "problem")


def conditions(chosen: Mapping[str, str]) -> str:
    """A filter in words, for a list that found nothing: "Topic: Security, Owner: Me"."""
    return ", ".join(gettext("%(field)s: %(value)s", field=field, value=value) for field, value in chosen.items() if value)
