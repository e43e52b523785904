"""Inviting people to the newsroom: a link for seven days, and an account once it is accepted. Free of Flask.

The caller owns the transaction. With `by_mail` the link is mailed; without, the inviting administrator is shown its path, once.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts import links, people
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor, Invitation, OneTimeLink
from tracker.accounts.roles import Role
from tracker.errors import N_, Gone, Invalid, NotFound
from tracker.ledger import SYSTEM, Actor, Text

SHOWN: Final = 100  # open invitations on a page


def count_open(session: Session) -> int:
    """Return how many invitations have not been answered or withdrawn."""
    return session.scalar(select(func.count()).select_from(Invitation).where(Invitation.ended_at.is_(None))) or 0


def list_open(session: Session) -> Sequence[tuple[Invitation, OneTimeLink | None]]:
    """Return the newest SHOWN invitations that have not been answered, each with its current link."""
    rows = session.execute(
        select(Invitation, OneTimeLink)
        .outerjoin(OneTimeLink, (OneTimeLink.invitation_id == Invitation.id) & OneTimeLink.ended_at.is_(None))
        .where(Invitation.ended_at.is_(None))
        .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
        .limit(SHOWN)
    )
    return [(invitation, link) for invitation, link in rows]


def get(session: Session, invitation_id: int) -> Invitation:
    """An invitation that waits. Raises NotFound."""
    found = session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if found is None or found.ended_at is not None:
        raise NotFound()
    return found


def invite(
    session: Session, email: str, name: str, roles: Iterable[str], *, language: str, actor: Actor, by_mail: bool
) -> str | None:
    """Store an invitation; return the path of its link unless it is mailed. Raises Invalid, naming the field, and Forbidden."""
    people.need_admin(actor)
    email, name = people.normal_email(email), people.checked_name(name)
    kept = [row.name for row in people.role_rows(session, roles)]
    _check_free(session, email)
    assert actor.editor_id is not None  # at the command line, accounts are added
    invitation = Invitation(
        email=email, name=name, roles=kept, language=language, invited_by_id=actor.editor_id, invited_at=clock.now()
    )
    session.add(invitation)
    session.flush()
    data = {"email": Text(email), "name": Text(name), "roles": sorted(kept)}
    ledger.record(session, _subject(invitation), "editor.invited", actor=actor, data=data)
    return _link(session, invitation, by_mail)


def _check_free(session: Session, email: str) -> None:
    editor = people.find(session, email)
    if editor is not None and not editor.active:
        raise Invalid(N_("There is a disabled account with this address. Enable it instead."), field="email")
    if editor is not None:
        raise Invalid(N_("There is an account with this address already."), field="email")
    if session.scalar(select(Invitation.id).where(Invitation.email == email, Invitation.ended_at.is_(None))) is not None:
        raise Invalid(N_("This address has been invited already."), field="email")


def again(session: Session, invitation_id: int, *, actor: Actor, by_mail: bool) -> str | None:
    """A new link for seven days from now; the one before ends. Returns as `invite`. Raises NotFound and Forbidden."""
    people.need_admin(actor)
    invitation = get(session, invitation_id)
    assert actor.editor_id is not None
    invitation.invited_by_id = actor.editor_id  # who answers for it from now on
    ledger.record(session, _subject(invitation), "editor.invited_again", actor=actor)
    return _link(session, invitation, by_mail)


def withdraw(session: Session, invitation_id: int, *, actor: Actor) -> None:
    """Take an invitation back; its link ends. Raises NotFound and Forbidden."""
    people.need_admin(actor)
    _withdraw(session, get(session, invitation_id), actor)


def withdraw_all_of(session: Session, editor_id: int, actor: Actor) -> None:
    """Take back the invitations that an editor has sent. For `open_work.on_editor_disabled`."""
    for invitation in session.scalars(
        select(Invitation).where(Invitation.invited_by_id == editor_id, Invitation.ended_at.is_(None)).with_for_update()
    ):
        _withdraw(session, invitation, actor)


def look(session: Session, token: str) -> Invitation:
    """The invitation of a link. Raises Gone, also if the sender no longer manages accounts."""
    return _behind(session, links.find(session, Purpose.INVITATION, token))


def accept(session: Session, token: str, name: str, password: str) -> Editor:
    """Make the account. Raises Gone; Invalid, naming the field; Conflict if there is an account by now."""
    invitation = _behind(session, links.use(session, Purpose.INVITATION, token))
    editor = people.add_editor(session, invitation.email, name, invitation.roles, password, SYSTEM, language=invitation.language)
    invitation.ended_at, invitation.ended_because, invitation.editor_id = clock.now(), "accepted", editor.id
    ledger.record(session, editor, "editor.joined", actor=editor.actor, data={"invitation": invitation.id})
    return editor


def _behind(session: Session, link: OneTimeLink) -> Invitation:
    invitation = session.get_one(Invitation, link.invitation_id)
    inviter = session.get_one(Editor, invitation.invited_by_id)
    if invitation.ended_at is not None or Role.ADMIN not in inviter.actor.roles:
        raise Gone(N_("This invitation is no longer valid. Ask for a new one."))
    return invitation


def _link(session: Session, invitation: Invitation, by_mail: bool) -> str | None:
    link = links.make(session, Purpose.INVITATION, email=invitation.email, invitation_id=invitation.id)
    if by_mail:
        links.by_mail(link)
        return None
    return links.path(Purpose.INVITATION, links.give_token(link))


def _withdraw(session: Session, invitation: Invitation, actor: Actor) -> None:
    invitation.ended_at, invitation.ended_because = clock.now(), "withdrawn"
    links.end(session, Purpose.INVITATION, invitation_id=invitation.id)
    ledger.record(session, _subject(invitation), "editor.invitation_withdrawn", actor=actor)


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.id}"
