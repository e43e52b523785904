"""What the forms of a claim share."""

from collections.abc import Iterable

from tracker.search.name_keys import is_same_name
from tracker.web.forms import ChoiceField, Form, TokenField, VersionField
from tracker.web.forms import lazy_gettext as _l

TEXT_MAX = 10_000  # code points, as the services take
LINE_MAX = 1_000
PEOPLE_MOST = 300  # whom a select lists
LANGUAGE_HINT = _l("The language you are writing in. On readers’ pages, screen readers use it to pronounce the text.")


class ClaimWork(Form):
    """Something that is added to a claim: two who add at once both succeed, so the page's version does not matter."""

    form_token = TokenField()


class ClaimMove(ClaimWork):
    """Something that holds only for the version of the claim that was read."""

    version = VersionField()


def offer(field: ChoiceField, people: Iterable[tuple[int, str]], *, without: int | None = None) -> None:
    """Offer people in a field, but for one of them: the first PEOPLE_MOST and the one that is chosen; others by their name."""
    offered = [(number, name) for number, name in people if number != without]
    first = offered[:PEOPLE_MOST] + [each for each in offered[PEOPLE_MOST:] if each[0] == field.data]

    def find(typed: str) -> list[tuple[int, str]]:
        return [(number, name) for number, name in offered if is_same_name(name, typed)]

    field.set_choices(first, find=find if len(offered) > PEOPLE_MOST else None)


def merged_ids(current: set[int], were: str, chosen: Iterable[int]) -> tuple[int, ...]:
    """The present ids, plus those ticked and minus those unticked since the page showed `were` ("3,5,8")."""
    seen = {int(part) for part in were.split(",") if part.isascii() and part.isdecimal() and len(part) < 19}
    mine = set(chosen)
    return tuple(sorted((current | (mine - seen)) - (seen - mine)))
