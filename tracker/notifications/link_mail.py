"""Mailing the links that work once: invitations, and new passwords.

Pages only note that a link is wanted, and take as long whether or not there is an account. Here the account is looked up, and the
link gets its token in the moment in which its mail is written. A mail that failed is written anew, with a new token.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import links, people
from tracker.accounts.links import Mail, Purpose
from tracker.accounts.models import Editor, Invitation, OneTimeLink
from tracker.config import Settings
from tracker.newsroom import settings as newsroom_settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications.channels.mime import compose
from tracker.notifications.mail_queue import Fault, MailQueue, QueuedMail
from tracker.notifications.messages import MessageContent, format_dateline
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, use_language

JOB: Final = "link-mail"
EVERY: Final = 5.0  # seconds: a person may be waiting for it
# After each failure the next pause; then it is given up, which the page of people shows.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))


def build_job(settings: Settings) -> "LinkMail | None":
    """The job of an installation; None where there is no mail server."""
    return LinkMail(settings) if settings.sends_mail else None


class LinkMail(MailQueue):
    """The job."""

    name = JOB

    def take(self, session: Session) -> tuple[bool, QueuedMail | None]:
        """Whether there was one that waited, and its mail, if it is still wanted. Leased until the next try."""
        now = clock.now()
        query = select(OneTimeLink).where(OneTimeLink.mail == Mail.WANTED, OneTimeLink.mail_at <= now)
        link = session.scalar(query.order_by(OneTimeLink.mail_at).limit(1).with_for_update(skip_locked=True))
        if link is None:
            return False, None
        if link.ended_at is not None or link.expires_at <= now or link.mail_tries >= len(PAUSES):
            link.mail = Mail.FAILED if link.ended_at is None else Mail.NONE
            return True, None
        newsroom = newsroom_settings.load(session)
        content = self._letter(session, link, newsroom)
        if content is None:
            session.delete(link)
            return True, None
        link.mail_tries += 1
        link.mail_at = now + PAUSES[link.mail_tries - 1]
        try:
            message = compose(content, self.sender, link.email, "", f"link-{link.id}-{link.mail_tries}", now)
        except (ValueError, UnicodeError) as error:
            link.mail, link.mail_fault = Mail.FAILED, str(error)[:500]
            return True, None
        return True, QueuedMail(link.id, link.mail_tries, message)

    def _letter(self, session: Session, link: OneTimeLink, newsroom: Newsroom) -> MessageContent | None:
        """The mail, or None without a recipient."""
        if link.purpose == Purpose.PASSWORD:
            editor = people.find(session, link.email)
            if editor is None or not editor.active or editor.is_sample:
                return None
            if link.editor_id is None:
                links.end(session, Purpose.PASSWORD, editor_id=editor.id)
                link.editor_id = editor.id
            with use_language(editor.language or newsroom.language):
                return _of_password(self._address(link), link, newsroom)
        invitation = session.get_one(Invitation, link.invitation_id)
        inviter = session.get_one(Editor, invitation.invited_by_id)
        with use_language(invitation.language):
            return _of_invitation(self._address(link), link, inviter.name, newsroom)

    def _address(self, link: OneTimeLink) -> str:
        return self.base + links.path(Purpose(link.purpose), links.give_token(link))

    def note(self, session: Session, mail: QueuedMail, fault: Fault | None) -> None:
        """Store what became of a try, unless a later one has started."""
        link = session.get(OneTimeLink, mail.id, with_for_update=True)
        if link is None or link.mail != Mail.WANTED or link.mail_tries != mail.tries:
            return
        link.mail_fault = fault.text if fault else ""
        if fault is None:
            link.mail, link.mail_at = Mail.SENT, clock.now()
        elif fault.is_final:
            link.mail = Mail.FAILED


def _of_invitation(address: str, link: OneTimeLink, inviter: str, newsroom: Newsroom) -> MessageContent:
    return MessageContent(
        newsroom=newsroom.name,
        subject=_("%(name)s invites you to %(newsroom)s", name=inviter, newsroom=newsroom.name),
        title=_("%(name)s invites you to %(newsroom)s", name=inviter, newsroom=newsroom.name),
        dateline=format_dateline(clock.today(newsroom.zone)),
        remarks=(
            _("The newsroom records its predictions here and checks later how they turned out. Choose a password to join."),
            _ends(link, newsroom),
        ),
        button=(_("Accept the invitation"), address),
        why=_("If you were not expecting this, ignore this message: no account is created unless you accept."),
    )


def _of_password(address: str, link: OneTimeLink, newsroom: Newsroom) -> MessageContent:
    return MessageContent(
        newsroom=newsroom.name,
        subject=_("A new password"),
        title=_("Choose a new password"),
        dateline=format_dateline(clock.today(newsroom.zone)),
        remarks=(_("You or another person asked for this on the sign-in page."), _ends(link, newsroom)),
        button=(_("Choose a new password"), address),
        why=_("If it was not you, ignore this message: your password does not change."),
    )


def _ends(link: OneTimeLink, newsroom: Newsroom) -> str:
    until = formatting.moment(link.expires_at, language(), newsroom.zone)
    return _("The link works once, until %(moment)s.", moment=until)
