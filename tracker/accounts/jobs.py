"""What the scheduler does for the newsroom: forget what was only of use for a while."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from tracker import clock
from tracker.accounts import links, login_rate_limit, sessions
from tracker.db import Database
from tracker.sql import delete_rows
from tracker.web.models import FormToken

# Long enough for a page that stayed open over a weekend.
FORMS_KEPT: Final = timedelta(days=7)


def tidy(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Delete used form tokens, counts of tries to sign in, and sessions and links that are long over. Safe to run at any time."""
    with database.writing() as session:
        forms = delete_rows(session, FormToken, FormToken.used_at < clock.now() - FORMS_KEPT)
        tries = login_rate_limit.forget_old(session)
        ended = sessions.forget_old(session)
        over = links.forget_old(session)
    return {"forms": forms, "tries": tries, "sessions": ended, "links": over}
