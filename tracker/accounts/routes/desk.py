"""What the shell of every page asks of the newsroom: its settings, and to remember an editor's choice of language and theme."""

from tracker.accounts import people
from tracker.accounts.models import Editor
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom
from tracker.web.access import current_editor
from tracker.web.database import session, writing


def newsroom() -> Newsroom:
    """The newsroom's settings, for this request."""
    return settings.load(session())


def remember(_editor: Editor, choice: dict[str, str]) -> None:
    """Store an editor's choice with their account."""
    with writing():
        people.set_display(current_editor(), **choice)
