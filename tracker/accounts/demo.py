"""The ways into `tracker demo`: two of the sample's invented editors, with a password that everybody may know.

They open a demonstration's database alone. The first start marks an empty one as such, and a newsroom's own is refused.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.accounts import people
from tracker.accounts.models import Editor, Setting
from tracker.errors import Refusal
from tracker.ledger import SYSTEM

_MARK: Final = "demo"
PASSWORD: Final = "velmouth tram"  # noqa: S105  (shown to everybody who starts a demonstration)
_IS_ONE: Final = select(Setting.key).where(Setting.key == _MARK)  # made once: signatures ask it
EMAILS: Final = ("ines@example.org", "tom@example.org")


@dataclass(frozen=True)
class WayIn:
    """What to type to sign in as one of the sample's editors."""

    name: str
    email: str
    password: str


def claim_database(session: Session) -> None:
    """Make sure that a database is a demonstration's; an empty one becomes it. Raises Refusal for a newsroom's own."""
    if session.get(Setting, _MARK) is not None:
        return
    if people.has_editors(session):
        # Printed on the command line only, and therefore in English.
        raise Refusal(
            "This database belongs to a newsroom. Give the demonstration its own folder: TRACKER_HOME=FOLDER tracker demo"
        )
    session.add(Setting(key=_MARK, value=True))
    ledger.record(session, "newsroom:1", "newsroom.settings", actor=SYSTEM, data={"set": {_MARK: True}})


def is_one_condition() -> ColumnElement[bool]:
    """The same as a condition of a query."""
    return _IS_ONE.exists()


def is_one(session: Session) -> bool:
    """Whether this is a demonstration's database."""
    return session.execute(_IS_ONE).first() is not None


def open_ways_in(session: Session) -> None:
    """Give the editors of the demonstration their password, where they have none yet."""
    for editor in _editors(session):
        if editor.password is None:
            people.set_password(session, editor, PASSWORD, actor=SYSTEM)


def ways_in(session: Session) -> list[WayIn]:
    """The ways in that are open, for the terminal and the sign-in page of a demonstration (`Settings.demo`) alone."""
    return [WayIn(e.name, e.email, PASSWORD) for e in _editors(session) if e.active and e.password is not None]


def _editors(session: Session) -> list[Editor]:
    found = session.scalars(select(Editor).where(Editor.email.in_(EMAILS), Editor.is_sample))
    return sorted(found, key=lambda editor: EMAILS.index(editor.email))
