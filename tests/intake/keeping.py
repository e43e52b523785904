"""Keeping all likely passages, and reading, in a process of its own, which can be told to kill itself at a chosen point."""

from ipaddress import ip_network

from tests.scheduling.sweeps import KillAt
from tracker.accounts.roles import Role
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake import decisions, jobs
from tracker.ledger import Actor
from tracker.net.bounds import Limits
from tracker.net.ssrf_guard import Guard
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


def read_pages_until(url: str, port: int, kill_at: int = 0) -> None:
    """Read the pages that wait, all of a server of this machine; at point `kill_at`, counted from 1, die."""
    database = Database(url)
    if kill_at:
        KillAt(database, kill_at)
    limits = Limits(ports=frozenset({port}), seconds=5)
    jobs.read_sources(database, lambda: False, guard=Guard((ip_network("127.0.0.0/8"),)), limits=limits)
    database.dispose()
