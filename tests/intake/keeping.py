"""Keeping all likely passages, and reading, in a process of its own, which can be told to kill itself at a chosen point."""

from tests.scheduling.sweeps import KillAt
from tracker.accounts.roles import Role
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake import decisions, jobs
from tracker.ledger import Actor
from tracker.wiring import wire


def keep_all(url: str, reading_id: int, editor_id: int, kill_at: int = 0) -> None:
    """Keep what is likely, as one press of an editor does; at point `kill_at`, counted from 1, die."""
    wire()
    database = Database(url)
    if kill_at:
        KillAt(database, kill_at)
    with database.writing() as session:
        decisions.keep_likely(session, reading_id, actor=Actor(editor_id, frozenset({Role.EDITOR})))
    database.dispose()


def read_until(url: str, model: LanguageModelSettings, kill_at: int) -> None:
    """Read the articles that wait for a model; at point `kill_at`, counted from 1, die."""
    wire()
    database = Database(url)
    KillAt(database, kill_at)
    jobs.read_articles(database, lambda: False, model=model)
    database.dispose()
