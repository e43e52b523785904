"""Mails that wait in a table of their own: taken one by one, leased until the next try, marked when the server has answered."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar, Final

import structlog
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.db import Database
from tracker.net.attempts import SEND_SLOT, Attempt, Permanent, Temporary
from tracker.notifications.channels.mime import Outgoing, Sender
from tracker.notifications.channels.smtp import Server
from tracker.notifications.links import Links

DEADLINE: Final = 30.0  # seconds for one mail

log = structlog.get_logger("tracker.scheduler")


@dataclass(frozen=True)
class QueuedMail:
    """A mail that is ready, and the id of its row. `tries` counts this try: if its row has more, a later one was made."""

    id: int
    tries: int
    message: Outgoing


@dataclass(frozen=True)
class Fault:
    """Why a mail was not accepted. `is_final`: trying again does not help."""

    text: str
    is_final: bool


class MailQueue(ABC):
    """A job that sends what waits in a table. It exists only if a mail server is configured."""

    name: ClassVar[str]  # in the log

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_url is not None
        self._server = Server.from_url(settings.smtp_url)
        self.sender = Sender.from_settings(settings)
        self.base = Links.from_settings(settings).base

    def __call__(self, database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
        """Send what is due."""
        sent = failed = 0
        while not stopping():
            with database.writing() as session:
                is_found, mail = self.take(session)
            if not is_found:
                break
            if mail is None:
                continue
            with closing(Attempt(DEADLINE, SEND_SLOT)) as attempt:
                fault = self._hand_over(mail, attempt)
                with database.writing() as session:
                    self.note(session, mail, fault)
            sent, failed = (sent, failed + 1) if fault else (sent + 1, failed)
        return {"sent": sent, "failed": failed}

    @abstractmethod
    def take(self, session: Session) -> tuple[bool, QueuedMail | None]:
        """Whether a mail waited, and the mail if it is still wanted, leased until its next try."""

    @abstractmethod
    def note(self, session: Session, mail: QueuedMail, fault: Fault | None) -> None:
        """Store what became of a try. `fault` None: the server accepted it."""

    def _hand_over(self, mail: QueuedMail, attempt: Attempt) -> Fault | None:
        try:
            self._server.hand_over(mail.message, attempt, self.sender.domain)
        except (Temporary, Permanent) as error:
            log.warning("a mail was not sent", queue=self.name, id=mail.id, error=str(error))
            return Fault(str(error)[:500] or type(error).__name__, isinstance(error, Permanent))
        return None
