"""Filters of the queue and of the list of claims as they are drawn, and the one by desk, which both have."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from tracker.accounts import desks
from tracker.claims.queries.queue_groups import NO_DESK
from tracker.pagination import read_id
from tracker.web.i18n import gettext as _

DESKLESS: Final = "none"


@dataclass(frozen=True)
class Choice:
    """One filter as it is drawn: its name in the address, its label, and (value, label) pairs with the chosen value.

    most: how many entries are offered at most. others: the page on which to find those that are not.
    """

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str
    most: int = 0
    others: str = ""
    is_by_name: bool = False  # whether others can be chosen by their name

    @property
    def is_cut(self) -> bool:
        """Whether there may be entries that the list does not offer."""
        return 0 < self.most < len(self.options)

    @property
    def in_words(self) -> str:
        """What was chosen; "" where nothing was."""
        return dict(self.options).get(self.chosen, self.chosen) if self.chosen else ""

    @property
    def drawn(self) -> Markup:
        """The options as markup. There are hundreds, which a template would take as long for as for all claims."""
        options = [*self.options]
        if self.chosen and all(value != self.chosen for value, _label in options):
            options.insert(0, (self.chosen, self.chosen))
        lines = (
            f'<option value="{escape(value)}"{" selected" if value == self.chosen else ""}>{escape(label)}</option>'
            for value, label in options
        )
        return Markup("\n".join(lines))  # noqa: S704  (its parts are escaped)


def read_desk(given: str | None) -> int | None:
    """The desk that an address names; None for none."""
    return NO_DESK if given == DESKLESS else read_id(given)


def desk_choices(session: Session, chosen: int | None, *, is_whole: bool = True) -> list[Choice]:
    """The filter by desk, where the newsroom has any or one is asked for; with nothing to choose unless `is_whole`."""
    lines = desks.list_desks(session) if is_whole or chosen is not None else []
    if not lines and chosen is None:
        return []
    options = [("", _("All desks")), (DESKLESS, _("No desk")), *((str(line.row.id), line.row.name) for line in lines)]
    return [Choice("desk", _("Desk"), options, DESKLESS if chosen == NO_DESK else "" if chosen is None else str(chosen))]
