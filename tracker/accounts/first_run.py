"""The very first start: a newsroom without any editor, and the one link that makes the first."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts import links, people
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor, RoleRow
from tracker.accounts.roles import Role
from tracker.errors import N_, Gone
from tracker.ledger import SYSTEM
from tracker.newsroom import settings

# Whoever sets it up can do everything, and can give it away afterwards.
ROLES = (Role.ADMIN, Role.CHIEF, Role.EDITOR)


@dataclass(frozen=True)
class FirstEditor:
    """Who sets the newsroom up."""

    email: str
    name: str
    password: str


def is_needed(session: Session) -> bool:
    """Whether nobody has an account yet; the sample's invented editors do not count."""
    return not people.has_anybody(session)


def new_link(session: Session) -> str:
    """The path of a new link that sets the newsroom up, to be printed for whoever runs the server; older ones end.

    Raises Gone where there is an editor already.
    """
    if not is_needed(session):
        raise _done()
    return links.path(Purpose.SETUP, links.give_token(links.make(session, Purpose.SETUP)))


def check(session: Session, token: str) -> None:
    """Raise Gone unless this token may set the newsroom up."""
    links.find(session, Purpose.SETUP, token)
    if not is_needed(session):
        raise _done()


def finish(session: Session, token: str, first: FirstEditor, *, name: str, timezone: str, language: str) -> Editor:
    """Make the first editor and the newsroom's first settings. Raises Gone, and Invalid with the name of a field."""
    # Two links may be about, and somebody at the command line: the role's row is the turnstile.
    session.execute(select(RoleRow.id).where(RoleRow.name == Role.ADMIN).with_for_update())
    links.use(session, Purpose.SETUP, token)
    if not is_needed(session):
        raise _done()
    editor = people.add_editor(session, first.email, first.name, ROLES, first.password, SYSTEM, language=language)
    settings.change(session, editor.actor, name=name, timezone=timezone, language=language)
    return editor


def _done() -> Gone:
    return Gone(N_("This newsroom has been set up already."))
