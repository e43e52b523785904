"""The request's one session. Everything a request reads or writes goes through it: a second one would wait for the first.

And the settings of the application that answers it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from tracker import db
from tracker.config import Settings
from tracker.db import Database

_KEY: Final = "tracker_database"


def init_app(app: Flask, database: Database) -> None:
    """Give an application its database; each request's session is closed when the request is over."""
    app.extensions[_KEY] = database
    app.teardown_appcontext(_close)


def database() -> Database:
    """The application's database. For what must not touch the request's session, such as a streamed answer."""
    found: Database = current_app.extensions[_KEY]
    return found


def app_settings() -> Settings:
    """What the application was configured with."""
    settings: Settings = current_app.extensions["tracker_settings"]
    return settings


def session() -> Session:
    """The request's session, opened at its first use, for reading."""
    if "tracker_session" not in g:
        g.tracker_session = database().request_sessions()
    found: Session = g.tracker_session
    return found


def end_reading() -> None:
    """Let go of the connection before something slow, so that no transaction stays open. The next use begins another one."""
    db.end_reading(session())


@contextmanager
def writing() -> Generator[Session]:
    """A transaction that may write, in the request's session; what was loaded before is loaded again at its next use.

    Within another one it is that one: who opened it commits it.
    """
    current = session()
    if current.info.get("writing"):
        yield current
        return
    with database().writing(current):
        yield current


def _close(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("tracker_session", None)
    if opened is not None:
        opened.close()
