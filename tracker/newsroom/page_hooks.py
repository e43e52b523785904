"""Functions that `tracker.web` calls on every page: load the newsroom's settings, store an editor's language and theme."""

from tracker.accounts import people
from tracker.accounts.access import current_editor
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom
from tracker.web.contracts import SignedIn
from tracker.web.database import session, writing


def newsroom() -> Newsroom:
    """The newsroom's settings, for this request."""
    return settings.load(session())


def remember(_editor: SignedIn, choice: dict[str, str]) -> None:
    """Store an editor's choice with their account."""
    with writing():
        people.set_display(current_editor(), **choice)
