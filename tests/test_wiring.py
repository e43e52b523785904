"""Hooks work alike in every process: the web, the scheduler and commands."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import select

from tests.factories import make_claim, make_editor
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.notifications.models import Reminder
from tracker.notifications.steps import Kind

LIST = """
import json
import sys
from tracker.accounts.open_work import on_editor_disabled
from tracker.claims.hooks import on_note_added
from tracker.ledger import descriptors, recording
{start}
hooks = {{name: [f.__module__ for f in hook._functions] for name, hook in
    (("disabled", on_editor_disabled), ("note", on_note_added))}}
print(json.dumps({{**hooks, "seal": [getattr(f, "func", f).__module__ for f in recording._watchers]}}))
"""
STARTS = {
    "web": "from tracker.app import wsgi; wsgi()",
    "scheduler": (
        "from tracker.config import Settings\n"
        "from tracker.schema import open_database; from tracker.scheduler import Scheduler\n"
        "Scheduler(open_database(Settings.from_env()), [])"
    ),
    "command": ("from tracker.cli import command\ncommand(['flag-due'], standalone_mode=False)"),
}


@pytest.mark.parametrize("process", STARTS)
def test_every_process_connects_the_same_hooks(process: str, sqlite_database: Database, tmp_path):
    environ = {**os.environ, "TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": str(sqlite_database.url)}
    script = LIST.format(start=STARTS[process])
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "disabled": [
            "tracker.accounts.invitations",
            "tracker.notifications.feed_tokens",
            "tracker.webhooks.services",
            "tracker.intake.stored_readings",
        ],
        "note": ["tracker.notifications.in_app"],
        "seal": [
            "tracker.articles.search_index",
            "tracker.claims.search.indexing",
            "tracker.scores.cells",
            "tracker.publishing.public_copy",
            "tracker.webhooks.producer",
        ],
    }


def mentions(database: Database) -> list[int | None]:
    with database.reading() as session:
        return [row.delivered_to_id for row in session.scalars(select(Reminder).where(Reminder.kind == Kind.MENTION))]


def test_note_rings_who_is_mentioned_unless_it_is_of_the_past(database: Database):
    me, tom = make_editor(database, "Inès"), make_editor(database, "Tom Adeyemi")
    claim = make_claim(database, "open")
    with database.writing() as session:
        evidence.add_note(session, session.merge(claim), "@Tom, of last year", actor=me.actor, notify=False)
    assert mentions(database) == []
    with database.writing() as session:
        evidence.add_note(session, session.merge(claim), "@Tom, please look", actor=me.actor)
    assert mentions(database) == [tom.id]
