"""Notes that an import brings in."""

from sqlalchemy import select

from tests.factories import make_editor
from tests.imports import support as shared
from tests.imports.support import Importing
from tracker.claims.models import Note
from tracker.db import Database
from tracker.notifications.models import Reminder
from tracker.notifications.steps import Kind

importing = shared.importing
ARTICLE = {"article_title": "Forecasts", "article_published_on": "2024-01-15", "language": "en"}


def test_imported_note_notifies_no_editor(database: Database, importing: Importing):
    make_editor(database, "Tom Adeyemi")
    importing("claim,note\nIt will rain,@Tom please look\n", defaults=ARTICLE).run()
    with database.reading() as session:
        assert "@Tom please look" in session.scalars(select(Note.body)).one()
        assert session.scalars(select(Reminder).where(Reminder.kind == Kind.MENTION)).all() == []
