"""The very first start: a newsroom without any editor, and the one link that makes the first."""

from sqlalchemy.orm import Session

from tracker.accounts import links, people
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.errors import N_, Gone
from tracker.ledger import SYSTEM
from tracker.sql import take_turns

# The first editor holds every role and can pass roles on afterwards.
ROLES = (Role.ADMIN, Role.CHIEF, Role.EDITOR)


def is_needed(session: Session) -> bool:
    """Whether there is no account yet; the sample's invented editors do not count."""
    return not people.has_editors(session)


def new_link(session: Session) -> str:
    """The path of a new link that sets the newsroom up, to be printed on the server; older links stop working.

    Raises Gone where there is an editor already.
    """
    if not is_needed(session):
        raise _already_set_up()
    return links.path(Purpose.SETUP, links.give_token(links.make(session, Purpose.SETUP)))


def check(session: Session, token: str) -> None:
    """Raise Gone unless this token may set the newsroom up."""
    links.find(session, Purpose.SETUP, token)
    if not is_needed(session):
        raise _already_set_up()


def create_first_editor(session: Session, token: str, email: str, name: str, password: str, *, language: str) -> Editor:
    """Store the first editor. Raises Gone if there is one already, and Invalid with the name of a field."""
    take_turns(session, "first editor")  # two links may be in use, and a command may run
    links.use(session, Purpose.SETUP, token)
    if not is_needed(session):
        raise _already_set_up()
    return people.add_editor(session, email, name, ROLES, password, SYSTEM, language=language)


def _already_set_up() -> Gone:
    return Gone(N_("This newsroom has been set up already."))
