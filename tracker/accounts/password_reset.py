"""A forgotten password: a link by mail, which sets a new one. Free of Flask; the caller owns the transaction.

Asking looks nothing up, so that it takes the same time whether or not there is an account; the job that mails does.
"""

from sqlalchemy.orm import Session

from tracker.accounts import links, people
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor, OneTimeLink
from tracker.errors import N_, Gone


def ask(session: Session, email: str) -> None:
    """Have a link mailed to this address if there is an account with it. Raises Invalid for what is no address."""
    links.by_mail(links.make(session, Purpose.PASSWORD, email=people.normal_email(email)))


def look(session: Session, token: str) -> Editor:
    """Whose password a link sets. Raises Gone."""
    return _behind(session, links.find(session, Purpose.PASSWORD, token))


def finish(session: Session, token: str, password: str) -> Editor:
    """Set it; all links and sessions end, the second factor stays. Raises Gone, and Invalid for the password."""
    editor = _behind(session, links.use(session, Purpose.PASSWORD, token))
    people.set_password(session, editor, password, actor=editor.actor)
    return editor


def _behind(session: Session, link: OneTimeLink) -> Editor:
    editor = session.get(Editor, link.editor_id) if link.editor_id is not None else None
    if editor is None or not editor.active:
        raise Gone(N_("It works once, and for a while only. Ask for a new one."))
    return editor
