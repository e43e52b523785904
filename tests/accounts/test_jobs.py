"""What the scheduler forgets for the newsroom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from tests.factories import make_editor
from tracker import clock
from tracker.accounts import jobs, links, login_rate_limit, sessions
from tracker.accounts.links import Purpose
from tracker.accounts.models import EditorSession, SignInLimit
from tracker.db import Database
from tracker.web.models import FormToken

START = datetime(2024, 3, 11, 8, 0, tzinfo=UTC)


def test_what_was_only_of_use_for_a_while_is_forgotten_and_nothing_else(
    database: Database, clock_at: Callable[[date | datetime], None]
):
    editor = make_editor(database)

    def leave_traces() -> None:
        with database.writing() as session:
            moment = clock.now().isoformat()
            session.add(FormToken(token=moment, editor_id=editor.id, used_at=clock.now(), location="/"))
            login_rate_limit.admit(session, login_rate_limit.limits_for_sign_in(moment, "203.0.113.7", "device"))
            sessions.start(session, editor)
            links.make(session, Purpose.PASSWORD, editor_id=editor.id)

    for days in (0, 95, 100):
        clock_at(START + timedelta(days=days))
        leave_traces()
    assert jobs.tidy(database, lambda: False) == {"forms": 1, "tries": 2, "sessions": 1, "links": 1}
    assert jobs.tidy(database, lambda: False) == {"forms": 0, "tries": 0, "sessions": 0, "links": 0}
    with database.reading() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in (FormToken, SignInLimit, EditorSession)]
    assert left == [2, 1, 2]
